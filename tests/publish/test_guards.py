"""The contract of publish fails when one of its guards is taken out.

Provenance: issue 6, the last line of "done". The tests run in a copy of the tree with one line changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.canary.nest import ROOT, copy_of_the_code

pytestmark = [
    pytest.mark.process,
    pytest.mark.timeout(200),
    pytest.mark.skipif(shutil.which("gh") is None, reason="gh is not on this machine"),
]

GUARDS = [
    ("plan.py", "answer.status == 201", "answer.status in (200, 201)", "was_not_created_with_201"),
    ("plan.py", '_same(answer.text("body"), self._text)', "True", "reads_otherwise"),
    ("plan.py", "        if refused:", "        if False:", "only_this_machine_has"),
    ("plan.py", 'if body.get("expired") is True:', "if False:", "expired_artifact"),
    ("publish.py", "if not hits:", "if True:", "token_of_this_environment"),
    ("comment.py", "if length(text) <= LIMIT:", "if True:", "longest_report"),
    ("facts.py", 'LOCAL_PATH.subn("<local path>", text)', "(text, 0)", "path_of_the_machine"),
    ("answer.py", 'return "no_token" if answer.exit == NO_TOKEN else', "return", "without_a_token"),
]


@pytest.mark.requirement("F17")
@pytest.mark.parametrize(
    ("file", "guard", "nothing", "test"), GUARDS, ids=[one[3] for one in GUARDS]
)
def test_the_contract_fails_without_its_guard(
    tmp_path: Path, file: str, guard: str, nothing: str, test: str
) -> None:
    tree = copy_of_the_code(tmp_path)
    shutil.copytree(ROOT / "tests", tree / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tree)
    for name in ("fixtures", "subjects", "schemas"):
        (tree / name).symlink_to(ROOT / name, target_is_directory=True)
    path = tree / "harness" / "publish" / file
    text = path.read_text("utf-8")
    assert text.count(guard) == 1, "the guard this test takes out is not there any more"

    whole = _tests(tree, test)
    path.write_text(text.replace(guard, nothing), encoding="utf-8")
    without = _tests(tree, test)

    assert (whole.returncode, without.returncode) == (0, 1), whole.stdout + without.stdout


def _tests(tree: Path, test: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "tests/publish/test_contract.py", "-k", test],
        cwd=tree, env={**os.environ, "PYTEST_ADDOPTS": ""}, capture_output=True, encoding="utf-8", timeout=180, check=False,
    )  # fmt: skip
