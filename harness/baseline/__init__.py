"""Expected divergences of a subject: ``entries`` reads them, ``review`` holds them against a run, ``rewrite`` keeps the file true."""
