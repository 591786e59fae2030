"""Small workflows, run for real: what is red on GitHub is red here, and nothing is passed over in silence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.commandline import ROOT

HEAD = """\
name: small
on:
  workflow_dispatch:
    inputs:
      word: {type: string, default: hello}
defaults: {run: {shell: bash}}
jobs:
"""
pytestmark = pytest.mark.process


class Ended:
    """How ``python -m ci_local small`` ended."""

    def __init__(self, folder: Path, *words: str) -> None:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "tmp"), "GH_TOKEN": "not-for-jobs"}  # fmt: skip
        (folder / "tmp").mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-m", "ci_local", "small", *words],
            cwd=folder / "repo", env=env, capture_output=True, encoding="utf-8", timeout=50, check=False,
        )  # fmt: skip
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr
        self.results = {
            line.split()[1]: line.split()[0]
            for line in self.out.split("\n")
            if line.startswith(("success ", "failure ", "skipped ", "elsewhere "))
        }
        self.kept = folder / "repo" / "reports" / "ci_local" / "small"
        assert list((folder / "tmp").iterdir()) == [], "a job left its folder"


def small(folder: Path, workflow: str, **files: str) -> Path:
    """A committed repository with the workflow ``small``; returns the folder around it."""
    repo = folder / "repo"
    (repo / ".github/workflows").mkdir(parents=True)
    for name, text in {".github/workflows/small.yml": HEAD + workflow, **files}.items():
        (repo / name).write_text(text, "utf-8")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], cwd=repo, check=True, capture_output=True)
    return folder


def job(name: str, *steps: str, head: str = "") -> str:
    """A job of steps, each a line of YAML after the dash."""
    lines = [f"  {name}:", "    runs-on: ubuntu-24.04", *(f"    {line}" for line in head.split("\n") if line), "    steps:"]  # fmt: skip
    return "\n".join([*lines, *(f"      - {one}" for one in steps)]) + "\n"


CHECKOUT = "uses: actions/checkout@0 "


def test_outputs_summaries_and_artifacts_go_from_job_to_job(tmp_path: Path) -> None:
    """Provenance: issue 6, point 1: the very steps of a job, with a matrix made by another."""
    there = small(
        tmp_path,
        job(
            "plan",
            CHECKOUT,
            '{id: p, run: "cat jobs >> $GITHUB_OUTPUT; echo \\"## $WORD\\" >> $GITHUB_STEP_SUMMARY", env: {WORD: "${{ inputs.word }}"}}',
            head="outputs: {jobs: '${{ steps.p.outputs.jobs }}'}",
        )
        + job(
            "shard",
            '{run: "mkdir -p out/$N; echo $N > out/$N/n; test -z \\"$GH_TOKEN\\"", env: {N: "${{ matrix.n }}"}}',
            '{uses: actions/upload-artifact@0, with: {name: "shard-${{ matrix.n }}", path: out}}',
            head="needs: plan\nstrategy: {fail-fast: false, matrix: '${{ fromJSON(needs.plan.outputs.jobs) }}'}",
        )
        + job(
            "merge",
            "{uses: actions/download-artifact@0, with: {pattern: shard-*, path: all, merge-multiple: true}}",
            "{run: cat all/1/n all/2/n && echo A=b >> $GITHUB_ENV}",
            "{run: test $A = b}",
            head="needs: [plan, shard]",
        ),
        jobs='jobs={"include": [{"n": 1}, {"n": 2}]}\n',
    )  # fmt: skip

    ended = Ended(there, "--input", "word=bye")

    assert ended.code == 0, ended.out + ended.err
    assert list(ended.results) == ["plan", "shard-1", "shard-2", "merge"]
    assert (ended.kept / "plan/summary.md").read_text("utf-8") == "## bye\n"
    assert (ended.kept / "merge/02.log").read_text("utf-8") == "1\n2\n"


def test_a_failed_step_is_a_failed_job_and_what_must_happen_still_happens(tmp_path: Path) -> None:
    """Provenance: docs.github.com, status check functions; issue 6: artifacts even on failure, merge even after it."""
    there = small(
        tmp_path,
        job("red", "run: false", "run: echo never", "{if: '${{ !cancelled() }}', run: echo still}", "{if: failure(), run: echo told}")
        + job("after", "run: echo never", head="needs: red")
        + job("later", "run: echo never", head="needs: after")
        + job("merge", "run: echo merged", head="needs: [red, after]\nif: ${{ !cancelled() && needs.red.result == 'failure' }}")
        + job("fine", "{id: a, run: exit 3, continue-on-error: true}", "{run: test $A = failure-success, env: {A: '${{ steps.a.outcome }}-${{ steps.a.conclusion }}'}}"),
    )  # fmt: skip

    ended = Ended(there)

    assert ended.code == 1
    assert ended.results == {"red": "failure", "after": "skipped", "later": "skipped", "merge": "success", "fine": "success"}  # fmt: skip
    assert "failed: false" in ended.out
    said = ended.out.split("\n")
    assert [word for word in ("never", "still", "told", "merged") if word in said] == ["still", "told", "merged"]  # fmt: skip


def test_bash_stops_at_the_first_failure_also_in_a_pipe(tmp_path: Path) -> None:
    """Provenance: docs.github.com, defaults.run.shell: `bash` has pipefail, no shell at all has not."""
    there = small(tmp_path, job("a", "run: false | cat") + job("b", "{run: false | cat, shell: zsh}"))  # fmt: skip

    assert Ended(there, "--job", "a").code == 1
    refused = Ended(there, "--job", "b")
    assert (refused.code, "no shell `zsh`" in refused.err) == (2, True)


def test_jobs_of_another_system_are_counted_and_not_run(tmp_path: Path) -> None:
    """Provenance: issue 6, point 1."""
    there = small(
        tmp_path,
        job("all", "run: echo here", head="strategy: {fail-fast: false, matrix: {os: [macos-15, windows-2025, ubuntu-24.04]}}").replace("ubuntu-24.04\n", "${{ matrix.os }}\n")
        + job("then", "run: echo then", head="needs: all"),
    )  # fmt: skip

    ended = Ended(there)

    assert ended.code == 0, ended.err
    assert list(ended.results.values()) == ["elsewhere", "elsewhere", "success", "success"]
    assert "not run here: macos: 1 of 4 jobs" in ended.out
    assert "not run here: windows: 1 of 4 jobs" in ended.out


def test_a_job_sees_what_is_committed_and_nothing_else(tmp_path: Path) -> None:
    """Provenance: issue 6, point 1: a fresh clone per job; GitHub has not what nobody committed."""
    there = small(tmp_path, job("a", CHECKOUT, "run: ls"), **{"kept.txt": "x"})
    (there / "repo/forgotten.txt").write_text("x", "utf-8")

    ended = Ended(there)

    assert (ended.kept / "a/02.log").read_text("utf-8") == "kept.txt\n"


def test_a_composite_action_of_the_repository_is_played_with_its_inputs_and_outputs(
    tmp_path: Path,
) -> None:
    """Provenance: docs.github.com, "Adding an action from the same repository": `$/` needs no checkout."""
    action = """\
