"""What a gate keeps of itself."""

from __future__ import annotations

from typing import cast

import pytest

from harness.gate.record import Command, Gate, Intake, Reproduction
from harness.gate.stages import STAGES, Stage, decide, failed, passed
from harness.jsonvalue import JsonValue
from harness.report.model import RunModel
from harness.report.regressions import regressions
from tests.gate.material import CAUSE, FAILS, ONE, PASSES, WHO, model
from tests.report.runs import SCHEMAS

INTAKE = Intake(
    release="an-sdk 1.2.0",
    commit="c" * 40,
    branch="main",
    tag=None,
    dirty=False,
    changelog="CHANGELOG.md",
)
COMMAND = Command(
    stage="candidate",
    name="tests",
    argv=("nox", "-s", "tests"),
    cwd=".",
    env=("HOME", "PATH"),
    status="fail",
    exit=1,
    seconds=1.5,
    started_at="2026-11-30T04:10:31.120+00:00",
    note="2 failed",
    log="logs/01-candidate.log",
    log_sha256="a" * 64,
)
MADE = Reproduction(
    scenario=ONE,
    subject=WHO,
    fingerprint=CAUSE,
    file="reproductions/01-one.yaml",
    detail="no single part can be taken away",
    hypothesis="Altered while reading.",
    replay=f"codex-parity replay reproductions/01-one.yaml --subject {WHO}",
)


def gate(
    *, base: RunModel | None = None, candidate: RunModel | None = None, ready: bool = False
) -> Gate:
    """A gate that ended; not ready unless asked for."""
    before, now = base or model(PASSES), candidate or model(FAILS)
    finding = passed("tests", "all") if ready else failed("tests", "2 failed", 1, "nox -s tests")
    stages = tuple(Stage(name=name, findings=(finding,)) for name in STAGES)
    return Gate(
        gate_id="g1",
        started_at="2026-11-30T04:10:31.120+00:00",
        finished_at="2026-11-30T04:11:31.120+00:00",
        command=("codex-parity", "gate"),
        intake=INTAKE,
        base=base,
        candidate=now,
        found=regressions(before, now),
        stages=stages,
        commands=(COMMAND,),
        reproductions=() if ready else (MADE,),
        decision=decide(stages),
    )


@pytest.mark.requirement("R4-5", "R4-14", "R4-21")
@pytest.mark.parametrize("ready", [True, False])
@pytest.mark.parametrize("base", [None, model(PASSES)], ids=["baseless", "based"])
def test_a_gate_fits_its_published_form(base: RunModel | None, ready: bool) -> None:
    """Provenance: schemas/gate.json."""
    told = gate(base=base, ready=ready).to_json()

    assert SCHEMAS.first_problem("gate", told) is None
    assert (told["base"] is None) == (base is None)
    assert cast("dict[str, JsonValue]", told["decision"])["ready"] is ready


@pytest.mark.parametrize(
    "change",
    [
        {"ready": True, "exit": 0},
        {"ready": True, "exit": 0, "reasons": []},
        {"ready": True, "reasons": []},
    ],
)
def test_the_form_refuses_a_gate_that_is_ready_though_something_failed(
    change: dict[str, JsonValue],
) -> None:
    """Provenance: schemas/gate.json; a green without evidence is no document of a gate."""
    told = gate().to_json()
    decision = {**cast("dict[str, JsonValue]", told["decision"]), **change}

    assert SCHEMAS.first_problem("gate", {**told, "decision": decision}) is not None


def test_names_of_variables_and_folder_are_in_the_lines_of_commands_only() -> None:
    """Provenance: REQUIREMENTS.md R4-5; values of variables are nowhere."""
    (told,) = cast("list[dict[str, JsonValue]]", gate().to_json()["commands"])

    assert COMMAND.to_json()["env"] == ["HOME", "PATH"]
    assert {"env", "cwd", "started_at"} & told.keys() == set()
    assert (told["argv"], told["exit"], told["log_sha256"]) == (["nox", "-s", "tests"], 1, "a" * 64)
