"""What is read of a baseline file, what is refused, what an entry covers."""

from __future__ import annotations

import pytest

from harness.baseline.entries import parse
from harness.errors import BaselineInvalid

FULL = """\
[[expected]]
fingerprint = "0123456789ab"
check = "surfaced.events"
scenarios = ["exec.items.a", "exec.items.b"]
reason = "sdk-bug"
because = "drops a field"
issue = "https://example.org/1"
until = "0.118.0"
sdk = ">=0.104"
runtimes = ["node22"]
example = "the SDK drops x"
"""


def flaky(rate: str, measured: str = "2026-11-21") -> str:
    return f'flaky = {{rate = "{rate}", measured = {measured}}}\n'


def test_a_full_entry_is_read_with_all_its_fields() -> None:
    """Provenance: the form in the docstring of harness/baseline.py."""
    (read,) = parse(FULL, "x.toml")

    assert read.to_json() == {
        "fingerprint": "0123456789ab",
        "check": "surfaced.events",
        "scenarios": ["exec.items.a", "exec.items.b"],
        "reason": "sdk-bug",
        "because": "drops a field",
        "issue": "https://example.org/1",
        "until": "0.118.0",
        "sdk": ">=0.104",
        "runtimes": ["node22"],
        "flaky": None,
        "lane": None,
        "since": None,
    }
    assert read.example == "the SDK drops x"


def test_an_empty_file_expects_nothing() -> None:
    """Provenance: ours."""
    assert parse("", "x.toml") == ()
    (read,) = parse(FULL.replace('until = "0.118.0"', ""), "x.toml")
    assert read.to_json()["until"] is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[expected", "Expected"),
        ("other = 1", "unknown key `other` @ x.toml $"),
        (FULL + "colour = 1\n", "unknown key `colour` @ x.toml $.expected[0]"),
        (FULL.replace("fingerprint =", "# "), "`fingerprint` is missing or not a string"),
        (FULL.replace('["exec.items.a", "exec.items.b"]', "[]"), "`scenarios` must list"),
        (FULL.replace('["exec.items.a", "exec.items.b"]', "[1]"), "`scenarios` must list"),
        (FULL.replace('["exec.items.a", "exec.items.b"]', '"x"'), "`scenarios` must list"),
        (FULL.replace("0123456789ab", "xyz"), "`fingerprint` must be 12 hex digits"),
        (FULL.replace("surfaced.events", "surfaced.evnts"), "unknown check `surfaced.evnts`"),
        (FULL.replace("sdk-bug", "whatever"), "unknown reason `whatever`"),
        (
            FULL.replace('because = "drops a field"', "").replace(
                'issue = "https://example.org/1"', ""
            ),
            "neither `because` nor `issue`",
        ),
        (FULL.replace('"0.118.0"', "3"), "`until` must be a version string or a date"),
        (FULL.replace('">=0.104"', '"0.104"'), "`sdk` must be a range of versions"),
        (FULL.replace('">=0.104"', "3"), "`sdk` must be a range of versions"),
        (FULL.replace('["node22"]', '"node22"'), "`runtimes` must be a list of runtimes"),
        (FULL.replace('["node22"]', "[22]"), "`runtimes` must be a list of runtimes"),
        (FULL + "flaky = true", "`flaky` must say rate and measured"),
        (FULL + 'flaky = {rate = "3 of 20"}', "`flaky` must say rate and measured"),
        (FULL + flaky("often"), "the rate of `flaky` must be how often of how many plays"),
        (FULL + flaky("0 of 20"), "the rate of `flaky` must be how often of how many plays"),
        (FULL + flaky("21 of 20"), "the rate of `flaky` must be how often of how many plays"),
        (FULL + flaky("3 of 20", '"today"'), "`measured` of `flaky` must be a date"),
        (FULL + flaky("3 of 20", "2026-11-21T00:00:00"), "`measured` of `flaky` must be a date"),
        (FULL + 'lane = "fast"', "unknown lane `fast`"),
        (FULL + "since = 1", "`since` must be a version of the SDK"),
        (FULL + 'since = "lately"', "`since` must be a version of the SDK"),
    ],
)
def test_a_wrong_file_is_refused_with_what_and_where(text: str, message: str) -> None:
    """Provenance: ours; every message names the place."""
    with pytest.raises(BaselineInvalid) as caught:
        parse(text, "x.toml")

    assert message in str(caught.value)


def test_an_entry_covers_ids_and_globs_and_promises_only_ids() -> None:
    """Provenance: ours; a glob says where a difference may show, an id says where it must."""
    (read,) = parse(FULL.replace("exec.items.b", "exec.turn.*"), "x.toml")

    assert [read.covers(name) for name in ("exec.items.a", "exec.turn.x", "exec.items.b")] == [
        True,
        True,
        False,
    ]
    assert [read.promises(name) for name in ("exec.items.a", "exec.turn.x")] == [True, False]


def test_a_flaky_entry_promises_nothing() -> None:
    """Provenance: ours; an SDK that hangs now and then is known for it, and may behave."""
    (read,) = parse(FULL + flaky("3 of 20") + 'since = "0.116.0"\n', "x.toml")

    assert read.to_json()["flaky"] == {"rate": "3 of 20", "measured": "2026-11-21"}
    assert read.to_json()["since"] == "0.116.0"
    assert read.covers("exec.items.a")
    assert not read.promises("exec.items.a")
