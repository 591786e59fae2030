"""How much a difference weighs: one table, keyed by check and path. Data, no judgement of scenarios or baselines."""

from __future__ import annotations

from typing import Final, NamedTuple

from harness.compare.difference import DifferenceClass, Finding, Level

READ_BY_CODEX: Final = (
    "CODEX_ACCESS_TOKEN",
    "CODEX_API_KEY",
    "CODEX_CA_CERTIFICATE",
    "CODEX_HOME",
    "CODEX_SQLITE_HOME",
    "OPENAI_API_KEY",
    "HOME",
    "PATH",
    "SHELL",
    "SSL_CERT_FILE",
    "TMPDIR",
    "ALL_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
)
"""Variables that change what codex does: those that stand as literals in the released 0.169.0 binary, of which
PROTOCOLS.md 1.6, 2.4 and 4.2 use CODEX_HOME, CODEX_API_KEY and CODEX_SQLITE_HOME. ``OPENAI_BASE_URL`` is not among
them: no SDK sets it since 0.115 (PROTOCOLS.md 2.4)."""


class _Weight(NamedTuple):
    check: str
    path: str
    level: Level
    cls: DifferenceClass | None = None


_WEIGHTS: Final[tuple[_Weight, ...]] = (
    _Weight("sent.argv_text", "$", "cosmetic"),
    *(_Weight("sent.env", f"$.{name}", "contract") for name in READ_BY_CODEX),
    _Weight("sent.env", "$", "behaviour"),
    _Weight("sent.", "$", "contract"),
    # What runs in parallel may be told in another order; a turn event that changed its place is no interleaving.
    _Weight("surfaced.events", "$", "behaviour", "order_only"),
    _Weight("surfaced.result", "$", "behaviour", "order_only"),
    # Each language has its own classes and words; what kind of failure it was is what a caller acts upon.
    _Weight("surfaced.error", "$.class", "cosmetic"),
    _Weight("surfaced.error", "$.message", "cosmetic"),
    _Weight("surfaced.error", "$.code", "cosmetic"),
    _Weight("surfaced.error", "$.cause", "cosmetic"),
    _Weight("surfaced.error", "$", "behaviour"),
    _Weight("surfaced.stderr", "$", "behaviour"),
    _Weight("surfaced.", "$", "contract"),
    _Weight("lifecycle.host", "$", "contract"),
    _Weight("lifecycle.", "$", "behaviour"),
)
"""First fit wins: the check begins with ``check``, the path is ``path`` or below it, the class is ``cls`` if given."""


def table_level(finding: Finding) -> Level:
    """The level of the table, whatever the scenario: the one that goes into the fingerprint."""
    if finding.grave:
        return "contract"
    return next(weight.level for weight in _WEIGHTS if _fits(weight, finding))


def level_of(finding: Finding, scenario_level: str) -> Level:
    """The level in a scenario: one that expects ``behaviour`` only lowers ``contract`` to it."""
    level = table_level(finding)
    return "behaviour" if level == "contract" and scenario_level == "behaviour" else level


def _fits(weight: _Weight, finding: Finding) -> bool:
    below = finding.path.removeprefix(weight.path)
    return (
        finding.check.startswith(weight.check)
        and finding.path.startswith(weight.path)
        and below[:1] in ("", ".", "[")
        and weight.cls in (None, finding.cls)
    )
