"""CORE: the kill matrix as text for a person: lines for a terminal, Markdown for a page. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mutants.matrix import Breadth, Fate, Matrix, MutantRow, ScenarioRow

_MUTANT_HEAD = ("mutant", "wrong", "plane", "named check", "fate", "killed at", "scenarios")
_SCENARIO_HEAD = ("scenario", "kills", "one of them", "which dies")


def terminal(matrix: Matrix) -> str:
    """Everything as aligned columns, ended by what is wrong and one sentence."""
    parts = [
        _columns(_MUTANT_HEAD, [_mutant(row) for row in (*matrix.mutants, *matrix.canaries)]),
        _columns(_SCENARIO_HEAD, _scenarios(matrix)),
    ]
    if matrix.problems:
        parts.append("\n".join(["misses:", *(f"  {one}" for one in matrix.problems)]))
    parts.append(headline(matrix))
    return "\n\n".join(part for part in parts if part)


def markdown(matrix: Matrix) -> str:
    """The same as a page."""
    parts = ["# Kill matrix", headline(matrix)]
    if matrix.problems:
        parts.append("## Misses\n\n" + "\n".join(f"- {one}" for one in matrix.problems))
    parts.append(
        "## Mutants\n\n"
        + _markdown_table(
            (*_MUTANT_HEAD, "what it does wrong"),
            [(*_mutant(row), row.named.sentence) for row in (*matrix.mutants, *matrix.canaries)],
        )
    )
    if matrix.scenarios:
        parts.append("## Scenarios\n\n" + _markdown_table(_SCENARIO_HEAD, _scenarios(matrix)))
    return "\n\n".join(parts) + "\n"


def headline(matrix: Matrix) -> str:
    """The result in one sentence."""
    counted = [f"{matrix.count(fate)} {fate.value}" for fate in Fate if matrix.count(fate)]
    alive = sum(row.kills == 0 and row.played > 0 for row in matrix.canaries)
    said = [f"{len(matrix.mutants)} mutants: {', '.join(counted) or 'none'}"]
    said.append(f"{alive} of {len(matrix.canaries)} canaries alive")
    if matrix.breadth != "some":
        idle = sum(row.kills == 0 for row in matrix.scenarios)
        said.append(f"{len(matrix.scenarios) - idle} of {len(matrix.scenarios)} scenarios kill")
    else:
        said.append("scenarios not judged: not every mutant was played on every scenario")
    said.append(f"{len(matrix.problems)} misses" if matrix.problems else "no misses")
    return "; ".join(said)


def _mutant(row: MutantRow) -> tuple[str, ...]:
    named = row.named
    if not named.check:
        lives = row.played > 0 and row.kills == 0
        return (named.name, named.kind, "-", "-", "alive" if lives else "dead", "", _share(row))
    others = [one for one in row.killed_at if one != named.check]
    there = [named.check] if named.check in row.killed_at else []
    return (
        named.name,
        named.kind,
        named.plane,
        named.check,
        row.fate.value,
        ", ".join(there + others),
        _share(row),
    )


def _share(row: MutantRow) -> str:
    return f"{row.kills}/{row.played}"


def _scenarios(matrix: Matrix) -> list[tuple[str, ...]]:
    return [_scenario(row, matrix.breadth) for row in matrix.scenarios]


def _scenario(row: ScenarioRow, breadth: Breadth) -> tuple[str, ...]:
    if row.rarest is None:
        return (row.scenario, "0", "", "")
    name, count = row.rarest
    alone = "only here" if breadth == "whole" else ""
    return (row.scenario, str(row.kills), name, f"in {count} scenarios" if count > 1 else alone)


def _columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    return "\n".join(
        "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    )


def _markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(word.replace("|", "\\|") for word in row) + " |" for row in rows]
    return "\n".join(lines)
