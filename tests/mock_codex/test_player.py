"""Mirror of ``mock_codex/player.py``: real mocks, started and watched from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jsonschema
import pytest

from mock_codex.launcher import posix
from tests.mock_codex.processes import (
    EXEC,
    LIMIT_S,
    OTHER,
    THREAD,
    Journal,
    Mock,
    exit_status,
    interpreter,
    is_posix,
)

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not is_posix(), reason="signals and first lines are POSIX"),
]

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schemas" / "journal.json").read_text(encoding="utf-8"))
SCENARIO = json.loads((ROOT / "schemas" / "scenario.json").read_text(encoding="utf-8"))
RECORDINGS = sorted((ROOT / "fixtures" / "wire" / "0.169.0").glob("*.jsonl"))


def does(*actions: dict[str, object]) -> dict[str, object]:
    """A turn for any invocation."""
    return {"thread": THREAD, "do": list(actions)}


def spawned(journal: Journal) -> list[int]:
    """The pids of the processes that a mock has started."""
    pids = journal["spawned"]
    assert isinstance(pids, list)
    return pids


def test_bytes_are_exactly_those_of_the_script(tmp_path: Path) -> None:
    """PROTOCOLS.md 1.1, 1.3: key order, null against absent, duplicate keys, 1.0, raw U+2028."""
    mock = Mock(
        tmp_path,
        does(
            {"thread_started": {}},
            {"line": {"b": None, "a": [1.0, 1, True], "text": "\u2028é"}},
            {"json": '{"id":"item_0","id":"ws_1","n":1.0}'},
            {
                "item": {
                    "event": "completed",
                    "ref": "m",
                    "body": {"type": "agent_message", "text": "Hi!"},
                }
            },
            {"raw": "\n"},
            {"hex": "ff00"},
            {"eol": "\r\n"},
            {"turn_completed": {"usage": {"input_tokens": 42}}},
        ),
    )
    done = mock.run()
    assert done.returncode == 0
    assert done.stderr == b"Reading prompt from stdin...\n"
    assert (
        done.stdout
        == (
            f'{{"type":"thread.started","thread_id":"{THREAD}"}}\n'
            '{"b":null,"a":[1.0,1,true],"text":"\u2028é"}\n'
            '{"id":"item_0","id":"ws_1","n":1.0}\n'
            '{"type":"item.completed","item":{"id":"item_0","type":"agent_message","text":"Hi!"}}\n'
            "\n"
        ).encode()
        + b'\xff\x00{"type":"turn.completed","usage":{"input_tokens":42}}\r\n'
    )
    assert mock.journal()["wrote"] == len(done.stdout)


@pytest.mark.requirement("P-23")
def test_recordings_of_the_real_binary_are_replayed_byte_for_byte(tmp_path: Path) -> None:
    """Captured: fixtures/wire/0.169.0, the output of the real binary."""
    assert RECORDINGS
    for path in RECORDINGS:
        recorded = path.read_bytes()
        lines: list[dict[str, object]] = [
            {"json": line} for line in recorded.decode().split("\n")[:-1]
        ]
        assert Mock(tmp_path / path.stem, does(*lines)).run().stdout == recorded, path.name


def test_the_journal_tells_what_the_client_sent(tmp_path: Path) -> None:
    """PROTOCOLS.md 6 (4): argv, environment, folder, stdin bytes, schema file at the start, images."""
    (tmp_path / "s.json").write_bytes(b'{"type":"object"}')
    (tmp_path / "a.png").touch()
    mock = Mock(tmp_path, does())
    argv = [
        *EXEC,
        "--output-schema",
        "s.json",
        "--config",
        'x="\u2028"',
        "--image",
        "a.png",
        "b.png",
    ]
    done = mock.run(*argv, b"\xff", stdin=b"\xc3\xa9\n", env={"A": "1", "LC_CTYPE": "C.UTF-8"})
    assert done.returncode == 0, done.stderr
    found = mock.journal()
    jsonschema.validate(found, SCHEMA)
    assert found["argv"] == [*argv, "\udcff"]
    assert found["env"] == {"A": "1", "LC_CTYPE": "C.UTF-8"}
    assert found["cwd"] == str(tmp_path)
    assert found["stdin"] == "c3a90a"
    assert found["schema"] == b'{"type":"object"}'.hex()
    assert found["images"] == [["a.png", True], ["b.png", False], ["\udcff", False]]
    assert (found["stage"], found["end"], found["turn"]) == ("ended", "exit 0", 0)
    started, ended = found["started_ns"], found["ended_ns"]
    assert isinstance(started, int)
    assert isinstance(ended, int)
    assert started <= ended


def test_an_empty_environment_is_journaled_as_empty(tmp_path: Path) -> None:
    """PEP 538: the interpreter would add LC_CTYPE; a client that passes nothing must be seen passing nothing."""
    mock = Mock(tmp_path, does())
    mock.run(env={})
    assert mock.journal()["env"] == {}


def test_a_path_that_a_first_line_cannot_hold_plays_the_same(tmp_path: Path) -> None:
    """Ours: a space in the interpreter's path; the shell between adds nothing to the journal."""
    mock = Mock(tmp_path / "a b", does({"json": "{}"}))
    folder = tmp_path / 'it\'s a "venv" $x'
    folder.mkdir()
    (folder / "python").symlink_to(interpreter())
    mock.codex.write_bytes(posix(os.fsencode(folder / "python")))
    done = mock.run(*EXEC, "--model", "a b", env={"A": "'\""})
    assert (done.returncode, done.stdout) == (0, b"{}\n"), done.stderr
    found = mock.journal()
    assert found["argv"] == [*EXEC, "--model", "a b"]
    assert found["env"] == {"A": "'\""}


