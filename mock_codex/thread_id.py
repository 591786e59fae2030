"""Thread ids as codex reads them: a UUID in any of its spellings, or else a name.

Measured on 0.169.0: upper case, no dashes, braces and ``urn:uuid:`` all resume the same thread, which is then
reported in lower case with dashes. Runs on the play path, so it imports nothing.
"""

from __future__ import annotations

_DASHES = (8, 13, 18, 23)


def canonical(text: str) -> str | None:
    """The UUID in lower case with dashes; None: ``text`` is a name, not a UUID."""
    if text.startswith("urn:uuid:"):
        text = text[9:]
    elif text.startswith("{") and text.endswith("}"):
        text = text[1:-1]
    digits = text.lower()
    if len(digits) == 36 and all(digits[at] == "-" for at in _DASHES):
        digits = digits.replace("-", "")
    if len(digits) != 32 or any(digit not in "0123456789abcdef" for digit in digits):
        return None
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
