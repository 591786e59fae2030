"""CORE: where a link of a comment may lead: places that last, and places of which GitHub says until when.

A closed list, because "durable" cannot be seen from an address: a branch moves, a Pages site is overwritten, a signed
address of a picture dies after minutes. Sources: docs.github.com on releases, permanent links and artifact retention.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

from harness.errors import UsageFault

Kind: TypeAlias = Literal["release", "commit", "artifact", "run", "thread"]

_SHA: Final = r"[0-9a-f]{40}"
_NAME: Final = r"[A-Za-z0-9_.-]+"
_FORMS: Final[tuple[tuple[Kind, str], ...]] = (
    ("release", rf"/(?P<repo>{_NAME}/{_NAME})/releases/download/(?P<id>[^/?#\s]+)/(?P<path>[^?#\s]*)"),
    ("commit", rf"/(?P<repo>{_NAME}/{_NAME})/(?:blob|raw|tree)/(?P<id>{_SHA})/(?P<path>[^?#\s]*)"),
    ("artifact", rf"/(?P<repo>{_NAME}/{_NAME})/actions/runs/\d+/artifacts/(?P<id>\d+)(?P<path>)"),
    ("run", rf"/(?P<repo>{_NAME}/{_NAME})/actions/runs/(?P<id>\d+)(?P<path>)"),
    ("thread", rf"/(?P<repo>{_NAME}/{_NAME})/(?:issues|pull)/(?P<id>\d+)(?P<path>)(?:#issuecomment-\d+)?"),
)  # fmt: skip
_ASK: Final[dict[Kind, Callable[[str, str], str]]] = {
    "release": lambda repo, one: f"repos/{repo}/releases/tags/{one}",
    "commit": lambda repo, one: f"repos/{repo}/git/trees/{one}?recursive=1",
    "artifact": lambda repo, one: f"repos/{repo}/actions/artifacts/{one}",
    "run": lambda repo, one: f"repos/{repo}/actions/runs/{one}/artifacts?per_page=100",
    "thread": lambda repo, one: f"repos/{repo}/issues/{one}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An address that may be linked.

    ``kind`` is what lies there; a ``release`` and a ``commit`` last, an ``artifact`` and a ``run`` end when GitHub removes
    them. ``repo`` is ``owner/name``, ``id`` the tag, commit or number, ``path`` what follows it.
    """

    url: str
    kind: Kind
    repo: str
    id: str
    path: str

    @property
    def lasts(self) -> bool:
        """Whether nobody removes it by a clock."""
        return self.kind in ("release", "commit", "thread")

    @property
    def ask(self) -> str:
        """The path of the REST API that knows what lies there."""
        return _ASK[self.kind](self.repo, self.id)

    def holds(self, path: str) -> str | None:
        """The address of a file of the bundle there, None when the place has no addresses of files."""
        if not self.url.endswith("/"):
            return None
        # Assets of a release lie flat: only a file at the top of the bundle has its own name there.
        return None if self.kind == "release" and "/" in path else self.url + quote(path)

    def shows(self, address: str) -> str:
        """Where the bytes of a picture are whose address :meth:`holds` gave: a page of a commit is HTML around them."""
        if self.kind != "commit":
            return address
        return re.sub(rf"/(?:blob|tree)/({_SHA})/", r"/raw/\1/", address, count=1)


def place_of(url: str, host: str) -> Place | None:
    """The place an address names, None for one that is not known to last or to say its end.

    Args:
        url: an address, whole.
        host: the GitHub that is published to, such as ``github.com``.
    """
    prefix = f"https://{host}"
    if not url.startswith(f"{prefix}/"):
        return None
    for kind, form in _FORMS:
        found = re.fullmatch(form, url[len(prefix) :])
        if found is not None and ".." not in found["path"].split("/"):
            return Place(url=url, kind=kind, repo=found["repo"], id=found["id"], path=found["path"])
    return None


def parse_place(url: str, host: str) -> Place:
    """As :func:`place_of`, for an address that a person gave as the place of a bundle.

    Raises:
        UsageFault: it is none, or a thread, which holds no files.
    """
    found = place_of(url, host)
    if found is None or found.kind == "thread":
        raise UsageFault(
            "not a place that lasts or says its end",
            where=f"--place {url}",
            hint=f"Known: https://{host}/OWNER/NAME/ with releases/download/TAG/, blob/COMMIT/FOLDER/, actions/runs/N or actions/runs/N/artifacts/M.",
        )
    return found
