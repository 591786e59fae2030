"""From a finished run to a comment on a thread of GitHub: what it says, where its links lead, whether it is really there.

``gh`` is the only way out (``gh.py``), the plan of what to ask it is pure (``plan.py``). Must not know how a run is made:
it reads the files that a run left.
"""
