"""Each example runs against a small program that speaks like codex, and prints what it should (R2-13)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from harness.client import process
from tests.pair import bounded, left

EXAMPLES = Path(__file__).parents[2] / "examples"

FAKE = """#!{python} -IS
import json, sys
def say(**event):
    print(json.dumps(event), flush=True)
def done(type, **item):
    say(type="item.completed", item=dict(id="item_0", type=type, **item))
prompt, argv = sys.stdin.read(), sys.argv[1:]
command = dict(id="item_0", type="command_execution", command="ls", aggregated_output="")
say(type="thread.started", thread_id="t1")
say(type="turn.started")
if "--output-schema" in argv:
    keys = list(json.load(open(argv[argv.index("--output-schema") + 1]))["properties"])
    done("agent_message", text=json.dumps({keys[0]: "renames a file", keys[1]: "low"}))
elif "hello.txt" in prompt:
    folder = argv[argv.index("--cd") + 1]
    done("file_change", changes=[dict(path=folder + "/hello.txt", kind="add")], status="completed")
elif "files" in prompt:
    say(type="item.started", item=dict(command, exit_code=None, status="in_progress"))
    say(type="item.completed", item=dict(command, exit_code=0, status="completed"))
    say(type="plan.delta", text="x")
    done("agent_message", text="Two files.")
else:
    done("agent_message", text=prompt + (" again" if "resume" in argv else ""))
say(type="turn.completed", usage=dict(input_tokens=42, cached_input_tokens=0, output_tokens=5))
"""

EXPECTED = {
    "basic": "Summarise this folder in one sentence.\n42 tokens in, 5 out\n",
    "streaming": "$ ls\n  exit 0\n"
    "a newer codex says {'type': 'plan.delta', 'text': 'x'}\n"
    "Two files.\ndone, 5 tokens out\n",
    "structured_output": "low: renames a file\n",
    "multi_turn": "Pick a number.\nDouble it. again\nWhich number was it? again\n",
    "file_operations": "add /hello.txt (completed)\n",
}


@pytest.mark.requirement("R2-13")
@pytest.mark.process
@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program on Windows")
def test_an_example_prints_what_codex_said(name: str, tmp_path: Path, temp: Path) -> None:
    """R2-13: examples are programs that work, not text."""
    codex = tmp_path / "codex"
    codex.write_text(FAKE.replace("{python}", sys.executable), encoding="utf-8")
    codex.chmod(0o755)
    argv = [sys.executable, str(EXAMPLES / f"{name}.py"), str(codex)]

    done = bounded(process.run(argv, env={**os.environ, "TMPDIR": str(temp)}, timeout_s=5))

    assert (done.stdout.decode(), done.stderr) == (EXPECTED[name], b"")
    assert done.returncode == 0
    assert left(temp) == []


@pytest.mark.requirement("R2-13")
def test_there_is_no_example_that_is_not_run() -> None:
    """Ours."""
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(EXPECTED)
