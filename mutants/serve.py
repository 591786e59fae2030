"""The driver process of a mutant: ``python -m mutants.serve NAME`` speaks the driver protocol."""

from __future__ import annotations

import sys

from harness.subjects.reference import main
from mutants.catalogue import MUTANTS
from mutants.wrong import driver_of

if __name__ == "__main__":
    sys.exit(main(driver_of(MUTANTS[sys.argv[1]])))
