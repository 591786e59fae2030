"""The workflows and the action, read: their laws hold, and each law notices when it is broken. GitHub runs none of this here."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from ruamel.yaml import YAML

from ci_local.document import Workflow, with_defaults
from tests.repo import workflow_laws as laws
from tests.repo.workflow_laws import FILES, ROOT, File

Law = Callable[[File], list[str]]
SESSIONS = set(
    re.findall(r"^def (\w+)\(session", (ROOT / "noxfile.py").read_text("utf-8"), re.MULTILINE)
)
ACTION = ROOT / "action.yml"
WORKFLOWS = [path for path in FILES if path != ACTION]


def commands(file: File) -> list[str]:
    """The law of commands, with the sessions that there are."""
    return laws.commands(file, SESSIONS)


ALL = [laws.pins, laws.scripts, commands, laws.artifacts, laws.references]


def named(name: str) -> File:
    """A workflow of this tree by name."""
    return laws.read(ROOT / f".github/workflows/{name}.yml")


@pytest.mark.requirement("R4-23")
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_do_nothing_that_it_does_not_ask_for(path: object) -> None:
    """Provenance: issue 6, point 1: no permissions by default, the least per job, limits of time, one run at a time."""
    assert laws.bounds(laws.read(path)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("law", ALL, ids=lambda law: law.__name__)
def test_every_law_holds(law: Law, path: object) -> None:
    """Provenance: issue 6, point 1: pins, scripts, commands, artifacts, outputs and needs."""
    assert law(laws.read(path)) == []  # type: ignore[arg-type]


@pytest.mark.requirement("R4-20")
def test_the_bundle_of_a_gate_is_kept_for_90_days() -> None:
    """Provenance: REQUIREMENTS.md 2.4: artifacts 90 days."""
    steps = named("release").raw["jobs"]["gate"]["steps"]
    (kept,) = (one["with"] for one in steps if one.get("with", {}).get("name") == "gate")

    assert (kept["path"], kept["retention-days"]) == ("reports/gate", 90)


def test_an_action_is_pinned_to_one_commit_in_all_files() -> None:
    """Provenance: ours: two versions of an action behave in two ways."""
    pinned = laws.commits([laws.read(path) for path in FILES])

    assert len(pinned) >= 6
    assert {name: found for name, found in pinned.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("law", "name", "old", "new"),
    [
        (laws.bounds, "nightly", "permissions: {}", "permissions: read-all"),
        (laws.bounds, "nightly", "concurrency:\n  group: nightly", "concurrency:\n  group: ''"),
        (laws.bounds, "nightly", "permissions: {contents: read}", "permissions: {contents: write}"),
        (laws.bounds, "release", "attestations: write", "attestations: read"),
        (laws.bounds, "ci", "timeout-minutes: 15", "timeout-minutes: 90"),
        (laws.pins, "ci", "@08c6903cd8c0fde910a37f88322edcfb5dd907a8", "@v5"),
        (laws.pins, "ci", " # v5.0.0", ""),
        (laws.scripts, "ci", 'nox -s record -- "$CODEX"', "nox -s record -- ${{ env.CODEX }}"),
        (laws.scripts, "release", "run: python -m build", "run: git push --tags"),
        (laws.scripts, "ci", "    shell: bash", "    shell: sh"),
        (commands, "ci", "nox -s lint", "nox -s lnit"),
        (commands, "nightly", "codex-parity merge", "codex-parity join"),
        (commands, "nightly", '--shard "$SHARD"', '--shrad "$SHARD"'),
        (commands, "nightly", "words+=(--matrix)", "words+=(--marix)"),
        (commands, "nightly", "--emit github", "--emit gitlab"),
        (commands, "ci", "codex-parity doctor", "codex-parity doctor now"),
        (commands, "release", 'release_check -- "$VERSION"', "release_check"),
        (laws.artifacts, "nightly", "pattern: shard-*", "pattern: shards-*"),
        (laws.artifacts, "nightly", "needs: [plan, shard]", "needs: [plan]"),
        (laws.artifacts, "ci", "        if: ${{ !cancelled() }}\n        with:\n          name: tests", "        with:\n          name: tests"),
        (laws.references, "nightly", "needs.plan.outputs.jobs", "needs.plan.outputs.job"),
        (laws.references, "nightly", "steps.plan.outputs.jobs", "steps.plans.outputs.jobs"),
        (laws.references, "nightly", "inputs.shards", "inputs.shard"),
        (laws.references, "nightly", "matrix.leg", "matrix.legs"),
        (laws.references, "parity", "steps.parity.outputs.known", "steps.parity.outputs.knows"),
    ],
)  # fmt: skip
def test_each_law_notices_when_it_is_broken(law: Law, name: str, old: str, new: str) -> None:
    """Provenance: ours: a check that nobody saw fail checks nothing."""
    file = named(name)
    assert old in file.text

    assert law(File(name, file.text.replace(old, new))) != []


@pytest.mark.requirement("R0-10", "R1-32", "F2")
def test_each_night_every_platform_plays_the_sdks_in_front_of_the_mock_and_of_released_codex() -> None:  # fmt: skip
    """Provenance: issue 6, point 1: SDK versions x codex releases x runtimes x platforms, by schedule and by hand."""
    file = named("nightly")
    plan = next(step for _, step in file.steps() if step.id == "plan")

    assert file.raw["on"]["schedule"]
    assert set(file.raw["on"]["workflow_dispatch"]["inputs"]) >= {"filter", "shards", "platforms"}
    assert "'linux macos windows'" in plan.env["PLATFORMS"]
    assert "newest" in plan.env["RELEASES"]
    assert "'matrix'" in plan.env["SDKS"]
    assert '--leg "$platform/mock"' in str(plan.run)
    assert '--leg "linux/$release"' in str(plan.run)
    assert file.jobs["shard"].matrix == "${{ fromJSON(needs.plan.outputs.jobs) }}"
    assert file.jobs["shard"].runs_on == "${{ matrix.os }}"


def test_on_a_schedule_the_plan_is_that_of_the_inputs_nobody_gave() -> None:
    """Provenance: ours: on a schedule there are no inputs, so a default stands in two places."""
    file = named("nightly")
    assert isinstance(file.parsed, Workflow)
    defaults = with_defaults(file.parsed.inputs, {}, "nightly")
    plan = next(step for _, step in file.steps() if step.id == "plan")
    fallback = {
        found[1]: found[2]
        for text in plan.env.values()
        if (found := re.search(r"inputs\.(\w+) \|\| '(.*)'", text))
    }

    assert fallback == {name: defaults[name] for name in fallback}
    assert len(fallback) == 4


def test_what_takes_long_runs_on_sundays_or_when_it_is_asked_for_and_nothing_runs_twice() -> None:
    """Provenance: ours: two entries of a schedule start the whole file twice."""
    file = named("nightly")
    (weekly,) = [one["cron"] for one in file.raw["on"]["schedule"] if one["cron"].endswith(" 0")]
    conditions = {name: job.condition for name, job in file.jobs.items() if not job.needs}

    assert {name for name, text in conditions.items() if f"== '{weekly}' || inputs.weekly" in text} == {"noise", "mutants"}  # fmt: skip
    assert {name for name, text in conditions.items() if f"!= '{weekly}'" in text} == {"plan", "drift", "fidelity", "canary"}  # fmt: skip
    assert len(conditions) == 6


@pytest.mark.requirement("R0-11", "F2")
def test_what_a_night_found_is_kept_also_when_it_failed() -> None:
    """Provenance: REQUIREMENTS.md R0-11, F2: upload-artifact in the shard, the merge, drift and fidelity, on failure too."""
    file = named("nightly")
    kept = {
        step.given["name"]: step.condition
        for _, step in file.steps()
        if (step.uses or "").startswith("actions/upload-artifact")
    }

    assert {"shard-${{ matrix.shard }}", "merged", "drift", "fidelity"} <= kept.keys()
    assert {name for name, text in kept.items() if "!cancelled()" not in text} == {"plan"}


@pytest.mark.requirement("R0-21", "F2")
def test_the_merge_runs_after_a_failed_shard_and_is_held_against_the_whole_plan() -> None:
    """Provenance: issue 6, point 1: one job that merges the shards and fails when a shard or a cell is missing.

    That `merge --plan` fails on a missing shard is tested where it is written.
    """
    merge = named("nightly").jobs["merge"]
    ids = [str(step.run) for step in merge.steps]

    assert merge.needs == ("plan", "shard")
    assert merge.condition == "${{ !cancelled() && needs.plan.result == 'success' }}"
    assert any("codex-parity merge shards/* --plan plan/plan.json" in text for text in ids)
    assert not any(step.may_fail for step in merge.steps)
    assert any("head -n 60" in text and "GITHUB_STEP_SUMMARY" in text for text in ids)


@pytest.mark.requirement("R0-6")
def test_tests_and_the_wheel_are_run_on_three_systems_with_the_oldest_and_the_newest_python() -> None:  # fmt: skip
    """Provenance: issue 6, point 1: linux, macos, windows x Python 3.11 and newest; the wheel is built once and tested everywhere."""
    file = named("ci")
    supported = re.search(r"^SUPPORTED = \((.*)\)", (ROOT / "noxfile.py").read_text("utf-8"), re.MULTILINE)  # fmt: skip
    assert supported is not None
    pythons = re.findall(r"[\d.]+", supported[1])

    for name in ("tests", "wheel"):
        matrix = file.raw["jobs"][name]["strategy"]["matrix"]
        assert [system.partition("-")[0] for system in matrix["os"]] == ["ubuntu", "macos", "windows"]  # fmt: skip
        assert matrix["python"] == [pythons[0], pythons[-1]]
    wheel = file.jobs["wheel"]
    assert wheel.needs == ("build",)
    assert not any("checkout" in (step.uses or "") for step in wheel.steps)


@pytest.mark.requirement("R4-2")
def test_a_release_run_is_started_by_a_person_and_publishes_nothing() -> None:
    """Provenance: issue 6, points 1 and 4: the tool computes, a person approves; nothing is tagged or pushed."""
    file = named("release")

    assert list(file.raw["on"]) == ["workflow_dispatch"]
    assert any(
        "nox -s gate -- --policy .github/gate.toml --base" in str(step.run)
        for _, step in file.steps()
    )
    assert file.jobs["attest"].needs == ("build",)
    assert file.jobs["build"].needs == ("gate",)
    assert laws.scripts(file) == []


def test_the_reusable_workflow_hands_on_every_input_and_output_of_the_action() -> None:
    """Provenance: issue 6, point 1: declared outputs."""
    called, action = named("parity"), laws.read(ACTION)
    (step,) = [step for _, step in called.steps() if step.uses == "$/"]
    outputs = called.raw["on"]["workflow_call"]["outputs"]

    assert set(step.given) == set(action.parsed.inputs)
    assert set(step.given) < set(called.parsed.inputs)
    assert set(outputs) == set(action.raw["outputs"]) == set(called.jobs["parity"].outputs)
    assert {name: one["value"] for name, one in outputs.items()} == {name: f"${{{{ jobs.parity.outputs.{name} }}}}" for name in outputs}  # fmt: skip


def test_parity_in_ten_lines_is_what_the_page_shows() -> None:
    """Provenance: issue 6, point 1: an SDK's own repository gets parity in ten lines; what is shown must be right."""
    page = (ROOT / "docs/ci.md").read_text("utf-8")
    whole, action = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[:2]
    called, steps = (YAML(typ="safe", pure=True).load(text) for text in (whole, action))
    (job,) = called["jobs"].values()
    (step,) = [one for one in steps["steps"] if "codex-parity" in one.get("uses", "")]

    assert len(whole.strip().split("\n")) <= 10
    assert re.fullmatch(r"OWNER/codex-parity/\.github/workflows/parity\.yml@COMMIT", job["uses"])
    parity = named("parity").parsed
    with_defaults(parity.inputs, {name: str(one) for name, one in job["with"].items()}, "parity")
    with_defaults(laws.read(ACTION).parsed.inputs, {name: str(one) for name, one in step["with"].items()}, "action")  # fmt: skip
    outputs = set(re.findall(r"(?:needs|steps)\.parity\.outputs\.(\w+)", page))
    assert outputs
    assert outputs <= set(laws.read(ACTION).raw["outputs"])
