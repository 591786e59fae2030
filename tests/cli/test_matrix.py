"""A run over several machines through the command line: plan, shards, joining, and everything that is refused."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from harness.catalogue import load
from harness.cli.shard import platform_here
from harness.jsonvalue import JsonValue, canonical
from harness.root import find_root, load_schemas
from tests.commandline import PROGRAM, ROOT, Ended, codex_parity, environment, mutant
from tests.report import runs

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]
FILTER = "exec.options.config-*"
LEG = f"{platform_here()}-mock"
SHARDS = (f"{LEG}-1", f"{LEG}-2")
SCHEMAS = load_schemas(find_root(ROOT))
Line = dict[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A plan, its two shards, and the same played as one run."""

    folder: Path
    subjects: tuple[str, ...]

    @property
    def plan(self) -> Path:
        return self.folder / "plan.json"

    @property
    def shards(self) -> list[str]:
        return [str(self.folder / name) for name in SHARDS]

    def copies(self, into: Path) -> list[Path]:
        """The shards where a test may spoil them."""
        found = [into / name for name in SHARDS]
        for name, path in zip(SHARDS, found, strict=True):
            path.mkdir()
            shutil.copy(self.folder / name / "run.jsonl", path)
        return found


def merged(shards: Iterable[str | Path], out: Path, *more: str) -> Ended:
    return codex_parity("merge", *map(str, shards), "-o", str(out), *more, folder=out)


