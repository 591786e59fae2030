"""The ledger: which requirement is proven by which tests, and which is open and why. ``python -m harness.ledger``.

``entries`` (CORE) the files of ``fixtures/requirements/``, ``marks`` (CORE) the tests that name a requirement, ``fold``
(CORE) both against each other, ``outcomes`` (CORE) whether those tests passed in a run, ``checklist`` (CORE) the page.
"""