def test_a_mock_in_a_very_long_folder_plays(tmp_path: Path) -> None:
    """Ours: cells may lie deep."""
    mock = Mock(tmp_path / ("x" * 200) / ("y" * 200), does({"json": "{}"}))
    assert mock.run().stdout == b"{}\n"


def test_the_start_is_journaled_before_stdin_is_read_and_the_prompt_after_its_end(
    tmp_path: Path,
) -> None:
    """Ours: schemas/journal.json, `stage`."""
    mock = Mock(tmp_path, does({"hang": {}}))
    with mock.start(stdin=None) as process:
        found = mock.reached("started")
        jsonschema.validate(found, SCHEMA)
        assert (found["stdin"], found["pid"]) == (None, process.pid)
        assert process.stdin is not None
        process.stdin.write(b"prompt")
        process.stdin.close()
        found = mock.reached("hanging")
        jsonschema.validate(found, SCHEMA)
        assert found["stdin"] == b"prompt".hex()
        assert found["end"] is None


def test_stdin_is_not_read_when_the_prompt_is_a_word_after_resume(tmp_path: Path) -> None:
    """PROTOCOLS.md 2.7: `resume` with a prompt does not read stdin."""
    mock = Mock(tmp_path, does(), known=(OTHER,))
    with mock.start(*EXEC, "resume", OTHER, "prompt", stdin=None) as process:
        assert exit_status(process) == 0
    assert mock.journal()["stdin"] is None


def test_sigterm_is_journaled_and_kills(tmp_path: Path) -> None:
    """PROTOCOLS.md 1.6: SIGTERM kills the real binary by the signal at once."""
    mock = Mock(tmp_path, does({"json": "{}"}, {"hang": {}}))
    with mock.start() as process:
        mock.reached("hanging")
        process.terminate()
        assert exit_status(process) == -signal.SIGTERM
    found = mock.journal()
    jsonschema.validate(found, SCHEMA)
    assert (found["signals"], found["end"], found["stage"]) == (
        ["SIGTERM"],
        "signal SIGTERM",
        "ended",
    )