def lines_of(path: Path) -> list[Line]:
    text = (path / "run.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


def write(path: Path, lines: Iterable[Line], tail: str = "") -> None:
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (path / "run.jsonl").write_text(text + tail, "utf-8")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """A port with known differences and features that it lacks, and a client that is wrong in one way."""
    folder = tmp_path_factory.mktemp("matrix")
    subjects = ("--subject", "codex-sdk-python", "--subject", mutant("escapes_nothing", folder))
    planned = codex_parity(
        "matrix", "plan", "--shards", "2", "-k", FILTER, *subjects, "-o", str(folder / "plan.json"), folder=folder
    )  # fmt: skip
    assert planned.code == 0, planned.err
    for name in SHARDS:
        shard = codex_parity(
            "run", "--plan", str(folder / "plan.json"), "--shard", name, "--rerun", "1", folder=folder / name
        )  # fmt: skip
        assert shard.code in {0, 1}, shard.err
    return Played(folder=folder, subjects=subjects)


def ordered(value: JsonValue) -> JsonValue:
    """A value in which no order counts."""
    if isinstance(value, list):
        return sorted(map(ordered, value), key=json.dumps)
    if isinstance(value, dict):
        return {key: ordered(one) for key, one in sorted(value.items())}
    return value


@pytest.mark.requirement("F11")
def test_two_shards_joined_give_the_summary_of_one_run(played: Played, tmp_path: Path) -> None:
    """Provenance: issue text; order and time aside, and what says which run it is."""
    one = codex_parity(
        "run", "-k", FILTER, *played.subjects, "--rerun", "1", folder=tmp_path / "one"
    )
    both = merged(played.shards, tmp_path / "both", "--plan", str(played.plan))

    whole = json.loads((tmp_path / "one/summary.json").read_text("utf-8"))
    joined = json.loads((tmp_path / "both/summary.json").read_text("utf-8"))
    for summary in (whole, joined):
        for name in ("run_id", "command", "started_at", "finished_at", "duration_ms"):
            del summary[name]
    assert ordered(joined) == ordered(whole)
    assert {"match", "known", "divergence", "not_applicable"} <= whole["verdicts"].keys()
    assert whole["reruns"]
    assert (both.code, one.code) == (1, 1), both.err
    assert "joined from 2 shards" in both.out


@pytest.mark.requirement("F11")
def test_every_line_of_the_joined_run_fits_its_schema_and_its_header_names_the_shards(
    played: Played, tmp_path: Path
) -> None:
    """Provenance: schemas/run.json."""
    merged(played.shards, tmp_path)
    lines = lines_of(tmp_path)

    assert [found for line in lines if (found := SCHEMAS.first_problem("run", line))] == []
    pieces = cast("list[Line]", cast("Line", lines[0]["merged"])["runs"])
    assert [one["shard"] for one in pieces] == [*SHARDS]
    assert [one["run_id"] for one in pieces] == [
        lines_of(Path(one))[0]["run_id"] for one in played.shards
    ]
    assert "shard" not in lines[0]


@pytest.mark.requirement("F11", "R0-21")
def test_without_one_shard_joining_fails_with_its_name_and_leaves_no_report(
    played: Played, tmp_path: Path
) -> None:
    """Provenance: issue text; also where an earlier report lies."""
    merged(played.shards, tmp_path)
    ended = merged(played.shards[:1], tmp_path)

    assert ended.code == 4
    assert f"the shard is missing: {SHARDS[1]}" in ended.err
    assert "Traceback" not in ended.err
    assert [path.name for path in tmp_path.iterdir()] == []


@pytest.mark.requirement("F11")
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_shard_that_was_killed_is_refused(played: Played, tmp_path: Path) -> None:
    """Provenance: issue text; SIGKILL in the middle of the plays leaves no footer."""
    first, second = played.copies(tmp_path)
    run = subprocess.Popen(
        [*PROGRAM, "run", "--plan", str(played.plan), "--shard", SHARDS[1], "-j", "1", "-o", str(second)],
        cwd=ROOT, env=environment(), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, encoding="utf-8",
    )  # fmt: skip
    assert run.stderr is not None
    assert any(line.startswith("playing") for line in run.stderr)
    os.kill(run.pid, signal.SIGKILL)
    run.communicate(timeout=60)
    ended = merged([first, second], tmp_path / "out")

    assert ended.code == 4, ended.err
    assert f"the shard {SHARDS[1]} was interrupted" in ended.err
    assert not (tmp_path / "out").exists()


def no_run(folders: list[Path]) -> list[Path]:
    (folders[1] / "run.jsonl").unlink()
    return folders


def twice(folders: list[Path]) -> list[Path]:
    return [*folders, folders[0].parent / "." / folders[0].name]


def duplicate(folders: list[Path]) -> list[Path]:
    copy = folders[0].parent / "copy"
    shutil.copytree(folders[0], copy)
    return [*folders, copy]


def truncated(folders: list[Path]) -> list[Path]:
    data = (folders[1] / "run.jsonl").read_bytes()
    (folders[1] / "run.jsonl").write_bytes(data[:-200])
    return folders


def no_shard(folders: list[Path]) -> list[Path]:
    head, *rest = lines_of(folders[1])
    write(folders[1], [{key: one for key, one in head.items() if key != "shard"}, *rest])
    return folders


def other_plan(folders: list[Path]) -> list[Path]:
    head, *rest = lines_of(folders[1])
    write(folders[1], [{**head, "shard": {**cast("Line", head["shard"]), "plan": "f" * 64}}, *rest])
    return folders


def other_version(folders: list[Path]) -> list[Path]:
    head, *rest = lines_of(folders[1])
    write(folders[1], [{**head, "tool": {**cast("Line", head["tool"]), "version": "9"}}, *rest])
    return folders


def nonsense(folders: list[Path]) -> list[Path]:
    (folders[1] / "run.jsonl").write_text("what\n", "utf-8")
    return folders


@pytest.mark.requirement("F11")
@pytest.mark.parametrize(
    ("spoil", "code", "message"),
    [
        (no_run, 2, "no run file at"),
        (twice, 2, "the folder "),
        (duplicate, 2, f"the shard {SHARDS[0]} twice: "),
        (truncated, 4, f"the shard {SHARDS[1]} was cut off in the middle of a line"),
        (no_shard, 2, "a run that is no shard of a plan"),
        (other_plan, 2, "shards of two plans"),
        (other_version, 2, "differ in the version of codex-parity: 0.1.0 and 9"),
        (nonsense, 2, "not JSON"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_wrong_shards_are_refused_each_in_its_own_words_and_nothing_is_written(
    spoil: object, code: int, message: str, played: Played, tmp_path: Path
) -> None:
    """Provenance: issue text, wrong input."""
    assert callable(spoil)
    ended = merged(spoil(played.copies(tmp_path)), tmp_path / "out")

    assert ended.code == code, ended.err
    assert message in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "out").exists()


def test_the_reports_never_take_the_place_of_a_shard(played: Played, tmp_path: Path) -> None:
    """Provenance: what is read must not be written over."""
    first, second = played.copies(tmp_path)
    before = (first / "run.jsonl").read_bytes()
    ended = merged([first, second], first)

    assert ended.code == 2
    assert "would take the place of a shard" in ended.err
    assert (first / "run.jsonl").read_bytes() == before


def as_leg(source: Path, target: Path, leg: str, shards: list[JsonValue]) -> None:
    """The shard as another machine would have played it in another leg."""
    head, *rest = lines_of(source)
    part = cast("Line", head["shard"])
    name = str(part["name"]).replace(LEG, leg)
    target.mkdir()
    tool = {**cast("Line", head["tool"]), "platform": leg}
    write(target, [{**head, "tool": tool, "shard": {**part, "leg": leg, "name": name, "shards": shards}}, *rest])  # fmt: skip


@pytest.mark.requirement("F11", "R0-21")
def test_several_legs_get_a_report_each_and_an_overview_that_links_to_them(
    played: Played, tmp_path: Path
) -> None:
    """Provenance: issue text; a result from every platform, a missing one fails."""
    names: list[JsonValue] = [f"{leg}-{number}" for leg in ("a", "b") for number in (1, 2)]
    for leg in ("a", "b"):
        for number, source in enumerate(played.shards, start=1):
            as_leg(Path(source), tmp_path / f"{leg}-{number}", leg, names)
    folders = [tmp_path / str(name) for name in names]
    out = tmp_path / "out"
    ended = merged(folders, out)

    assert ended.code == 1, ended.err
    for leg in ("a", "b"):
        assert (out / leg / "index.html").is_file()
        assert f'href="{leg}/index.html"' in (out / "index.html").read_text("utf-8")
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert SCHEMAS.first_problem("overview", summary) is None
    assert [one["legs"] for one in summary["failures"]] == [["a", "b"]] * len(summary["failures"])
    assert summary["failures"]
    assert (out / "summary.md").read_text("utf-8").count("\n") <= 60
    lacking = merged(folders[:2], tmp_path / "lacking")
    assert lacking.code == 4
    assert "shards are missing: b-1, b-2" in lacking.err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--shards", "0"], 2, "0 shards"),
        (["--leg", "solaris"], 2, "no platform `solaris`"),
        (["--leg", "linux/new"], 2, "no codex `new`"),
        (["--leg", "linux", "--leg", "linux/mock"], 2, "the leg linux-mock twice"),
        (["-k", "exec.nothing"], 4, "no scenario fits `exec.nothing`"),
        (["--shards", "999", "--emit", "github"], 2, "390 shards, and GitHub Actions makes 256"),
        (["-s", "nobody"], 2, "no subject `nobody`"),
        (["--durations", "nowhere"], 2, "no run file at nowhere"),
    ],
)
def test_a_plan_that_nobody_could_play_is_refused(
    arguments: list[str], code: int, message: str, tmp_path: Path
) -> None:
    """Provenance: issue text."""
    ended = codex_parity("matrix", "plan", *arguments, "-o", str(tmp_path / "p"), folder=tmp_path)

    assert ended.code == code, ended.out + ended.err
    assert message in ended.err
    assert not (tmp_path / "p").exists()


def test_more_shards_than_scenarios_are_fewer_shards_and_it_is_said(tmp_path: Path) -> None:
    """Provenance: decisions/0016; one number of shards serves legs of every size."""
    ended = codex_parity("matrix", "plan", "--shards", "9", "-k", "exec.items.agent-message", folder=tmp_path)  # fmt: skip

    assert ended.code == 0
    assert "1 scenario in 1 shard" in ended.out
    assert "9 shards were asked for; each has one scenario" in ended.out


@pytest.mark.requirement("F11")
def test_github_gets_one_line_of_json_with_a_job_per_shard(played: Played, tmp_path: Path) -> None:
    """Provenance: the interface that the workflows use; `$GITHUB_OUTPUT` takes one line."""
    ended = codex_parity(
        "matrix", "plan", "--leg", "linux", "--leg", "macos", "--leg", "linux/0.169.0", "--emit", "github",
        "--durations", played.shards[0], folder=tmp_path,
    )  # fmt: skip

    (line,) = ended.out.rstrip("\n").split("\n")
    assert [(one["shard"], one["os"]) for one in json.loads(line)["include"]] == [
        ("linux-0.169.0-1", "ubuntu-24.04"),
        ("linux-mock-1", "ubuntu-24.04"),
        ("macos-mock-1", "macos-15"),
    ]
    assert "macos-mock: 390 scenarios in 1 shard" in ended.err


def test_the_plan_on_stdout_is_the_plan_in_the_file(tmp_path: Path) -> None:
    """Provenance: schemas/plan.json."""
    ended = codex_parity("matrix", "plan", "--emit", "json", "-o", str(tmp_path / "p"), folder=tmp_path)  # fmt: skip
    told = json.loads((tmp_path / "p").read_text("utf-8"))

    assert json.loads(ended.out) == told
    assert SCHEMAS.first_problem("plan", told) is None


@pytest.mark.parametrize(
    "arguments",
    [["-k", "x"], ["-s", "codex-sdk-python"], ["--matrix"], ["--lane", "mock"], ["--codex", "0.169.0"], ["--reference", "reference"], ["NAME"]],
    ids=" ".join,
)  # fmt: skip
def test_a_shard_and_an_option_that_says_the_same_are_refused_together(
    arguments: list[str], played: Played, tmp_path: Path
) -> None:
    """Provenance: issue text; also where both agree."""
    ended = codex_parity("run", "--plan", str(played.plan), "--shard", SHARDS[0], *arguments, folder=tmp_path)  # fmt: skip

    assert ended.code == 2
    assert "together with `--plan`" in ended.err


def changed(plan: Path, into: Path, change: dict[str, JsonValue]) -> Path:
    """The plan as another version or another catalogue would have made it, with the id that belongs to it."""
    document = {**json.loads(plan.read_text("utf-8")), **change}
    body = {key: one for key, one in document.items() if key not in {"schema", "id"}}
    document["id"] = hashlib.sha256(canonical(body)).hexdigest()
    path = into / "other.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def test_a_plan_of_another_version_normaliser_or_catalogue_is_refused(
    played: Played, tmp_path: Path
) -> None:
    """Provenance: issue text."""
    shards = json.loads(played.plan.read_text("utf-8"))["shards"]
    gone = [{**shards[0], "scenarios": {"exec.gone": "0" * 64}}, shards[1]]
    name = next(iter(shards[0]["scenarios"]))
    other = [{**shards[0], "scenarios": {**shards[0]["scenarios"], name: "0" * 64}}, shards[1]]
    for change, message in (
        ({"tool": {"version": "9"}}, "made with codex-parity 9, and this is"),
        ({"normaliser": "x"}, "made with the normaliser x, and this is"),
        ({"shards": gone}, "another catalogue: there is no scenario `exec.gone` here"),
        ({"shards": other}, f"another catalogue: the scenario `{name}` has changed since"),
        ({"subjects": [{"name": "other", "given": "codex-sdk-python"}]}, "means the subject other"),
    ):
        plan = changed(played.plan, tmp_path, cast("Line", change))
        ended = codex_parity("run", "--plan", str(plan), "--shard", SHARDS[0], folder=tmp_path / "out")  # fmt: skip
        assert ended.code == 2, ended.err
        assert message in ended.err


