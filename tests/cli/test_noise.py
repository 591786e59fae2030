"""``noise`` and ``run --rerun`` as a person meets them: a flaky SDK is named with its rate, a quiet one is quiet."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import cast

import psutil
import pytest

from harness.jsonvalue import JsonValue
from harness.root import find_root, load_schemas
from tests.commandline import PROGRAM, ROOT, codex_parity, environment

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]
ONE = "exec.items.agent-message"


@pytest.fixture(scope="module")
def flaky(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A subject that is wrong now and then."""
    text = (ROOT / "subjects/reference/subject.toml").read_text("utf-8")
    path = tmp_path_factory.mktemp("flaky") / "flaky.toml"
    text = text.replace('name = "reference"', 'name = "flaky"')
    text = text.replace(
        '"-m", "harness.subjects.reference"',
        json.dumps(str(Path(__file__).parent / "now_and_then.py")),
    )
    text = text.replace('sdk = "codex-parity-reference"', 'sdk = "now-and-then"')  # fmt: skip
    path.write_text(text, "utf-8")
    return str(path)


def noise(out: Path, *arguments: str) -> tuple[int, str, dict[str, JsonValue]]:
    """Run ``noise`` with one play at a time; exit code, output, document."""
    ended = codex_parity("noise", "-k", ONE, "-j", "1", "-o", str(out), *arguments, folder=out)
    text = (out / "noise.json").read_text("utf-8")
    return ended.code, ended.out + ended.err, json.loads(text)


def test_a_subject_that_is_always_the_same_is_quiet_also_beside_load(tmp_path: Path) -> None:
    """Provenance: issue text, `nox -s noise`, under CPU load too."""
    before = {process.pid for process in psutil.process_iter()}
    code, said, document = noise(tmp_path, "--subject", "reference", "--times", "3", "--load")

    assert code == 0, said
    assert (document["plays"], document["load"]) == (6, os.cpu_count())
    assert load_schemas(find_root(ROOT)).first_problem("noise", document) is None
    left = [
        process.info["cmdline"]
        for process in psutil.process_iter(["cmdline"])
        if process.pid not in before and "while True: pass" in (process.info["cmdline"] or [])
    ]
    assert left == []


def test_a_subject_that_differs_from_itself_is_named_with_its_rates(
    flaky: str, tmp_path: Path
) -> None:
    """Provenance: issue text, item 4."""
    code, said, document = noise(tmp_path, "--subject", flaky, "--times", "4")

    assert code == 1, said
    assert f"noisy: {ONE}, flaky, run: " in said
    assert load_schemas(find_root(ROOT)).first_problem("noise", document) is None
    cells = cast("list[dict[str, JsonValue]]", document["cells"])
    for cell in cells:
        counts = [one["count"] for one in cast("list[dict[str, JsonValue]]", cell["outcomes"])]
        assert sum(cast("list[int]", counts)) == 4
        assert len(counts) == 2
    assert "input&#95;tokens" in (tmp_path / "noise.md").read_text("utf-8")


@pytest.mark.requirement("R4-8")
def test_a_divergence_is_played_again_alone_and_told_with_its_rate(
    flaky: str, tmp_path: Path
) -> None:
    """Provenance: issue text, item 4: flaky with its rate, alone and re-run alone, never averaged away."""
    ended = codex_parity(
        "run", "--subject", flaky, "--filter", ONE, "--no-golden", "-j", "1", "--rerun", "4", folder=tmp_path
    )  # fmt: skip

    assert ended.code == 1, ended.out + ended.err
    (result,) = ended.results()
    (rerun,) = (line for line in ended.lines() if line["kind"] == "rerun")
    assert result["verdict"] == "divergence"
    assert (rerun["plays"], rerun["differing"]) == (5, 3)
    rate = "3 of 5 plays differ"
    assert f"flaky: {ONE} {rate}" in ended.out
    assert rate in ended.err
    for name in ("index.html", "summary.md", "run.jsonl"):
        text = (tmp_path / name).read_text("utf-8")
        assert "flaky" in text, name
    assert rate in (tmp_path / "index.html").read_text("utf-8")
    summary = json.loads((tmp_path / "summary.json").read_bytes())
    assert summary["reruns"] == [
        {"scenario": ONE, "subject": "flaky", "plays": 5, "differing": 3, "flaky": True}
    ]


def test_without_reruns_nothing_is_played_again(flaky: str, tmp_path: Path) -> None:
    """Provenance: ours; `--rerun 0`."""
    ended = codex_parity(
        "run", "--subject", flaky, "--filter", ONE, "--no-golden", "-j", "1", "--rerun", "0", folder=tmp_path
    )  # fmt: skip

    assert ended.code == 1
    assert [line for line in ended.lines() if line["kind"] == "rerun"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--times", "1"], 2, "1 is not in the range"),
        (["--subject", "nobody"], 2, "no subject `nobody`"),
        (["-k", "exec.nothing"], 4, "no scenario fits"),
    ],
)
def test_a_wrong_call_says_what_to_do(
    arguments: list[str], code: int, message: str, tmp_path: Path
) -> None:
    """Provenance: ours; the exit codes of docs/ci.md."""
    ended = codex_parity("noise", "-o", str(tmp_path), *arguments, folder=tmp_path)

    assert ended.code == code, ended.out + ended.err
    assert message in ended.err


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
def test_an_interrupted_noise_run_leaves_no_busy_process(name: str, tmp_path: Path) -> None:
    """Provenance: ours; a process that only computes would heat the machine for ever."""
    with tempfile.TemporaryDirectory(prefix="p-") as temp:
        run = subprocess.Popen(
            [*PROGRAM, "noise", "--subject", "reference", "-k", "family:cancel", "--times", "50", "--load", "-o", str(tmp_path)],
            cwd=ROOT, env=environment(TMPDIR=temp), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, encoding="utf-8",
            start_new_session=True,
        )  # fmt: skip
        assert run.stderr is not None
        for line in run.stderr:
            if line.startswith("playing"):
                break
        busy = wait_for_busy(run.pid)
        os.kill(run.pid, signal.Signals[name])
        run.communicate(timeout=60)
        _, alive = psutil.wait_procs(busy, timeout=30)

    assert busy
    assert alive == []
    assert not (tmp_path / "noise.json").exists()
    assert run.returncode == {"SIGINT": 130, "SIGKILL": -signal.SIGKILL}[name]


def wait_for_busy(pid: int) -> list[psutil.Process]:
    """The busy processes below ``pid``, as soon as they are there; empty when it ended before."""
    while psutil.pid_exists(pid):
        found = [
            child
            for child in psutil.Process(pid).children(recursive=True)
            if child.is_running() and "while True: pass" in child.cmdline()
        ]
        if len(found) == (os.cpu_count() or 1):
            return found
    return []