def test_sigint_in_a_turn_ends_with_status_1_and_no_more_events(tmp_path: Path) -> None:
    """PROTOCOLS.md 1.6: SIGINT is exit 1 without a terminal event."""
    mock = Mock(tmp_path, does({"json": "{}"}, {"hang": {}}))
    with mock.start() as process:
        mock.reached("hanging")
        process.send_signal(signal.SIGINT)
        assert exit_status(process) == 1
        assert process.stdout is not None
        assert process.stdout.read() == b"{}\n"
    found = mock.journal()
    assert (found["signals"], found["end"]) == (["SIGINT"], "exit 1")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"])
def test_a_signal_while_the_prompt_is_read_kills(tmp_path: Path, name: str) -> None:
    """Captured: 0.169.0 waiting for stdin died by SIGINT (-2), SIGTERM (-15), SIGHUP (-1) and SIGQUIT (-3)."""
    mock = Mock(tmp_path, does())
    with mock.start(stdin=None) as process:
        mock.reached("started")
        process.send_signal(getattr(signal, name))
        assert exit_status(process) == -getattr(signal, name)
    found = mock.journal()
    assert (found["signals"], found["end"]) == ([name], f"signal {name}")


def test_ignored_signals_are_journaled_and_only_sigkill_ends_it(tmp_path: Path) -> None:
    """Ours: schemas/scenario.json, `ignore`; a mock that was killed leaves no end."""
    mock = Mock(tmp_path, does({"ignore": ["SIGTERM", "SIGINT"]}, {"hang": {}}))
    with mock.start() as process:
        mock.reached("hanging")
        process.terminate()
        mock.when(lambda journal: journal["signals"] == ["SIGTERM"])
        process.send_signal(signal.SIGINT)
        mock.when(lambda journal: journal["signals"] == ["SIGTERM", "SIGINT"])
        assert process.poll() is None
        process.kill()
        assert exit_status(process) == -signal.SIGKILL
    found = mock.journal()
    jsonschema.validate(found, SCHEMA)
    assert (found["stage"], found["end"], found["ended_ns"]) == ("hanging", None, None)


@pytest.mark.parametrize("name", SCENARIO["$defs"]["action"]["properties"]["signal"]["enum"])
def test_a_script_may_end_by_a_signal(tmp_path: Path, name: str) -> None:
    """Ours: schemas/scenario.json, `signal`."""
    mock = Mock(tmp_path, does({"signal": name}))
    assert mock.run().returncode == -getattr(signal, name)
    assert mock.journal()["end"] == f"signal {name}"


def test_a_script_may_end_with_a_status_after_noise_on_stderr(tmp_path: Path) -> None:
    """Ours: schemas/scenario.json, `exit` and `stderr`."""
    mock = Mock(tmp_path, does({"stderr": "é\u2028 noise"}, {"exit": 7}))
    done = mock.run()
    assert (done.returncode, done.stdout) == (7, b"")
    assert done.stderr == "Reading prompt from stdin...\né\u2028 noise".encode()
    assert mock.journal()["end"] == "exit 7"


def test_a_reader_that_went_away_makes_it_panic_like_the_real_one(tmp_path: Path) -> None:
    """Captured: 0.169.0 exits 101 with this text, its thread number made 1."""
    mock = Mock(tmp_path, does({"json": "{}"}))
    with mock.start(stdin=None) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        mock.reached("started")
        process.stdout.close()
        process.stdin.write(b"hello")
        process.stdin.close()
        assert exit_status(process) == 101
        text = process.stderr.read()
    assert b"thread 'codex-main' (1) panicked at " in text
    assert b"failed printing to stdout: Broken pipe (os error 32)\n" in text
    assert mock.journal()["end"] == "exit 101"


def test_a_closed_stdout_ends_the_stream_while_the_process_lives(tmp_path: Path) -> None:
    """Ours: schemas/scenario.json, `close`."""
    mock = Mock(tmp_path, does({"json": "{}"}, {"close": "stdout"}, {"hang": {}}))
    with mock.start() as process:
        assert process.stdout is not None
        assert process.stdout.read() == b"{}\n"
        mock.reached("hanging")
        assert process.poll() is None