def test_a_shard_of_another_platform_is_refused(tmp_path: Path) -> None:
    """Provenance: issue text; its results would be filed under a platform that nobody played on."""
    other = "windows" if platform_here() != "windows" else "linux"
    plan = str(tmp_path / "plan.json")
    codex_parity("matrix", "plan", "--leg", other, "-o", plan, folder=tmp_path)
    ended = codex_parity("run", "--plan", plan, "--shard", f"{other}-mock-1", folder=tmp_path)

    assert ended.code == 2
    assert f"is for {other}, and this machine is {platform_here()}" in ended.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--shard", "x"], "`--shard` without `--plan`"),
        (["--plan", "nowhere.json", "--shard", "x"], "no plan: No such file"),
        (["--plan", "pyproject.toml", "--shard", "x"], "not a plan: not JSON"),
    ],
)
def test_a_shard_needs_a_plan(arguments: list[str], message: str, tmp_path: Path) -> None:
    """Provenance: a message for every wrong use."""
    ended = codex_parity("run", *arguments, folder=tmp_path)

    assert ended.code == 2
    assert message in ended.err


def test_a_plan_needs_a_shard_that_it_has(played: Played, tmp_path: Path) -> None:
    """Provenance: a message for every wrong use."""
    for arguments, message in (
        ([], "`--plan` without `--shard`"),
        (["--shard", "x"], "no shard `x`"),
    ):
        ended = codex_parity("run", "--plan", str(played.plan), *arguments, folder=tmp_path)
        assert ended.code == 2
        assert message in ended.err
        assert SHARDS[1] in ended.err


