"""The reference client: our own client of ``codex exec``, and the one module that starts processes.

Import from the modules (``harness.client.thread``, ``harness.client.options``): this file imports nothing, because the
driver of the reference client must start fast. The room must not know scenarios, subjects or comparison.
"""
