"""A file of the ledger is read with what it claims of each requirement."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import HarnessFault
from harness.ledger.entries import Entry, parse
from harness.root import find_root, load_schemas

SCHEMAS = load_schemas(find_root(Path(__file__).parent))
HEAD = 'source = "000"\ntitle = "Remaining work"\n'
ONE = HEAD + '[[requirement]]\nid = "R0-1"\nsays = "Something is so"\n'


def test_an_entry_is_proven_unless_it_says_what_is_lacking() -> None:
    """Provenance: issue 6, point 9."""
    book = parse(
        ONE
        + 'map = "N"\nfeatures = ["F1", "F2"]\n'
        + '[[requirement]]\nid = "R0-2"\nsays = "Something else"\npart = "half of it"\n'
        + '[[requirement]]\nid = "R0-3"\nsays = "Something third"\nopen = "not begun"\n',
        "000.toml",
        SCHEMAS,
    )

    assert (book.source, book.title) == ("000", "Remaining work")
    first, second, third = book.entries
    assert first == Entry(
        id="R0-1", says="Something is so", map="N", features=("F1", "F2"), claim="proven", why=""
    )
    assert (second.claim, second.why, second.map, second.features) == ("part", "half of it", "", ())
    assert (third.claim, third.why) == ("open", "not begun")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("source =", "not TOML"),
        (HEAD, "requirement"),
        (ONE.replace("R0-1", "R9-1"), "R9-1"),
        (ONE + 'open = ""', "too short|non-empty|''"),
        (ONE + 'open = "not begun"\npart = "half of it"', "should not be valid under"),
        (ONE + 'state = "proven"', "state"),
        (ONE + 'map = "B"', "B"),
        (ONE.replace("is so", "a | b"), "does not match"),
    ],
)
def test_a_wrong_file_is_refused_with_what_and_where(text: str, message: str) -> None:
    """Provenance: ours; an open requirement without a reason is one of them."""
    with pytest.raises(HarnessFault, match=message) as caught:
        parse(text, "000.toml", SCHEMAS)

    assert "000.toml" in str(caught.value)