def test_a_split_line_arrives_in_its_parts(tmp_path: Path) -> None:
    """Ours: schemas/scenario.json, `split`: the next part is written when the reader has the one before."""
    mock = Mock(tmp_path, does({"split": {"json": '"é\u2028"', "at": [2, 4]}}))
    with mock.start() as process:
        assert process.stdout is not None
        whole = '"é\u2028"\n'.encode()
        parts = [os.read(process.stdout.fileno(), 1 << 16) for _ in range(3)]
        assert exit_status(process) == 0
    assert parts == [whole[:2], whole[2:4], whole[4:]]


def test_a_huge_line_is_written_whole(tmp_path: Path) -> None:
    """Ours: schemas/scenario.json, `fill`; more than a pipe holds."""
    size = 3 << 20
    mock = Mock(tmp_path, does({"fill": {"json": '{"a":"%FILL%"}', "bytes": size, "with": "é"}}))
    done = mock.run()
    assert len(done.stdout) == size + 1
    json.loads(done.stdout)
    assert mock.journal()["wrote"] == size + 1


def test_a_line_byte_by_byte_arrives_as_its_bytes(tmp_path: Path) -> None:
    """Ours: schemas/scenario.json, `bytewise`: the next byte is written when the reader has the one before."""
    mock = Mock(tmp_path, does({"bytewise": '"é"'}))
    with mock.start() as process:
        assert process.stdout is not None
        parts = [os.read(process.stdout.fileno(), 1 << 16) for _ in range(5)]
        assert exit_status(process) == 0
    assert parts == [b'"', b"\xc3", b"\xa9", b'"', b"\n"]


def test_a_line_that_is_repeated_is_numbered_from_0(tmp_path: Path) -> None:
    """Ours: schemas/scenario.json, `repeat`; more than one batch of lines."""
    mock = Mock(tmp_path, does({"repeat": {"times": 2500, "json": "[%N%,%N%]"}}, {"json": "{}"}))
    lines = mock.run().stdout.split(b"\n")
    assert lines == [b"[%d,%d]" % (number, number) for number in range(2500)] + [b"{}", b""]


def test_a_flood_on_stderr_is_written_whole(tmp_path: Path) -> None:
    """Ours: schemas/scenario.json, `stderr` with `times`."""
    mock = Mock(tmp_path, does({"stderr": {"text": "ab\n", "times": 100_000}}))
    assert mock.run().stderr == b"Reading prompt from stdin...\n" + b"ab\n" * 100_000


def test_a_turn_that_never_reads_stdin_leaves_the_prompt_where_it_is(tmp_path: Path) -> None:
    """Ours: schemas/scenario.json, `stdin: never`; more than a pipe holds."""
    mock = Mock(tmp_path, {"stdin": "never", "do": [{"json": "{}"}, {"close": "stdin"}]})
    done = mock.run(stdin=b"x" * 300_000)
    assert (done.returncode, done.stdout) == (0, b"{}\n")
    assert (mock.journal()["stdin"], mock.journal()["stage"]) == (None, "ended")


def test_a_turn_that_reads_late_writes_before_it_and_gets_the_whole_prompt(tmp_path: Path) -> None:
    """Ours: schemas/scenario.json, `stdin: late`."""
    mock = Mock(
        tmp_path, {"stdin": "late", "do": [{"json": "1"}, {"read_stdin": {}}, {"json": "2"}]}
    )
    with mock.start(stdin=b"p") as process:
        assert process.stdout is not None
        assert process.stdout.read() == b"1\n2\n"
        assert exit_status(process) == 0
    assert mock.journal()["stdin"] == b"p".hex()


def test_a_turn_that_reads_stdin_is_not_disturbed_by_one_that_does_not(tmp_path: Path) -> None:
    """Ours: whether stdin is read is a matter of the turn that the thread chooses."""
    mock = Mock(
        tmp_path,
        {"match": {"thread": THREAD}, "stdin": "never", "do": [{"json": "1"}]},
        {"match": {"stdin": "hello"}, "do": [{"json": "2"}]},
    )
    assert mock.run(*EXEC, "resume", THREAD).stdout == b"1\n"
    assert mock.run().stdout == b"2\n"
    assert [found["stdin"] for found in mock.journals()] == [None, b"hello".hex()]


