"""A project of its own for one canary: scenarios with fresh keys and prompts, an environment full of keys, and the logs.

The keys are chance, new in each run, so nothing can have been made to know them.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
SCENARIOS: Final = (
    "env/api-key.yaml", "env/api-key-empty.yaml", "env/api-key-over-env.yaml", "errors/secret-bad-line.yaml",
    "errors/secret-cancelled.yaml", "errors/secret-exit.yaml", "errors/secret-failed.yaml",
    "errors/secret-missing-binary.yaml", "options/all.yaml", "items/agent-message.yaml",
)  # fmt: skip
"""Every scenario that gives a client a key, and one that gives none."""

_KEYS: Final = re.compile(r"\b(?:dummy-key|option-key|env-key|other-key|(?:sk|tok)-parity-must-not-be-shown)\b")  # fmt: skip
_PROMPT: Final = re.compile(r"(- turn:\s*\{?\s*input: )([^{}\[\],\n]+)")
_MESSAGE: Final = re.compile(r"(error: \{message: )[^}]+")
_CLIENT: Final = re.compile(r"client: \{api_key: [^}]+\}")
_INHERITED: Final = ("OPENAI_API_KEY", "CODEX_API_KEY", "GH_TOKEN", "AWS_SECRET_ACCESS_KEY", "DB_PASSWORD")  # fmt: skip


@dataclass
class Nest:
    """Where one canary plays. ``keys`` must be found nowhere but in ``inputs``, ``prompts`` must be found.

    Args:
        folder: an empty folder; all that is written lies below it.
        tree: the checkout whose code is played, this one or a copy with something taken out.
    """

    folder: Path
    tree: Path = ROOT
    keys: dict[str, str] = field(default_factory=dict)
    prompts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.project = self.folder / "project"
        self.logs = self.folder / "logs"
        for path in (self.logs, self.folder / "tmp", self.project / "fixtures"):
            path.mkdir(parents=True)
        for name in ("subjects", "schemas", ".parity", "fixtures/wire"):
            (self.project / name).symlink_to(ROOT / name, target_is_directory=True)
        for name in SCENARIOS:
            target = self.project / "fixtures" / "scenarios" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(self._filled(name), encoding="utf-8")
        self._write_echo()
        self.inherited = {name: self.key(f"environment {name}") for name in _INHERITED}

    def key(self, name: str) -> str:
        """A new key, to be looked for by this name."""
        self.keys[name] = f"sk-CANARY-{secrets.token_hex(16)}"
        return self.keys[name]

    def is_input(self, path: str) -> bool:
        """Whether a file is one that was written here with keys in it, and not an artifact."""
        return path.startswith("project/fixtures/")

    def environment(self, **more: str) -> dict[str, str]:
        """What every program is started with: our PATH, a home and a temp folder of its own, and keys."""
        return {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "HOME": str(self.folder / "tmp"),
            "TMPDIR": str(self.folder / "tmp"),
            "PYTHONPATH": str(self.tree),
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.inherited,
            **more,
        }

    def run(self, name: str, argv: Sequence[str], **more: str) -> int:
        """Run a program in the project and keep what it says as a log; returns its exit status."""
        with (self.logs / f"{name}.txt").open("wb") as log:
            done = subprocess.run(
                argv,
                cwd=self.project,
                env=self.environment(**more),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=600,
                check=False,
            )
        return done.returncode

    def command(self, name: str, *words: str, **more: str) -> int:
        """Run ``codex-parity`` of the tree."""
        return self.run(name, [sys.executable, "-m", "harness.cli", *words], **more)

    def _write_echo(self) -> None:
        """A scenario whose script has the key too: a codex that repeats it in its failure."""
        folder = self.project / "fixtures" / "scenarios" / "errors"
        text = (folder / "secret-failed.yaml").read_text("utf-8")
        text, places = _MESSAGE.subn(
            rf"\g<1>no such key {self.key('key that codex repeats')}", text
        )
        assert places == 1, "secret-failed has one message"
        text = _CLIENT.sub(f"client: {{api_key: {self.keys['key that codex repeats']}}}", text)
        text = text.replace("id: exec.errors.secret-failed", "id: exec.errors.secret-repeated")
        (folder / "secret-repeated.yaml").write_text(text, encoding="utf-8")

    def _filled(self, name: str) -> str:
        text = (ROOT / "fixtures" / "scenarios" / name).read_text("utf-8")

        def prompt(found: re.Match[str]) -> str:
            self.prompts[f"prompt of {name}"] = f"CANARY-PROMPT-{secrets.token_hex(8)}"
            return found[1] + self.prompts[f"prompt of {name}"]

        text = _KEYS.sub(lambda found: self.key(f"{found.group()} of {name}"), text)
        return _PROMPT.sub(prompt, text, count=1)


def copy_of_the_code(folder: Path) -> Path:
    """A copy of what runs, to take a guard out of."""
    for name in ("harness", "mock_codex", "mutants"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder
