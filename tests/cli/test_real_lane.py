"""The lane `real` as a person meets it, in front of the released binary: run, fidelity, teardown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest

from harness.jsonvalue import JsonValue
from harness.root import find_root, load_schemas
from tests.commandline import ROOT, codex_parity, mutant
from tests.real.real_codex import RELEASE, needs_real_codex

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]
ONE = "exec.items.agent-message"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one scenario with a `model` part and one without, with a client that drops usage."""
    folder = tmp_path_factory.mktemp("real")
    subject = mutant("zero_usage", folder)
    ended = codex_parity(
        "run", "--lane", "real", "--codex", RELEASE, "--subject", subject, "--rerun", "0",
        "--filter", f"{ONE},exec.items.error-item", folder=folder,
    )  # fmt: skip
    assert ended.code == 1, ended.out + ended.err
    assert f"verified against real codex {RELEASE}" in ended.out
    return folder


@pytest.mark.requirement("P-23", "R2-12")
@needs_real_codex
def test_the_run_file_says_which_codex_and_what_was_not_in_this_lane(real: Path) -> None:
    """Issue 4: counted as `not in this lane`, never silently dropped."""
    schemas = load_schemas(find_root(ROOT))
    lines = [json.loads(line) for line in (real / "run.jsonl").read_text("utf-8").splitlines()]
    assert [
        schemas.first_problem("run", line) for line in lines if schemas.first_problem("run", line)
    ] == []
    header, footer = lines[0], lines[-1]
    assert (header["lane"], header["codex"]["version"]) == ("real", RELEASE)
    assert header["not_in_lane"] == ["exec.items.error-item"]
    assert header["scenarios"] == [ONE]
    said = " ".join(footer["not_verified"])
    assert "1 scenarios without a `model` part: not in this lane" in said
    assert "not observed in this lane: sent.stdin" in said
    assert "plays the mock only" not in said


@needs_real_codex
def test_the_same_comparison_finds_a_wrong_client_and_says_how_to_see_it_again(real: Path) -> None:
    """Ours: a lane that cannot fail would prove nothing."""
    summary = json.loads((real / "summary.json").read_text("utf-8"))
    assert (summary["lane"], summary["codex"], summary["not_in_lane"]) == ("real", RELEASE, 1)
    (result,) = [
        json.loads(line)
        for line in (real / "run.jsonl").read_text("utf-8").splitlines()
        if '"kind":"result"' in line
    ]
    assert result["verdict"] == "divergence"
    assert result["replay"].endswith(f"--lane real --codex {RELEASE}")
    assert "run/sent.stdin" not in result["checks"]
    assert result["checks"]["run/sent.requests"]["state"] == "equal"


@needs_real_codex
def test_a_client_that_sends_half_a_prompt_is_seen_by_what_reaches_the_model(
    tmp_path: Path,
) -> None:
    """Ours: stdin is not observed in this lane, the request is; the mutant of `sent.requests`, which no mock can show."""
    subject = mutant("sends_first_word", tmp_path)
    ended = codex_parity(
        "run", "--lane", "real", "--codex", RELEASE, "--subject", subject, "--rerun", "0",
        "--filter", ONE, folder=tmp_path,
    )  # fmt: skip
    (result,) = [
        json.loads(line)
        for line in (tmp_path / "run.jsonl").read_text("utf-8").split("\n")
        if '"kind":"result"' in line
    ]
    assert ended.code == 1
    assert [name for name, one in result["checks"].items() if one["state"] == "differs"] == [
        "run/sent.requests",
        "stream/sent.requests",
    ]


@needs_real_codex
@pytest.mark.parametrize("name", ["index.html", "summary.md"])
def test_the_reports_say_that_a_real_codex_was_asked(real: Path, name: str) -> None:
    """Issue 4: `verified against real codex` only then."""
    text = (real / name).read_text("utf-8")
    assert f"verified against real codex {RELEASE}" in text
    assert "mock only" not in text


@pytest.mark.requirement("P-23", "R2-12")
@needs_real_codex
def test_both_lanes_show_the_same_and_the_shares_are_printed(tmp_path: Path) -> None:
    """Issue 4: every difference is a bug of the mock or has a reason."""
    ended = codex_parity("fidelity", RELEASE, "--filter", ONE, folder=tmp_path)
    assert ended.code == 0, ended.out + ended.err
    assert f"codex {RELEASE}: 1 scenarios in both lanes: 1 agree" in ended.out
    assert "event shapes: " in ended.out


@pytest.mark.requirement("P-9", "F6")
@needs_real_codex
def test_a_killed_codex_leaves_its_tool_and_the_table_says_so(tmp_path: Path) -> None:
    """Measured on 0.169.0: SIGKILL leaves what the tool has started; SIGINT cleans up."""
    ended = codex_parity(
        "teardown", RELEASE, "--subject", "reference", "--sandbox", "danger-full-access",
        "--way", "SIGKILL", "--way", "SIGINT", "--json", folder=tmp_path,
    )  # fmt: skip
    assert ended.code == 0, ended.out + ended.err
    rows = cast("list[dict[str, JsonValue]]", json.loads(ended.out)["rows"])
    assert [(row["way"], row["tool"], row["codex_left"], row["tools_left"]) for row in rows] == [
        ("SIGKILL", True, 0, 1),
        ("SIGINT", True, 0, 0),
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--codex", RELEASE, "--filter", ONE], "`--codex` without `--lane real`"),
        (["run", "--lane", "real", "--codex", "0.0.1", "--filter", ONE], "codex 0.0.1 is not installed"),
        (["fidelity", "--write", "--filter", ONE], "--write with a part of the catalogue"),
    ],
)  # fmt: skip
def test_a_wrong_call_says_what_to_do(arguments: list[str], message: str, tmp_path: Path) -> None:
    """Ours."""
    ended = codex_parity(*arguments, folder=tmp_path)
    assert ended.code != 0
    assert message in ended.err


def test_scenarios_without_a_model_part_alone_are_nothing_to_play(tmp_path: Path) -> None:
    """Provenance: zero cases is never a pass."""
    ended = codex_parity("fidelity", "--filter", "exec.items.error-item", folder=tmp_path)
    assert ended.code == 4
    assert "no scenario with a `model` part" in ended.err