@pytest.mark.requirement("P-9")
def test_a_process_beside_codex_outlives_it_unless_it_is_bound_to_its_end(tmp_path: Path) -> None:
    """Ours: schemas/scenario.json, `spawn`; the pids are journaled so that the harness can end what is left."""
    bound: dict[str, object] = {"spawn": {"group": "same", "for": "exit", "holds": ["stdout"]}}
    free: dict[str, object] = {"spawn": {"group": "own", "for": "until_killed"}}
    mock = Mock(tmp_path, does(bound, free, {"json": "{}"}))
    done = mock.run()
    assert (done.returncode, done.stdout) == (0, b"{}\n")  # the end of file came: `bound` is gone
    found = mock.journal()
    jsonschema.validate(found, SCHEMA)
    _, pid = spawned(found)
    try:
        assert os.getpgid(pid) == pid
    finally:
        os.kill(pid, signal.SIGKILL)


def test_a_process_that_holds_the_output_keeps_it_open_after_codex(tmp_path: Path) -> None:
    """Ours: schemas/scenario.json, `spawn`: end of file comes with the death of the last holder."""
    mock = Mock(
        tmp_path, does({"spawn": {"group": "own", "for": "until_killed", "holds": ["stdout"]}})
    )
    with mock.start() as process:
        assert exit_status(process) == 0
        (pid,) = spawned(mock.journal())
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        assert process.stdout.read() is None
        os.set_blocking(process.stdout.fileno(), True)
        os.kill(pid, signal.SIGKILL)
        assert process.stdout.read() == b""


@pytest.mark.requirement("P-9")
@pytest.mark.parametrize(("name", "alive"), [("SIGINT", False), ("SIGTERM", True)])
def test_only_an_interrupt_ends_what_codex_runs(tmp_path: Path, name: str, *, alive: bool) -> None:
    """REQUIREMENTS section 0 fact 2, measured on 0.169.0; openai/codex#21994."""
    mock = Mock(tmp_path, does({"spawn": {"group": "own", "for": "until_killed"}}, {"hang": {}}))
    with mock.start() as process:
        (pid,) = spawned(mock.reached("hanging"))
        process.send_signal(getattr(signal, name))
        exit_status(process)
        found = subprocess.run(
            ["/bin/kill", "-0", str(pid)], stderr=subprocess.DEVNULL, check=False
        )
        assert (found.returncode == 0) is alive
        if alive:
            os.kill(pid, signal.SIGKILL)


def test_a_codex_that_lingers_ends_by_the_signal_after_a_while(tmp_path: Path) -> None:
    """Ours: schemas/scenario.json, `linger`: the signal is journaled at once, the end comes later."""
    mock = Mock(tmp_path, does({"linger": 300}, {"hang": {}}))
    with mock.start() as process:
        mock.reached("hanging")
        process.terminate()
        found = mock.when(lambda journal: journal["signals"] == ["SIGTERM"])
        assert found["end"] is None
        assert exit_status(process) == -signal.SIGTERM
    assert mock.journal()["end"] == "signal SIGTERM"


def test_parallel_invocations_find_their_turn_by_thread_and_prompt(tmp_path: Path) -> None:
    """Ours: the first turn that fits, never call order."""
    prompts = [f"prompt {number}" for number in range(6)]
    turns: list[dict[str, object]] = [
        {
            "match": {"thread": thread, "stdin": prompt},
            "do": [{"json": json.dumps([thread, prompt])}],
        }
        for thread in (None, THREAD)
        for prompt in prompts
    ]
    mock = Mock(tmp_path, *turns)

    def one(thread: str | None, prompt: str) -> object:
        argv = [*EXEC, "resume", thread] if thread else EXEC
        return json.loads(mock.run(*argv, stdin=prompt.encode()).stdout)

    asked = [(thread, prompt) for prompt in reversed(prompts) for thread in (THREAD, None)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda pair: one(*pair), asked))
    assert answers == [list(pair) for pair in asked]
    assert sorted(str(found["turn"]) for found in mock.journals()) == sorted(map(str, range(12)))


