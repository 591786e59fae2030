r"""CORE: the order of a publication as a table of steps: what to ask GitHub next, and when to call it published.

    thread -> place (one per place) -> create -> edit -> read back -> published
                                        |          \-> tell (the status comment says that it failed) -> failed
                                        \-> blocked: nothing was written

The status comment is the probe of write access: it is created first and edited later, so a thread that may not be
written to is found before anything is claimed, and no second comment is left (REQUIREMENTS.md R4-24, R4-25).
``published`` needs a 201 for the comment, a 200 for the edit, and the same text read back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, TypeAlias

from harness.jsonvalue import JsonValue
from harness.publish.answer import Answer, Refusal, refusal, wait_s
from harness.publish.comment import given_up, opening
from harness.publish.links import lint
from harness.publish.manifest import Manifest
from harness.publish.places import Place
from harness.publish.stored import Stored, stored

READS: Final = 3
"""How often the comment is read back before another text in it counts: a read may be older than the edit."""

REST_S: Final = 1

Word: TypeAlias = Literal["published", "blocked", "failed"]


class Step(Enum):
    """Where a publication is; the value is how a person would call it."""

    THREAD = "read the thread"
    PLACE = "look at the place"
    CREATE = "create the status comment"
    EDIT = "edit the comment"
    READ_BACK = "read the comment back"
    TELL = "say in the comment that it failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be published and where.

    ``repo`` is ``owner/name`` on ``host``; ``patience_s`` is how long rate limits may be waited for, in all. ``body`` makes the comment
    from the places as GitHub described them.
    """

    host: str
    repo: str
    thread: int
    run_id: str
    manifest: Manifest
    places: tuple[Place, ...]
    patience_s: int
    body: Callable[[Sequence[Stored]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request to GitHub: ``path`` below the API's root, ``body`` as JSON or None; first rest ``rest_s`` seconds."""

    step: Step
    method: Literal["GET", "POST", "PATCH"]
    path: str
    body: dict[str, JsonValue] | None = None
    rest_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How it came out: the word, the step and the reason for any other than ``published``, the comment if there is one."""

    word: Word
    step: Step | None = None
    reason: str = ""
    refusal: Refusal | None = None
    url: str | None = None
    hint: str = ""

    def __str__(self) -> str:
        if self.word == "published":
            return f"published: {self.url}"
        if self.word == "blocked":
            return f"blocked({self.reason})"
        assert self.step is not None, "what failed is a step"
        return f"failed({self.step.value}): {self.reason}"


HINTS: Final[dict[Refusal, str]] = {
    "no_gh": "Install gh, GitHub's own command line: apt-get install gh.",
    "no_token": "Set GH_TOKEN, or `gh auth login`; docs/publish.md says what kind of token, and what it may do.",
    "token_refused": "The token is wrong, revoked or has expired: set another GH_TOKEN.",
    "rate_limited": "Call it again later, or with more --patience.",
    "forbidden": "The token may not do this: docs/publish.md says which permission each request needs.",
    "not_found": "Is OWNER/NAME#NUMBER right? GitHub says 404 too when the token may not see a private repository.",
    "gone": "The thread was deleted or its repository has issues switched off.",
    "rejected": "GitHub did not take the text; comment.md in the folder is what was sent.",
    "server_error": "Look at https://www.githubstatus.com and call it again.",
    "unreachable": "Is the network there? `gh api rate_limit` shows what gh can reach.",
    "unexpected": "Look at publication.json in the folder.",
}


class Publication:
    """One publication on its way: ``begin``, then ``hear`` each answer, until an ``End`` comes out."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._step = Step.THREAD
        self._stored: list[Stored] = []
        self._patience = job.patience_s
        self._reads = 0
        self._id = 0
        self._url: str | None = None
        self._text = ""
        self._asked = self._ask(Step.THREAD, "GET", f"repos/{job.repo}/issues/{job.thread}")
        self._broken: End | None = None
        self._heard: dict[Step, Callable[[Answer], Ask | End]] = {
            Step.THREAD: self._thread,
            Step.PLACE: self._place,
            Step.CREATE: self._created,
            Step.EDIT: self._edited,
            Step.READ_BACK: self._read_back,
            Step.TELL: self._told,
        }

    def __repr__(self) -> str:
        return f"<Publication of {self._job.run_id} at: {self._step.value}>"

    def begin(self) -> Ask:
        """The first request."""
        return self._asked

    def hear(self, answer: Answer, now_s: int) -> Ask | End:
        """What follows from the answer to the last request.

        Args:
            answer: of GitHub or of gh.
            now_s: the time now, seconds since 1970.
        """
        if refusal(answer) == "rate_limited":
            wait = wait_s(answer, now_s)
            if wait is not None and wait <= self._patience:
                self._patience -= wait
                return self._again(rest_s=wait)
        return self._heard[self._step](answer)

    def _thread(self, answer: Answer) -> Ask | End:
        if answer.status != 200:
            return self._blocked(answer)
        if answer.number("number") != self._job.thread:
            moved = answer.text("html_url") or "elsewhere"
            return self._end("blocked", f"the thread is not there any more but {moved}")
        return self._next_place()

    def _next_place(self) -> Ask | End:
        if len(self._stored) < len(self._job.places):
            return self._ask(Step.PLACE, "GET", self._job.places[len(self._stored)].ask)
        self._text = self._job.body(self._stored)
        refused = lint(self._text, self._job.manifest, self._job.host)
        if refused:
            return self._end("blocked", "; ".join(map(str, refused)))
        opened: dict[str, JsonValue] = {"body": opening(self._job.run_id)}
        path = f"repos/{self._job.repo}/issues/{self._job.thread}/comments"
        return self._ask(Step.CREATE, "POST", path, opened)

    def _place(self, answer: Answer) -> Ask | End:
        place = self._job.places[len(self._stored)]
        if answer.status != 200:
            return self._blocked(answer, f"{place.url}: ")
        found = stored(place, answer.body, self._job.manifest)
        if isinstance(found, str):
            return self._end("blocked", f"{place.url}: {found}")
        self._stored.append(found)
        return self._next_place()

    def _created(self, answer: Answer) -> Ask | End:
        why = refusal(answer)
        if answer.status == 201:
            self._url = answer.text("html_url") or None
            found = answer.number("id")
            if found is None or self._url is None:
                return self._end("failed", "HTTP 201 without the id and address of a comment")
            self._id = found
            return self._ask(Step.EDIT, "PATCH", self._comment, {"body": self._text})
        if why in ("server_error", "unexpected", "unreachable"):
            unsure = "; it may have been created all the same, look at the thread"
            return self._end("failed", answer.sentence + unsure, why)
        return self._blocked(answer, "no write access shown: ")

    def _edited(self, answer: Answer) -> Ask | End:
        if answer.status == 200:
            return self._ask(Step.READ_BACK, "GET", self._comment)
        return self._tell(self._end("failed", answer.sentence, refusal(answer)))

    def _read_back(self, answer: Answer) -> Ask | End:
        self._reads += 1
        if answer.status == 200 and _same(answer.text("body"), self._text):
            return self._end("published", "")
        if self._reads < READS:
            return self._again(rest_s=REST_S)
        if answer.status == 200:
            return self._end("failed", "the comment has another text than was sent")
        return self._end("failed", answer.sentence, refusal(answer))

    def _tell(self, broken: End) -> Ask:
        self._broken = broken
        said: dict[str, JsonValue] = {"body": given_up(self._job.run_id, broken.reason)}
        return self._ask(Step.TELL, "PATCH", self._comment, said)

    def _told(self, answer: Answer) -> End:
        assert self._broken is not None, "only a failure is told"
        told = (
            "says so"
            if answer.status == 200
            else f"still says that it is under way ({answer.sentence})"
        )
        broken = self._broken
        return End(
            word=broken.word, step=broken.step, reason=f"{broken.reason}; the comment {told}",
            refusal=broken.refusal, url=broken.url, hint=broken.hint,
        )  # fmt: skip

    @property
    def _comment(self) -> str:
        return f"repos/{self._job.repo}/issues/comments/{self._id}"

    def _ask(
        self,
        step: Step,
        method: Literal["GET", "POST", "PATCH"],
        path: str,
        body: dict[str, JsonValue] | None = None,
    ) -> Ask:
        self._step = step
        self._asked = Ask(step=step, method=method, path=path, body=body)
        return self._asked

    def _again(self, *, rest_s: int) -> Ask:
        last = self._asked
        return Ask(
            step=last.step, method=last.method, path=last.path, body=last.body, rest_s=rest_s
        )

    def _blocked(self, answer: Answer, before: str = "") -> End:
        return self._end("blocked", before + _WORDS[refusal(answer)](answer), refusal(answer))

    def _end(self, word: Word, reason: str, why: Refusal | None = None) -> End:
        hint = "" if why is None else HINTS[why]
        return End(word=word, step=self._step, reason=reason, refusal=why, url=self._url, hint=hint)


def _plain(words: str) -> Callable[[Answer], str]:
    return lambda answer: f"{words}, {answer.sentence}" if answer.status is not None else words


_WORDS: Final[dict[Refusal, Callable[[Answer], str]]] = {
    "no_gh": _plain("no gh on this machine"),
    "no_token": _plain("no token"),
    "token_refused": _plain("the token was refused"),
    "rate_limited": _plain("rate limit"),
    "forbidden": _plain("forbidden"),
    "not_found": _plain("not found"),
    "gone": _plain("gone"),
    "rejected": _plain("rejected"),
    "server_error": _plain("GitHub failed"),
    "unreachable": lambda answer: f"GitHub cannot be reached, {answer.sentence}",
    "unexpected": _plain("unexpected answer"),
}


def _same(seen: str, sent: str) -> bool:
    """Whether GitHub shows the text that was sent; it keeps the text but may end lines in CR LF and cut the last ones."""
    return seen.replace("\r\n", "\n").rstrip() == sent.rstrip()
