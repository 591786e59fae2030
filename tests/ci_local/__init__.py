"""Tests of what runs workflows on this machine."""
