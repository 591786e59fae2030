"""Runs the very steps of a workflow of ``.github/workflows/`` on this machine: ``python -m ci_local nightly``.

A small interpreter of what our workflow files use, and of nothing else: a key, a function, a context or an action that it
does not know is an error, never something that silently holds. Each job gets a fresh clone of the committed tree; of the
actions exactly those are imitated that the files name (``actions.py``). What a machine cannot do, such as jobs of another
system, is counted and said at the end. The product knows nothing of this package.
"""