def test_only_a_whole_run_is_a_recording(played: Played, tmp_path: Path) -> None:
    """Provenance: a recording of some scenarios would call the others average."""
    ended = codex_parity("matrix", "durations", played.shards[0], "-o", str(tmp_path / "d"), folder=tmp_path)  # fmt: skip

    assert ended.code == 2
    assert "filtered, interrupted or one shard" in ended.err
    assert not (tmp_path / "d").exists()


def test_a_whole_run_becomes_a_recording_without_the_folder_it_wrote_to(tmp_path: Path) -> None:
    """Provenance: fixtures/durations.json is recorded and never typed by hand; no path of one machine in it."""
    head = runs.header(command=["codex-parity", "run", "-o", "/somewhere", "--rerun", "1"])
    told = runs.run(runs.result("left", duration_ms=41.6), runs.result("right", "not_applicable"), head=head)  # fmt: skip
    write(tmp_path, told)
    ended = codex_parity("matrix", "durations", str(tmp_path), "-o", str(tmp_path / "d.json"), folder=tmp_path)  # fmt: skip
    found = json.loads((tmp_path / "d.json").read_text("utf-8"))

    assert ended.code == 0, ended.err
    assert SCHEMAS.first_problem("durations", found) is None
    assert found["milliseconds"] == {"mock": {runs.ONE: {"left": 42}}}
    assert found["provenance"]["runs"] == [
        {"command": "codex-parity run --rerun 1", "date": "2026-11-21", "cpus": 2, "platform": "Linux", "version": "0.1.0"}
    ]  # fmt: skip


def test_the_committed_recording_speaks_of_the_scenarios_there_are() -> None:
    """Provenance: `codex-parity matrix durations`; what it does not know is balanced by the median only."""
    root = find_root(ROOT)
    found = json.loads((root.fixtures / "durations.json").read_text("utf-8"))
    known = found["milliseconds"]["mock"].keys()
    there = {one.id for one in load(root, SCHEMAS).scenarios}

    assert SCHEMAS.first_problem("durations", found) is None
    assert len(there & known) >= 0.9 * len(there)
    assert "/tmp" not in json.dumps(found["provenance"])
