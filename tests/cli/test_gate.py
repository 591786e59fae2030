"""``codex-parity gate``: go or no-go, with a bundle that shows why."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import psutil
import pytest

from harness.report.regressions import CLASSES
from tests.commandline import PROGRAM, ROOT, Ended, codex_parity, environment, mutant
from tests.report.gate import SEEDED
from tests.report.runs import SCHEMAS

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]
GATE = ROOT / "fixtures" / "gate"
NO_JOURNEYS = "journeys = []\n"
"""What the browser shows is tested in tests/browser; here the gate asks for no journey, and says so."""


def gate(
    folder: Path, *words: str, policy: str = NO_JOURNEYS, env: dict[str, str] | None = None
) -> Ended:
    """Call the gate with a policy; its bundle is ``folder/gate``."""
    (folder / "gate.toml").write_text(policy, "utf-8")
    given = ("gate", "--policy", str(folder / "gate.toml"), "-o", str(folder / "gate"))
    return codex_parity(*given, *words, folder=folder, env=env)


def document(folder: Path, name: str) -> dict[str, Any]:
    """A JSON file of the bundle, which fits its schema."""
    told = json.loads((folder / "gate" / f"{name}.json").read_bytes())
    assert SCHEMAS.first_problem(name, told) is None
    return cast("dict[str, Any]", told)


def stage(told: dict[str, Any], name: str) -> dict[str, Any]:
    """A stage of gate.json, its findings by name."""
    (found,) = (one for one in told["stages"] if one["name"] == name)
    return {**found, "findings": {one["name"]: one for one in found["findings"]}}


def pair(base: str = "base", candidate: str = "candidate") -> tuple[str, ...]:
    """The words that name the two seeded runs."""
    return ("--base", str(GATE / base), "--candidate", str(GATE / candidate))


@pytest.mark.requirement("F13", "R4-5", "R4-6", "R4-7", "R4-8", "R4-14", "R4-21")
def test_the_seeded_pair_gives_each_class_once_and_exit_1(tmp_path: Path) -> None:
    """Provenance: issue, done when: exactly the classes seeded there, one of each."""
    ended = gate(tmp_path, *pair())
    moved, told = document(tmp_path, "regressions"), document(tmp_path, "gate")

    assert ended.code == told["decision"]["exit"] == 1, ended.err
    assert moved["counts"] == told["counts"] == dict.fromkeys(CLASSES, 1)
    assert {one["scenario"]: one["class"] for one in moved["changes"]} == SEEDED
    assert told["decision"]["ready"] is False
    assert document(tmp_path, "summary")["run_id"] == "candidate"
    assert "✗ not ready" in ended.out
    assert (tmp_path / "gate/index.html").is_file()


@pytest.mark.requirement("F13", "R4-7", "R4-14", "R4-15")
def test_the_base_against_itself_is_ready_and_names_what_it_did_not_see(tmp_path: Path) -> None:
    """Provenance: issue, done when: base against itself exit 0; R4-4: the mock is a fallback, never a pass."""
    ended = gate(tmp_path, *pair(candidate="base"))
    told = document(tmp_path, "gate")

    assert ended.code == 0, ended.out
    assert told["decision"]["ready"] is True
    assert told["decision"]["reasons"] == []
    assert stage(told, "candidate")["findings"]["codex"]["fallback"] == "the mock"
    assert stage(told, "journeys")["status"] == "warn"
    assert any("known_failing" in risk for risk in told["decision"]["risks"])
    assert "Nothing was tagged, merged, pushed or published." in (
        tmp_path / "gate/handoff.md"
    ).read_text("utf-8")


def test_without_a_base_nothing_is_ready(tmp_path: Path) -> None:
    """Provenance: REQUIREMENTS.md 2.4: a missing base is the class no_baseline, never a pass."""
    ended = gate(tmp_path, "--candidate", str(GATE / "base"))
    moved = document(tmp_path, "regressions")

    assert ended.code == 4
    assert moved["counts"]["no_baseline"] == len(moved["changes"]) == 8


@pytest.mark.requirement("R4-3")
def test_the_plan_is_written_and_nothing_is_done(tmp_path: Path) -> None:
    """Provenance: REQUIREMENTS.md R4-3."""
    ended = gate(tmp_path, *pair(), "--plan", "--release", "an-sdk 1.2.0")
    there = {path.name for path in (tmp_path / "gate").iterdir()}

    assert ended.code == 0
    assert ended.out.startswith("# Gate plan: an-sdk 1.2.0\n")
    assert (tmp_path / "gate/plan.md").read_text("utf-8") in ended.out
    assert there == {"plan.md"}


@pytest.mark.requirement("R4-20", "R4-8")
def test_what_is_in_quarantine_does_not_block_and_what_is_over_does(tmp_path: Path) -> None:
    """Provenance: REQUIREMENTS.md 2.4: quarantine list with expiry; expired = fail."""
    entry = (
        '[[quarantine]]\nscenario = "exec.gate.*"\nreason = "known"\nowner = "ana"\nuntil = {}\n'
    )
    held = gate(tmp_path, *pair(), policy=NO_JOURNEYS + entry.format("9999-12-31"))
    held_told = document(tmp_path, "gate")
    over = gate(tmp_path, *pair(candidate="base"), policy=NO_JOURNEYS + entry.format("2020-01-01"))

    assert "new_regression" not in " ".join(held_told["decision"]["reasons"])
    assert held.code == 4, "what vanished and what crashed cannot be put into quarantine"
    assert over.code == 5


@pytest.mark.requirement("R4-3", "R4-4", "R4-5")
def test_blockers_and_checks_of_the_project_are_part_of_the_decision(tmp_path: Path) -> None:
    """Provenance: REQUIREMENTS.md R4-3, R4-4, R4-5."""
    python = json.dumps(sys.executable)
    policy = (
        f'{NO_JOURNEYS}[[check]]\nname = "unit tests"\ncommand = [{python}, "-c", "raise SystemExit(1)"]\n'
        '[[blocker]]\nwhat = "the upload is broken"\n'
    )
    ended = gate(tmp_path, *pair(candidate="base"), policy=policy)
    told = document(tmp_path, "gate")

    assert ended.code == 1
    assert [reason.split(":")[0] for reason in told["decision"]["reasons"]] == [
        "intake, blocker",
        "candidate, unit tests",
    ]
    (command,) = (one for one in told["commands"] if one["name"] == "unit tests")
    assert (command["status"], command["exit"]) == ("fail", 1)


def test_a_second_gate_with_a_wrong_argument_does_not_judge_the_run_of_the_first(
    tmp_path: Path,
) -> None:
    """Provenance: DESIGN: no green without evidence; both write to one folder."""
    first = gate(tmp_path, *pair(candidate="base"))
    second = gate(tmp_path, "--base", str(GATE / "base"), "--", "--subject", "nosuch")

    assert (first.code, second.code) == (0, 3)
    assert "the candidate was not played" in second.err
    assert not (tmp_path / "gate/gate.json").exists()


@pytest.mark.parametrize("words", [(), ("--plan",)])
def test_what_no_gate_has_left_is_not_written_over(words: tuple[str, ...], tmp_path: Path) -> None:
    """Provenance: ours: nothing is lost."""
    (tmp_path / "gate/logs").mkdir(parents=True)
    (tmp_path / "gate/logs/mine.txt").write_text("mine", "utf-8")
    ended = gate(tmp_path, *pair(), *words)

    assert (ended.code, (tmp_path / "gate/logs/mine.txt").read_text("utf-8")) == (2, "mine")
    assert "holds what no gate has left" in ended.err


def test_a_plan_and_a_wrong_base_leave_an_earlier_bundle_as_it_is(tmp_path: Path) -> None:
    """Provenance: docs/gate.md: `--plan` writes plan.md and does nothing else."""
    gate(tmp_path, *pair(candidate="base"))
    before = {path: path.read_bytes() for path in (tmp_path / "gate").glob("*.json*")}
    (tmp_path / "bad.jsonl").write_text("{", "utf-8")
    planned = gate(tmp_path, *pair(), "--plan")
    refused = gate(
        tmp_path, "--base", str(tmp_path / "bad.jsonl"), "--candidate", str(GATE / "base")
    )

    assert (planned.code, refused.code) == (0, 2)
    assert "bad.jsonl" in refused.err
    assert {path: path.read_bytes() for path in (tmp_path / "gate").glob("*.json*")} == before


def test_a_base_is_not_written_over_by_the_bundle(tmp_path: Path) -> None:
    """Provenance: ours: nothing is lost."""
    shutil.copytree(GATE / "base", tmp_path / "gate")
    ended = gate(tmp_path, "--base", str(tmp_path / "gate"), "--candidate", str(GATE / "candidate"))

    assert ended.code == 2
    assert (tmp_path / "gate/run.jsonl").read_bytes() == (GATE / "base/run.jsonl").read_bytes()


@pytest.mark.requirement("R4-27", "F18")
def test_a_secret_on_the_command_line_or_in_the_changelog_is_in_no_file(tmp_path: Path) -> None:
    """Provenance: REQUIREMENTS.md R4-27: redacted where it is recorded."""
    secret = "ghp_0123456789abcdef"
    (tmp_path / "CHANGES.md").write_text(f"## Unreleased\n\n- Uses {secret}.\n", "utf-8")
    words = ("--release", f"v {secret}", "--changelog", str(tmp_path / "CHANGES.md"))
    ended = gate(tmp_path, *pair(candidate="base"), *words, env=environment(GITHUB_TOKEN=secret))
    kept = {path: path.read_bytes() for path in (tmp_path / "gate").rglob("*") if path.is_file()}
    holding = [str(path) for path, data in kept.items() if b"0123456789abcdef" in data]

    assert (ended.code, holding) == (0, [])
    assert b"secret GITHUB" in kept[tmp_path / "gate/handoff.md"]


SELECTION = "exec.items.agent-message"


def an_sdk(folder: Path, name: str, version: str) -> str:
    """A mutant as version ``version`` of ``an-sdk``."""
    text = Path(mutant(name, folder)).read_text("utf-8")
    text = re.sub(r"(?m)^name = .*", 'name = "an-sdk"', text)
    path = folder / f"an-sdk-{version}.toml"
    path.write_text(re.sub(r"(?m)^version = .*", f'version = "{version}"', text), "utf-8")
    return str(path)


def played(folder: Path, subject: str, *words: str) -> Path:
    """A run of one scenario."""
    ended = codex_parity(
        "run",
        "--subject",
        subject,
        "--filter",
        SELECTION,
        "--no-golden",
        "--rerun",
        "0",
        *words,
        folder=folder,
    )
    assert ended.code in (0, 1), ended.err
    return folder


@pytest.mark.requirement("R4-6", "R4-8", "R4-9", "R4-10", "F13", "F14")
def test_a_real_regression_is_played_again_on_both_sides_and_reduced(tmp_path: Path) -> None:
    """Provenance: REQUIREMENTS.md R4-8, R4-9; a mutant that says that no input token was used."""
    base = played(tmp_path / "base", an_sdk(tmp_path, "drops_model", "1.0.0"))
    candidate = played(tmp_path / "candidate", an_sdk(tmp_path, "zero_usage", "1.1.0"))
    ended = gate(tmp_path, "--base", str(base), "--candidate", str(candidate))
    (change,) = document(tmp_path, "regressions")["changes"]
    (made,) = document(tmp_path, "gate")["reproductions"]

    assert ended.code == 1, ended.err
    assert change["class"] == "new_regression"
    assert change["plays"] == {
        "base": {"plays": 2, "differing": 0},
        "candidate": {"plays": 3, "differing": 3},
    }
    assert "input_tokens" in made["hypothesis"]
    assert "input_tokens: 1" in (tmp_path / "gate" / made["file"]).read_text("utf-8")


@pytest.mark.requirement("R4-8")
def test_a_difference_that_comes_and_goes_is_a_suspect_and_the_flake_rate_blocks(
    tmp_path: Path,
) -> None:
    """Provenance: REQUIREMENTS.md R4-8 and 3.5; a driver that is wrong in two plays of four."""
    base = played(tmp_path / "base", an_sdk(tmp_path, "drops_model", "1.0.0"))
    flaky = Path(an_sdk(tmp_path, "zero_usage", "1.1.0"))
    text = flaky.read_text("utf-8")
    command = json.dumps(["{python}", "-m", "tests.cli.now_and_then"])
    flaky.write_text(re.sub(r"(?m)^command = .*", f"command = {command}", text), "utf-8")
    candidate = played(tmp_path / "candidate", str(flaky), "--jobs", "1")
    ended = gate(tmp_path, "--base", str(base), "--candidate", str(candidate))
    moved = document(tmp_path, "regressions")

    assert [one["class"] for one in moved["changes"]] == ["flaky_suspect"], ended.out
    assert moved["flakes"]["rate"] == 1.0
    assert ended.code == 4


@pytest.mark.requirement("F13", "R4-1")
def test_the_candidate_is_played_when_none_is_given(tmp_path: Path) -> None:
    """Provenance: REQUIREMENTS.md R4-1, R4-5: the run is one of the commands that are kept."""
    subject = an_sdk(tmp_path, "drops_model", "1.0.0")
    base = played(tmp_path / "base", subject)
    words = ("--", "--subject", subject, "--filter", SELECTION, "--no-golden")
    ended = gate(tmp_path, "--base", str(base), *words)
    told = document(tmp_path, "gate")
    (command,) = (one for one in told["commands"] if one["name"] == "run")

    assert ended.code == 0, ended.out + ended.err
    assert command["argv"][:4] == ["codex-parity", "run", "--subject", subject]
    assert command["exit"] == 0


@pytest.mark.parametrize(
    ("words", "policy", "code", "said"),
    [
        (("--candidate", "nowhere"), "", 2, "no run file at nowhere"),
        (("--base", str(GATE)), "", 2, "no run file at"),
        ((*pair(), "--", "-k", "x"), "", 2, "`-k` beside --candidate"),
        (pair(), "cells = 0", 2, "gate.toml $.cells"),
        (pair(), 'journeys = ["fly"]', 2, "no journey `fly`"),
        (
            ("--base", str(GATE / "base"), "--", "-s", "nobody"),
            "",
            3,
            "the candidate was not played: error: no subject `nobody`",
        ),
    ],
)
def test_a_wrong_call_is_refused_with_its_exit_code(
    words: tuple[str, ...], policy: str, code: int, said: str, tmp_path: Path
) -> None:
    """Provenance: README, exit codes."""
    ended = gate(tmp_path, *words, policy=policy)

    assert (ended.code, said in ended.err) == (code, True), ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "gate/gate.json").exists()


@pytest.mark.requirement("R4-27", "F18")
def test_a_bundle_that_holds_a_secret_of_the_environment_blocks(tmp_path: Path) -> None:
    """Provenance: REQUIREMENTS.md R4-27; the run was made where nobody knew that it is a secret."""
    env = environment(
        UPLOAD_TOKEN="PROTOCOLS.md 1.3"
    )  # what the page of the seeded run happens to say
    ended = gate(tmp_path, *pair(candidate="base"), env=env)
    found = stage(document(tmp_path, "gate"), "bundle")["findings"]["secrets"]

    assert ended.code == 4
    assert found["detail"].startswith("a secret of this environment: UPLOAD_TOKEN in")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.requirement("R4-10")
def test_a_gate_that_is_interrupted_leaves_no_process_and_what_it_did_so_far(
    tmp_path: Path,
) -> None:
    """Provenance: REQUIREMENTS.md R4-10: a person may stop it."""
    program = f"import pathlib, signal; pathlib.Path({str(tmp_path / 'up')!r}).touch(); print('x'); signal.pause()"
    check = f'[[check]]\nname = "long"\ncommand = [{json.dumps(sys.executable)}, "-c", {json.dumps(program)}]\n'
    (tmp_path / "gate.toml").write_text(NO_JOURNEYS + check, "utf-8")
    words = ("gate", *pair(), "--policy", str(tmp_path / "gate.toml"), "-o", str(tmp_path / "gate"))
    running = subprocess.Popen(
        [*PROGRAM, *words], cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8"
    )  # fmt: skip
    assert running.stderr is not None
    for line in running.stderr:
        if line.startswith("environment:"):
            break
    children = psutil.Process(running.pid).children(recursive=True)
    while not (tmp_path / "up").exists() or not children:
        children = psutil.Process(running.pid).children(recursive=True)
    os.kill(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=60)

    assert running.returncode == 130, said
    assert "commands.jsonl" in said
    assert [one for one in children if one.is_running()] == []
    kept = (tmp_path / "gate/commands.jsonl").read_text("utf-8")
    assert '"name": "gh"' in kept
    assert not (tmp_path / "gate/gate.json").exists()
