"""From an observation to comparable facts: one value per check, with a ledger of everything that was replaced."""