def meeting(until: str) -> list[dict[str, object]]:
    """Two turns; the first waits for the second, which hangs."""
    meet: dict[str, object] = {"meet": {"turn": 1, "until": until}}
    return [
        {"match": {"stdin": "waits"}, "do": [meet, {"raw": "met"}]},
        {"match": {"stdin": "other"}, "do": [{"raw": "x"}, {"hang": {}}]},
    ]


def test_one_codex_waits_until_another_has_begun(tmp_path: Path) -> None:
    """Ours: schemas/scenario.json, `meet`: the other hangs, so it has begun and not ended."""
    mock = Mock(tmp_path, *meeting("begun"))
    with mock.start(stdin=b"waits") as first, mock.start(stdin=b"other"):
        assert exit_status(first) == 0
        assert first.stdout is not None
        assert first.stdout.read() == b"met"


@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL"])
def test_one_codex_waits_until_another_has_ended_or_was_killed(tmp_path: Path, name: str) -> None:
    """Ours: schemas/scenario.json, `meet`: a killed one cannot journal that it has ended."""
    mock = Mock(tmp_path, *meeting("ended"))
    with mock.start(stdin=b"other") as other:
        mock.reached("hanging")
        with mock.start(stdin=b"waits") as first:
            other.send_signal(signal.Signals[name])
            other.wait(LIMIT_S)
            assert exit_status(first) == 0


def test_a_codex_that_waits_in_vain_says_so(tmp_path: Path) -> None:
    """Ours: schemas/scenario.json, `meet`: status 98, so that a client that plays one turn after the other is seen."""
    done = Mock(tmp_path, *meeting("begun")).run(stdin=b"waits")

    assert (done.returncode, done.stdout) == (98, b"")
    assert done.stderr.endswith(b"mock-codex: turn 1 has not begun while this one waited\n")


def test_an_invocation_that_no_turn_fits_is_said_so(tmp_path: Path) -> None:
    """Ours: status 97, no bytes on stdout."""
    mock = Mock(tmp_path, {"match": {"stdin": "other"}, "do": []})
    done = mock.run()
    assert (done.returncode, done.stdout) == (97, b"")
    assert done.stderr.endswith(
        b"mock-codex: no turn of the script fits thread=None stdin='hello'\n"
    )
    assert (mock.journal()["turn"], mock.journal()["end"]) == (None, "exit 97")


def test_a_refused_command_line_is_journaled_without_a_turn(tmp_path: Path) -> None:
    """PROTOCOLS.md 1.6: clap errors are exit 2 on stderr; stdin is not read."""
    mock = Mock(tmp_path, does())
    done = mock.run("exec", "--nope")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"error: unexpected argument '--nope' found\n")
    found = mock.journal()
    jsonschema.validate(found, SCHEMA)
    assert (found["turn"], found["stdin"], found["end"]) == (None, None, "exit 2")


def test_a_prompt_that_begins_with_a_dash_prints_help(tmp_path: Path) -> None:
    """PROTOCOLS.md 1.6: `codex exec "-hello"` is exit 0 with help on stdout."""
    done = Mock(tmp_path, does()).run("exec", "-hello")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"Run Codex non-interactively\n")


def test_the_git_check_walks_up_and_wants_a_head(tmp_path: Path) -> None:
    """Captured: an empty .git folder is not trusted, one with HEAD is, also from below; a file .git is."""
    mock = Mock(tmp_path, does())
    (tmp_path / "sub" / "deep").mkdir(parents=True)
    argv = ["exec", "--json", "--cd", "sub/deep"]
    (tmp_path / ".git").mkdir()
    refused = mock.run(*argv)
    assert refused.returncode == 1
    assert b"Not inside a trusted directory" in refused.stderr
    (tmp_path / ".git" / "HEAD").touch()
    assert mock.run(*argv).returncode == 0
    (tmp_path / ".git" / "HEAD").unlink()
    (tmp_path / "sub" / ".git").touch()
    assert mock.run(*argv).returncode == 0


