"""The contract of publish fails when one of its guards is taken out.

Provenance: issue 6, the last line of "done". The tests run in a copy of the tree with one line changed; that they pass
without the change is what the rest of this room shows, and a test that the copy cannot run is no failure (exit 1).
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

ORDER = "if len(self._stored) < len(self._job.places):"
NOT_THE_THREAD = 'if answer.number("number") != self._job.thread:'
NO_WRITE = 'return self._blocked(answer, "no write access shown: ")'
CLAIMED = 'return self._end("published", "")'
GUARDS = [
    # preflight: token, thread, places, write access, in this order and before anything is claimed
    ("answer.py", 'return "no_token" if answer.exit == NO_TOKEN else', "return", "contract", "without_a_token"),
    ("plan.py", NOT_THE_THREAD, "if False:", "plan", "before_anything_was_written_blocks"),
    ("plan.py", ORDER, "if False:", "contract", "expired_artifact"),
    ("plan.py", NO_WRITE, CLAIMED, "contract", "before_anything_is_written_blocks"),
    # never published without a 201 and a re-read
    ("plan.py", "answer.status == 201", "answer.status in (200, 201)", "contract", "was_not_created_with_201"),
    ("plan.py", '_same(answer.text("body"), self._text)', "True", "contract", "reads_otherwise"),
    # the linter, each of its rules
    ("plan.py", "        if refused:", "        if False:", "contract", "only_this_machine_has"),
    ("links.py", "for match in LOCAL_PATH.finditer(text)", "for match in ()", "links", "one_machine_has"),
    ("links.py", 'if name != "https":', "if False:", "links", "one_machine_has"),
    ("links.py", 'target.removeprefix("./") not in manifest.paths()', "False", "links", "one_machine_has"),
    ("links.py", 'return "a relative link: a comment lies beside no file"', "return None", "links", "one_machine_has"),
    ("links.py", "if place_of(target.rstrip(\".,;:!?\"), host) is None:", "if False:", "links", "one_machine_has"),
    ("links.py", "if match.group() not in manifest.hashes()", "if False", "links", "one_machine_has"),
    # what lies at a place is what is linked
    ("stored.py", 'if body.get("expired") is True:', "if False:", "contract", "expired_artifact"),
    ("stored.py", 'isinstance(digest, str) and digest != f"sha256:{file.sha256}"', "False", "contract", "of_a_release"),
    ("stored.py", 'if there.get("sha") != file.blob:', "if False:", "bundle", "when_git_has_the_same"),
    ("stored.py", "if not kept:", "if False:", "bundle", "with_what_it_keeps"),
    # the length that GitHub takes
    ("comment.py", "if length(text) <= LIMIT:", "if True:", "contract", "longest_report"),
    # nothing of this machine and no secret goes out
    ("publish.py", "if not hits:", "if True:", "contract", "token_of_this_environment"),
    ("publish.py", "if not refused:", "if True:", "bundle", "whose_markdown_links"),
    ("facts.py", 'LOCAL_PATH.subn("<local path>", text)', "(text, 0)", "contract", "path_of_the_machine"),
    ("gh.py", "{**named, OWN_TOKEN: token}", "named", "gh", "token_that_gh_keeps"),
    ("gh.py", "redactor.text(answer.said)", "answer.said", "gh", "printed_or_kept"),
    ("gh.py", "redactor.clean(answer.body)", "answer.body", "gh", "printed_or_kept"),
]  # fmt: skip


@pytest.mark.requirement("F17")
@pytest.mark.parametrize(
    ("file", "guard", "nothing", "tests", "test"),
    GUARDS,
    ids=[f"{one[0]}: {one[1][:40]}" for one in GUARDS],
)
def test_the_contract_fails_without_its_guard(
    tmp_path: Path, file: str, guard: str, nothing: str, tests: str, test: str
) -> None:
    tree = copy_of_the_code(tmp_path)
    shutil.copytree(ROOT / "tests", tree / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tree)
    for name in ("fixtures", "subjects", "schemas"):
        (tree / name).symlink_to(ROOT / name, target_is_directory=True)
    path = tree / "harness" / "publish" / file
    text = path.read_text("utf-8")
    assert text.count(guard) == 1, "the guard this test takes out is not there any more"

    path.write_text(text.replace(guard, nothing), encoding="utf-8")
    without = _tests(tree, tests, test)

    assert without.returncode == 1, without.stdout + without.stderr
    assert " failed" in without.stdout


def _tests(tree: Path, tests: str, test: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", f"tests/publish/test_{tests}.py", "-k", test],
        cwd=tree, env={**os.environ, "PYTEST_ADDOPTS": ""}, capture_output=True, encoding="utf-8", timeout=180, check=False,
    )  # fmt: skip
