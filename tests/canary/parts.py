"""The parts of a canary: each makes the project record something, with keys wherever a person could have them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from harness.root import find_root
from mutants.run import write_subjects
from tests.canary.nest import ROOT, Nest
from tests.publish.fake_github import ALL, Reply, github
from tests.telemetry.collector import collecting

Part: TypeAlias = Callable[[Nest], str]

LEAKERS: Final = ("shows_api_key", "sends_key_as_setting")
"""Wrong clients that show the key in an error and on the command line."""

BABBLE: Final = {"not_applicable": "cannot take", "driver_error": "refused", "nonsense": "nonsense"}
"""Ways of a driver to play nothing (``babbler.py``), and a word of what it then tells."""


class Skipped(Exception):
    """This machine has not what a part needs; the reason."""


class Broken(Exception):
    """A part did not do what it should have recorded: then nothing found is no evidence."""


def run(nest: Nest) -> str:
    """Every SDK of the everyday run, against the reference, with all reports."""
    return _expect(nest.command("run", "run", "--no-golden"), {0, 1}, "run.jsonl", nest, "parity")


def one_sdk(nest: Nest) -> str:
    """As ``run``, with one SDK."""
    code = nest.command("run", "run", "--no-golden", "--subject", "openai-codex-sdk")
    return _expect(code, {0, 1}, "run.jsonl", nest, "parity")


def leakers(nest: Nest) -> str:
    """Clients that show what they should not: what they showed must not be recorded either."""
    paths = write_subjects(list(LEAKERS), nest.project / "leakers", find_root(ROOT))
    words = [word for path in paths for word in ("--subject", str(path))]
    out = nest.project / "reports" / "leakers"
    code = nest.command("leakers", "run", "--no-golden", "--rerun", "0", *words, "-o", str(out))
    said = _expect(code, {1}, "run.jsonl", nest, "leakers")
    if "surfaced.secrets" not in (out / "summary.json").read_text("utf-8"):
        raise Broken("nobody noticed the client that shows its key")
    return said


def babblers(nest: Nest) -> str:
    """Drivers that play nothing and tell why with the key in it."""
    words = ["run", "--no-golden", "--rerun", "0"]
    reference = (ROOT / "subjects" / "reference" / "subject.toml").read_text("utf-8")
    for way in BABBLE:
        path = nest.project / "babblers" / way / "subject.toml"
        path.parent.mkdir(parents=True)
        path.write_text(
            f'name = "{way.replace("_", "-")}"\nsdk = "codex-parity-babbler"\nversion = "0.1.0"\nlanguage = "Python"\nruntime = "none"\n'
            f'command = ["{{python}}", "-m", "tests.canary.babbler", "{way}"]\n\n{reference[reference.index("[[errors]]") :]}',
            encoding="utf-8",
        )
        words += ["--subject", str(path)]
    out = nest.project / "reports" / "babblers"
    code = nest.command("babblers", *words, "-o", str(out))
    said = _expect(code, {3}, "run.jsonl", nest, "babblers")
    told = (out / "run.jsonl").read_text("utf-8")
    missing = [word for word in BABBLE.values() if word not in told]
    if missing:
        raise Broken(f"not recorded of what they told: {', '.join(missing)}")
    return said


def spans(nest: Nest) -> str:
    """What a run sends to a collector."""
    with collecting() as collector:
        out = nest.project / "reports" / "spans"
        words = ("run", "--no-golden", "--rerun", "0", "-k", "exec.errors.secret-*", "-o", str(out))
        code = nest.command(
            "spans", *words, OTEL_EXPORTER_OTLP_ENDPOINT=collector.endpoint, NO_PROXY="127.0.0.1"
        )
    said = _expect(code, {0, 1}, "run.jsonl", nest, "spans")
    for number, body in enumerate(collector.bodies):
        (nest.logs / f"spans-{number}.bin").write_bytes(body)
    if not collector.spans():
        raise Broken("no span was sent")
    return f"{said}, {len(collector.spans())} spans"


def replay(nest: Nest) -> str:
    """One scenario with every difference at the terminal."""
    words = ("replay", "exec.errors.secret-failed", "--subject", "openai-codex-sdk")
    folder = "replay/exec.errors.secret-failed"
    return _expect(nest.command("replay", *words), {0, 1, 5}, "run.jsonl", nest, folder)


def mock(nest: Nest) -> str:
    """The mock as a person builds it, whose journals stay: the key in the environment, on the command line, on stdin."""
    key = nest.key("key of the mock")
    out = nest.folder / "mock"
    script = '{"scripts": {"one": {"turns": [{"do": [{"line": {"type": "turn.started"}}, {"exit": 0}]}]}}}'
    environment = nest.environment(CODEX_API_KEY=key)
    build = [sys.executable, "-m", "mock_codex.shell", "build", "--out", str(out)]
    subprocess.run(
        build,
        input=script.encode(),
        env=environment,
        cwd=nest.project,
        check=True,
        capture_output=True,
    )
    argv = [str(out / "one" / "codex"), "exec", "--experimental-json", "--config", f'k="{key}"']
    done = subprocess.run(
        argv, input=f"prompt {key}".encode(), env=environment, capture_output=True, check=False
    )
    (nest.logs / "mock.txt").write_bytes(done.stdout + done.stderr)
    journals = list((out / "one" / "journal").glob("*.json"))
    if not journals:
        raise Broken(f"the mock journaled nothing: {done.stderr.decode()}")
    return f"exit {done.returncode}, {len(journals)} journal"


def real(nest: Nest) -> str:
    """The newest released codex on this machine, with the key, in front of the scripted model."""
    listed = sorted((ROOT / ".parity" / "codex").glob("*"), key=_version)
    if not listed:
        raise Skipped("no released codex on this machine: codex-parity codex install latest")
    version = listed[-1].name
    code = nest.command("real", "record", version, "-k", "exec.env.api-key")
    return _expect(code, {0}, "*.jsonl", nest, "record") + f", codex {version}"


def real_lane(nest: Nest) -> str:
    """An SDK in front of the newest released codex, with the key."""
    if not list((ROOT / ".parity" / "codex").glob("*/release.json")):
        raise Skipped("no released codex on this machine: codex-parity codex install latest")
    out = str(nest.project / "reports" / "real-lane")
    words = ("run", "--lane", "real", "-k", "exec.env.api-key", "--subject", "openai-codex-sdk")
    code = nest.command("real-lane", *words, "--no-golden", "--rerun", "0", "-o", out)
    return _expect(code, {0, 1}, "run.jsonl", nest, "real-lane")


def publish(nest: Nest) -> str:
    """The run on a thread of a small GitHub that repeats the token in its refusal; then with gh made talkative."""
    if shutil.which("gh") is None:
        raise Skipped("gh is not on this machine: apt-get install gh")
    report = nest.project / "reports" / "parity"
    if not report.exists():
        one_sdk(nest)
    token = nest.inherited["GH_TOKEN"]
    with tempfile.TemporaryDirectory(prefix="hub-") as short, github(Path(short)) as hub:
        hub.grants[token] = ALL
        refused: Reply = (403, {"message": f"token {token} may not write"}, {})
        hub.broken["POST .*"] = [refused]
        words = ("publish", "octo/sdk#12", "--run", str(report))
        surroundings = {"GH_CONFIG_DIR": str(hub.config), "GH_DEBUG": "api"}
        blocked = nest.command("blocked", *words, **surroundings)
        for name in ("publication.json", "comment.md"):
            shutil.copy(report / name, nest.logs / f"blocked-{name}")
        published = nest.command("publish", *words, **surroundings)
        text = "\n".join(hub.comments.values())
    (nest.logs / "thread.md").write_text(text, encoding="utf-8")
    if (blocked, published) != (4, 0):
        raise Broken(f"publish ended with {blocked} and {published} instead of 4 and 0")
    return "exit 4, then 0"


PARTS: Final[dict[str, Part]] = {
    "run": run,
    "leakers": leakers,
    "babblers": babblers,
    "spans": spans,
    "replay": replay,
    "mock": mock,
    "real": real,
    "real_lane": real_lane,
    "publish": publish,
}


def _expect(code: int, allowed: set[int], name: str, nest: Nest, folder: str) -> str:
    found = list((nest.project / "reports" / folder).rglob(name))
    if code not in allowed or not found:
        logs = sorted(nest.logs.glob("*.txt"), key=os.path.getmtime)
        raise Broken(f"exit {code}, {len(found)} {name}: {logs[-1].read_text('utf-8')[-800:]}")
    return f"exit {code}"


def _version(path: Path) -> list[int]:
    return [int(one) for one in path.name.split(".") if one.isdigit()]