def test_files_are_looked_at_as_codex_looks(tmp_path: Path) -> None:
    """Captured: missing folder, missing and wrong schema, last-message file, CODEX_HOME, feature names."""
    mock = Mock(tmp_path, does())
    (tmp_path / "bad.json").write_text("{} x", encoding="utf-8")

    def said(*argv: str, env: dict[str, str] | None = None) -> str:
        done = mock.run(*EXEC, *argv, env=env)
        return f"{done.returncode} {done.stderr.decode().removeprefix('Reading prompt from stdin...').strip()}"

    gone = "No such file or directory (os error 2)"
    assert said("--cd", "nope") == f"1 Error: {gone}"
    assert said("--output-schema", "nope") == f"1 Failed to read output schema file nope: {gone}"
    assert said("--output-schema", "bad.json").startswith(
        "1 Output schema file bad.json is not valid JSON: "
    )
    assert said("-o", "nope/x") == f'1 Error: Failed to open last message file "nope/x": {gone}'
    assert said("-o", "last") == "0 "
    assert said("--enable", "nope") == "1 Error: Unknown feature flag: nope"
    assert said("--enable", "plugins") == "0 "
    assert said("--config", "web_search='live'") == "0 "
    assert said(env={"CODEX_HOME": "/nope"}).endswith("but that path does not exist")
    assert said(env={"CODEX_HOME": str(tmp_path)}) == "0 "


def test_nobody_on_stderr_makes_the_notice_panic_and_an_error_go_unheard(tmp_path: Path) -> None:
    """Captured: with stderr closed 0.169.0 exits 101 before the turn, and 2 for a bad command line."""
    mock = Mock(tmp_path, does({"json": "{}"}))
    for argv, status in ((EXEC, 101), (["exec", "--nope"], 2)):
        reading, writing = os.pipe()
        os.close(reading)
        try:
            done = subprocess.run(
                [mock.codex, *argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=writing,
                env={}, cwd=tmp_path, timeout=LIMIT_S, check=False,
            )  # fmt: skip
        finally:
            os.close(writing)
        assert (done.returncode, done.stdout) == (status, b"")


def test_a_mock_that_cannot_journal_does_not_play(tmp_path: Path) -> None:
    """Ours: an invocation nobody can see would be a silent hole."""
    mock = Mock(tmp_path, does({"json": "{}"}))
    (mock.codex.parent / "journal").write_bytes(b"")
    done = mock.run()
    assert (done.returncode, done.stdout) == (96, b"")
    assert done.stderr.startswith(b"mock-codex: ")


def test_a_script_of_another_interpreter_is_refused_with_words(tmp_path: Path) -> None:
    """Ours: its bytecode would crash."""
    mock = Mock(tmp_path, does())
    script = mock.codex.with_name("codex.script")
    script.write_bytes(b"mock-codex 2 cpython-27 0\n" + script.read_bytes().partition(b"\n")[2])
    done = mock.run()
    assert (done.returncode, done.stdout) == (96, b"")
    assert b"codex.script is for b'mock-codex 2 cpython-27 0', this is mock-codex 2 " in done.stderr
    assert done.stderr.endswith(b"; build it again\n")


def test_a_play_needs_nothing_of_the_installation(tmp_path: Path) -> None:
    """Ours: the code is in codex.script, so a read-only or moved installation plays as fast."""
    mock = Mock(tmp_path, does({"json": "{}"}))
    script = mock.codex.with_name("codex.script")
    place = os.fsencode(ROOT / "mock_codex")
    data = script.read_bytes()
    assert place in data
    moved = data.replace(place, b"/" + b"x" * (len(place) - 1))
    script.write_bytes(moved)
    assert mock.run(*EXEC, "--config", 'web_search="live"').stdout == b"{}\n"
