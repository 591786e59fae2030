"""Small wrong clients and wrong mocks, and the run that proves that each is caught: ``nox -s mutants``."""
