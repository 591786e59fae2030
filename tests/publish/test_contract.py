"""``codex-parity publish`` with the real gh in front of a small GitHub: what it says, what is then on the thread.

Provenance: REQUIREMENTS.md R4-17, R4-22 to R4-25, R4-29, R4-31, F17 and 3.8 (gh on a unix socket, measured).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.jsonvalue import JsonValue
from harness.publish import bundle as bundle_module
from harness.publish.comment import TEMPLATE
from tests.publish.calling import publish, record
from tests.publish.fake_github import EXPIRED, READER, WRITER, Github, github
from tests.publish.runs import bundle, cause

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(shutil.which("gh") is None, reason="gh is not on this machine"),
]


@pytest.fixture
def hub() -> Iterator[Github]:
    """A GitHub with thread 12."""
    with tempfile.TemporaryDirectory(prefix="hub-") as short, github(Path(short)) as served:
        yield served


@pytest.mark.requirement("R4-22", "R4-25", "R4-27", "R4-29", "R4-31", "F17")
def test_a_report_is_on_the_thread_after_a_201_and_was_read_back(
    hub: Github, tmp_path: Path
) -> None:
    folder = bundle(tmp_path / "run", causes=[cause()], exit=1, exit_reason="1 divergence")

    end = publish(hub, folder)

    assert end.out == "published: https://github.com/octo/sdk/issues/12#issuecomment-501\n", end.err
    assert end.code == 0
    assert hub.asked == [
        "GET issues/12", "POST issues/12/comments", "PATCH issues/comments/501", "GET issues/comments/501",
    ]  # fmt: skip
    assert hub.comments[501] == (folder / "comment.md").read_text("utf-8")
    assert [part in hub.comments[501] for part in ("### 1.", "### 2.", "### 3.", "### 4.")] == [
        True
    ] * 4
    said = record(folder)
    assert (said["status"], said["url"]) == ("published", end.out.split()[1])
    assert WRITER not in (folder / "publication.json").read_text("utf-8")


@pytest.mark.requirement("R4-17", "R4-24", "F17")
def test_without_a_token_nothing_is_asked_and_nothing_written(hub: Github, tmp_path: Path) -> None:
    folder = bundle(tmp_path / "run")

    end = publish(hub, folder, token=None)

    assert (end.code, end.out) == (4, "blocked(no token)\n")
    assert "GH_TOKEN" in end.err
    assert f"codex-parity publish octo/sdk#12 --run {folder}" in end.err.replace("'", "")
    assert hub.asked == []
    assert record(folder)["status"] == "blocked"


@pytest.mark.requirement("R4-17", "R4-22", "R4-24", "R4-31", "F17")
@pytest.mark.parametrize(
    ("token", "thread", "said", "asked"),
    [
        (EXPIRED, 12, "the token was refused, HTTP 401: Bad credentials", ["GET issues/12"]),
        (WRITER, 13, "not found, HTTP 404: Not Found", ["GET issues/13"]),
        (READER, 12, "no write access shown: forbidden, HTTP 403: Resource not accessible by personal access token",
         ["GET issues/12", "POST issues/12/comments"]),
    ],
    ids=["401", "404", "403"],
)  # fmt: skip
def test_a_refusal_before_anything_is_written_blocks(
    hub: Github, tmp_path: Path, token: str, thread: int, said: str, asked: list[str]
) -> None:
    folder = bundle(tmp_path / "run")

    end = publish(hub, folder, thread=f"octo/sdk#{thread}", token=token)

    assert (end.code, end.out) == (4, f"blocked({said})\n")
    assert f"again: codex-parity publish octo/sdk#{thread} --run {folder}" in end.err.replace("'", "")  # fmt: skip
    assert hub.asked == asked
    assert hub.comments == {}
    kept = record(folder)
    step = "read the thread" if len(asked) == 1 else "create the status comment"
    assert (kept["status"], kept["step"], kept["reason"]) == ("blocked", step, said)


@pytest.mark.requirement("R4-17", "R4-22", "F17")
def test_a_text_that_github_refuses_leaves_a_comment_that_says_so(
    hub: Github, tmp_path: Path
) -> None:
    too_long = {"message": "Validation Failed: body is too long"}
    hub.broken["PATCH .*"] = [(422, too_long, {})]
    folder = bundle(tmp_path / "run")

    end = publish(hub, folder)

    assert end.code == 3
    assert end.out == (
        "failed(edit the comment): HTTP 422: Validation Failed: body is too long; the comment says so\n"
    )
    assert "was **not** published here" in hub.comments[501]
    assert record(folder)["step"] == "edit the comment"
    assert "published" not in end.out


def test_the_longest_report_is_cut_below_the_limit_of_github_and_says_what_was_cut(
    hub: Github, tmp_path: Path
) -> None:
    many = [cause(number, sentence="x" * 500) for number in range(1, 400)]
    folder = bundle(tmp_path / "run", causes=many, exit=1)

    end = publish(hub, folder)

    assert end.code == 0, end.out
    assert 60_000 < len(hub.comments[501]) <= 65_536
    assert "399 detected" in hub.comments[501]
    assert "more are left out here: a comment holds 65,536 characters" in hub.comments[501]


def test_a_short_rate_limit_is_waited_for(hub: Github, tmp_path: Path) -> None:
    limited = (403, {"message": "You have exceeded a secondary rate limit"}, {"Retry-After": "1"})
    hub.broken["POST .*"] = [limited]

    end = publish(hub, bundle(tmp_path / "run"))

    assert end.code == 0, end.out
    assert hub.asked.count("POST issues/12/comments") == 2
    assert len(hub.comments) == 1


def test_a_long_rate_limit_blocks(hub: Github, tmp_path: Path) -> None:
    limited = (403, {"message": "API rate limit exceeded"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9999999999"})  # fmt: skip
    hub.broken["GET .*"] = [limited]

    end = publish(hub, bundle(tmp_path / "run"))

    assert (end.code, end.out) == (
        4,
        "blocked(rate limit, HTTP 403: API rate limit exceeded)\n",
    )
    assert "--patience" in end.err


@pytest.mark.requirement("R4-22", "F17")
def test_a_status_comment_that_was_not_created_with_201_is_not_published(
    hub: Github, tmp_path: Path
) -> None:
    hub.broken["POST .*"] = [(200, {"id": 1, "html_url": "https://github.com/x"}, {})]

    end = publish(hub, bundle(tmp_path / "run"))

    assert end.code == 3
    assert end.out.startswith("failed(create the status comment): HTTP 200")


@pytest.mark.requirement("F17")
def test_a_comment_that_reads_otherwise_is_not_published(hub: Github, tmp_path: Path) -> None:
    hub.shows = lambda text: text.replace("Ready", "Reads")

    end = publish(hub, bundle(tmp_path / "run"))

    assert end.code == 3
    assert end.out == (
        "failed(read the comment back): the comment has another text than was sent\n"
    )
    assert hub.asked.count("GET issues/comments/501") == 3


def test_a_comment_whose_lines_github_ends_in_its_own_way_is_published(
    hub: Github, tmp_path: Path
) -> None:
    hub.shows = lambda text: text.replace("\n", "\r\n")

    assert publish(hub, bundle(tmp_path / "run")).code == 0


def test_a_server_error_at_the_first_comment_leaves_open_whether_it_is_there(
    hub: Github, tmp_path: Path
) -> None:
    hub.broken["POST .*"] = [(502, {"message": "Bad Gateway"}, {})]

    end = publish(hub, bundle(tmp_path / "run"))

    assert end.code == 3
    assert "it may have been created all the same" in end.out


@pytest.mark.requirement("R4-16")
def test_the_end_of_an_artifact_is_asked_for_and_said(hub: Github, tmp_path: Path) -> None:
    url = "https://github.com/octo/sdk/actions/runs/7/artifacts/8"
    hub.places["actions/artifacts/8"] = {"expired": False, "expires_at": "2027-02-19T10:00:00Z"}

    end = publish(hub, bundle(tmp_path / "run"), "--place", url)

    assert end.code == 0, end.out
    assert f"{url} (**ephemeral**: kept until 2027-02-19T10:00:00Z)" in hub.comments[501]


@pytest.mark.requirement("R4-13", "R4-28")
def test_an_expired_artifact_is_not_linked(hub: Github, tmp_path: Path) -> None:
    url = "https://github.com/octo/sdk/actions/runs/7/artifacts/8"
    hub.places["actions/artifacts/8"] = {"expired": True}

    end = publish(hub, bundle(tmp_path / "run"), "--place", url)

    assert (end.code, end.out) == (4, f"blocked({url}: the artifact has expired)\n")
    assert hub.comments == {}


@pytest.mark.requirement("R4-16", "R4-28", "F16")
def test_files_of_a_release_are_linked_when_they_are_the_same(hub: Github, tmp_path: Path) -> None:
    folder = bundle(tmp_path / "run")
    url = "https://github.com/octo/sdk/releases/download/v1/"
    assets: list[dict[str, JsonValue]] = [{"name": "index.html", "digest": None}, {"name": "summary.json", "digest": f"sha256:{'0' * 64}"}]  # fmt: skip
    hub.places["releases/tags/v1"] = {"assets": assets}

    other = publish(hub, folder, "--place", url)
    assets[1]["digest"] = None
    same = publish(hub, folder, "--place", url)

    assert (other.code, "the asset summary.json is another file" in other.out) == (4, True)
    assert same.code == 0, same.out
    assert f"[`index.html`]({url}index.html)" in hub.comments[501]


@pytest.mark.requirement("R4-13")
@pytest.mark.parametrize(
    "url",
    ["/tmp/report", "file:///srv/x", "http://localhost:8000/", "reports/parity",
     "https://github.com/octo/sdk/blob/main/reports/", "https://octo.github.io/sdk/"],
)  # fmt: skip
def test_a_place_that_does_not_last_is_refused(hub: Github, tmp_path: Path, url: str) -> None:
    end = publish(hub, bundle(tmp_path / "run"), "--place", url)

    assert end.code == 2
    assert "not a place that lasts" in end.err
    assert hub.asked == []


@pytest.mark.requirement("R4-27", "F18")
def test_a_bundle_with_a_token_of_this_environment_is_not_published(
    hub: Github, tmp_path: Path
) -> None:
    folder = bundle(tmp_path / "run")
    (folder / "log.txt").write_text(f"Authorization: token {WRITER}\n", encoding="utf-8")

    end = publish(hub, folder)

    assert end.code == 4
    assert end.out == (
        "blocked(the bundle holds a secret of this environment: GH_TOKEN in log.txt (as it is))\n"
    )
    assert hub.asked == []


@pytest.mark.requirement("R4-30")
def test_a_path_of_the_machine_that_ran_it_is_not_in_the_comment(
    hub: Github, tmp_path: Path
) -> None:
    command: JsonValue = ["codex-parity", "run", "-o", "/tmp/somewhere/else"]

    end = publish(hub, bundle(tmp_path / "run", command=command))

    assert end.code == 0, end.out
    assert "-o <local path>`" in hub.comments[501]
    assert "/tmp/somewhere" not in hub.comments[501]


@pytest.mark.requirement("R4-13", "R4-30", "F16")
def test_a_link_to_what_only_this_machine_has_is_never_sent(
    hub: Github, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (bundle_module.ASSETS / TEMPLATE).read_text("utf-8")
    (tmp_path / TEMPLATE).write_text(f"{text}\n[r](../index.html) /tmp/x\n", encoding="utf-8")
    monkeypatch.setattr(bundle_module, "ASSETS", tmp_path)

    end = publish(hub, bundle(tmp_path / "run"))
    dry = publish(hub, tmp_path / "run", "--dry-run")

    assert end.code == 4
    assert end.out.startswith("blocked(/tmp/x: a path of this machine; ../index.html: a relative")
    assert (dry.code, "refused: /tmp/x: a path of this machine" in dry.err) == (4, True)
    assert hub.comments == {}


def test_a_dry_run_asks_nobody_and_shows_the_comment(hub: Github, tmp_path: Path) -> None:
    folder = bundle(tmp_path / "run")

    end = publish(hub, folder, "--dry-run", token=None)

    assert end.code == 0
    assert end.out == (folder / "comment.md").read_text("utf-8")
    assert hub.asked == []


def test_a_machine_without_gh_is_told_how_to_get_it(
    hub: Github, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    end = publish(hub, bundle(tmp_path / "run"))

    assert (end.code, end.out) == (4, "blocked(no gh on this machine)\n")
    assert "apt-get install gh" in end.err


@pytest.mark.parametrize(
    ("thread", "summary", "said"),
    [
        ("octo/sdk", "{}", "is no thread"),
        ("octo/sdk#0", "{}", "is no thread"),
        ("octo/sdk#12", None, "no summary.json"),
        ("octo/sdk#12", "{", "not JSON"),
        ("octo/sdk#12", "{}", "is a required property"),
    ],
)
def test_wrong_use_names_what_is_wrong(
    hub: Github, tmp_path: Path, thread: str, summary: str | None, said: str
) -> None:
    if summary is not None:
        (tmp_path / "summary.json").write_text(summary, encoding="utf-8")

    end = publish(hub, tmp_path, thread=thread)

    assert (end.code, said in end.err) == (2, True), end.err


def test_a_link_out_of_the_bundle_is_refused(hub: Github, tmp_path: Path) -> None:
    folder = bundle(tmp_path / "run")
    (tmp_path / "outside.log").touch()
    (folder / "log").symlink_to(tmp_path / "outside.log")

    end = publish(hub, folder)

    assert (end.code, "a link that leads out of the bundle" in end.err) == (2, True)