name: small
description: small
inputs: {word: {description: w, default: none}}
outputs: {said: {description: s, value: "${{ steps.one.outputs.said }}"}}
runs:
  using: composite
  steps:
    - {id: one, shell: bash, env: {WORD: "${{ inputs.word }}"}, run: 'echo "said=$WORD" >> "$GITHUB_OUTPUT"; test -f "$GITHUB_ACTION_PATH/action.yml"'}
    - {shell: bash, env: {WORD: "${{ inputs.word }}"}, run: 'test "$WORD" != bad'}
"""
    uses = "{id: x, uses: $/, with: {word: '${{ inputs.word }}'}}"
    there = small(
        tmp_path,
        job("a", uses, "{run: test $S = hello, env: {S: '${{ steps.x.outputs.said }}'}}"),
        **{"action.yml": action},
    )

    assert Ended(there).code == 0
    assert Ended(there, "--input", "word=bad").results == {"a": "failure"}


def test_a_job_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    """Provenance: docs.github.com, timeout-minutes; here 0, so that nobody waits."""
    there = small(tmp_path, job("a", "run: sleep 300 & wait", head="timeout-minutes: 0"))

    ended = Ended(there)

    assert (ended.code, ended.results) == (1, {"a": "failure"})
    assert "the time of the job is over" in ended.out


def test_a_cache_is_kept_from_run_to_run_and_only_of_a_job_that_was_green(tmp_path: Path) -> None:
    """Provenance: actions/cache v4.3.0: its post step runs after success."""
    uses = "{id: c, uses: actions/cache@0, with: {path: kept, key: 'k-${{ inputs.word }}', restore-keys: k-}}"
    there = small(
        tmp_path,
        job("a", uses, "{run: 'mkdir -p kept; ls kept; touch kept/$WORD; test $WORD != bad', env: {WORD: '${{ inputs.word }}'}}"),
    )  # fmt: skip
    seen = []
    for word in ("bad", "one", "two"):
        ended = Ended(there, "--input", f"word={word}")
        seen.append((ended.code, (ended.kept / "a/02.log").read_text("utf-8")))

    assert seen == [(1, ""), (0, ""), (0, "one\n")]


@pytest.mark.parametrize(
    ("jobs", "words", "said"),
    [
        (job("a", "uses: somebody/action@0"), [], "no action `somebody/action`"),
        (job("a", "{uses: actions/checkout@0, with: {submodules: true}}"), [], "`submodules`"),
        (job("a", "{uses: actions/checkout@0, with: {repository: other/one}}"), [], "only this repository"),
        (job("a", "{uses: actions/checkout@0, with: {ref: v1}}"), [], "git rev-parse"),
        (job("a", "run: true", head="if: github.actor == 'x'"), [], "no `actor`"),
        (job("a", "{run: true, if: inputs.words}"), [], "no `words`"),
        (job("a", "run: true", head="strategy: {fail-fast: false, matrix: '${{ inputs.word }}'}"), [], "the matrix is no mapping"),
        (job("a", "run: true"), ["--job", "b"], "no job `b`"),
        (job("a", "run: true"), ["--input", "x=1"], "no input `x`"),
        (job("a", "run: true"), ["--input", "x"], "is not NAME=VALUE"),
    ],
)  # fmt: skip
def test_what_this_interpreter_does_not_know_is_an_error(
    jobs: str, words: list[str], said: str, tmp_path: Path
) -> None:
    """Provenance: issue 6, point 1: never silently true, never passed over."""
    ended = Ended(small(tmp_path, jobs), *words)

    assert (ended.code, said in ended.err) == (2, True), ended.err


def test_a_python_is_set_up_for_the_job_and_a_stand_in_is_told(tmp_path: Path) -> None:
    """Provenance: ours: what was not as on GitHub is said at the end."""
    there = small(
        tmp_path,
        job("a", "{uses: actions/setup-python@0, with: {python-version: '9.9'}}", "run: python -c 'import sys; assert sys.prefix != sys.base_prefix'"),
    )  # fmt: skip

    ended = Ended(there)

    assert ended.code == 0, ended.out
    assert f"Python {sys.version_info.major}.{sys.version_info.minor} in place of 9.9 (1 times)" in ended.out  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="process groups and signals of POSIX")
@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_no_process_and_no_folder(
    name: signal.Signals, tmp_path: Path
) -> None:
    """Provenance: exit code 130; what a step started ends with it."""
    there = small(tmp_path, job("a", "run: sleep 300 & echo pid=$!; wait"))
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "ci_local", "small"],
        cwd=there / "repo", env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as run:  # fmt: skip
        assert run.stdout is not None, "asked for"
        while not (line := run.stdout.readline()).startswith(b"pid="):
            assert line, "it ended before the step began"
        sleeper = psutil.Process(int(line.removeprefix(b"pid=")))
        run.send_signal(name)
        rest = run.stdout.read()

    _, alive = psutil.wait_procs([sleeper], timeout=10)
    assert alive == []
    assert (run.returncode, rest) == (130, b"interrupted\n")
    assert list(tmp_path.glob("ci-*")) == []


def test_another_commit_of_the_repository_is_checked_out_by_its_name(tmp_path: Path) -> None:
    """Provenance: actions/checkout v5.0.0, ref; release.yml plays the release before."""
    checkout = "{uses: actions/checkout@0, with: {ref: '${{ inputs.word }}', path: there}}"
    there = small(tmp_path, job("a", checkout, "run: ls there"), **{"first.txt": "x"})
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for words in (["tag", "v1"], ["rm", "-q", "first.txt"], ["commit", "-qm", "second"]):
        subprocess.run([*git, *words], cwd=there / "repo", check=True, capture_output=True)

    seen = []
    for word in ("v1", "HEAD"):
        ended = Ended(there, "--input", f"word={word}")
        seen.append((ended.code, (ended.kept / "a/02.log").read_text("utf-8")))

    assert seen == [(0, "first.txt\n"), (0, "")]


def test_root_needs_no_sudo(tmp_path: Path) -> None:
    """Provenance: issue 6, point 1: `sudo apt-get` of a job works here where it can."""
    if sys.platform == "win32" or os.geteuid() != 0:
        pytest.skip(reason="only root can do without sudo")
    there = small(tmp_path, job("a", "run: sudo sh -c 'echo done'"))

    ended = Ended(there)

    assert (ended.code, (ended.kept / "a/01.log").read_text("utf-8")) == (0, "done\n")
