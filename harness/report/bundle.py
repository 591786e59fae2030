"""The page's ES modules as one script: in the order of their imports, without ``import`` and ``export``. CORE.

A browser loads no module from a file beside a page that was opened from disk, so they travel inside it; Node and ``tsc``
read the very same files as modules. That works because each top-level name is declared once over all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from harness.errors import HarnessFault

_IMPORT: Final = re.compile(r'^import\s+(?:[^;"]*?\sfrom\s+)?"\./(?P<name>[^"]+)";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)
_NAME: Final = re.compile(
    r"^(?:export )?(?:async )?(?:function\*?|class|const|let) (?P<name>\w+)", re.MULTILINE
)


class ScriptFault(HarnessFault):
    """The modules of the page do not make one script."""


def bundled(sources: Mapping[str, str], entry: str) -> str:
    """All modules that ``entry`` needs, as one text.

    Args:
        sources: file name -> text of a module.
        entry: the module to begin with; it comes last.

    Raises:
        ScriptFault: a module that is not there, modules that import each other in a circle, a top-level name that two
            declare, a form of ``export`` that is not a declaration, or ``</script``, which would end the script.
    """
    order: list[str] = []
    _visit(entry, sources, order, ())
    owners: dict[str, str] = {}
    parts: list[str] = []
    for name in order:
        text = sources[name]
        for found in _NAME.finditer(text):
            other = owners.setdefault(found["name"], name)
            if other != name:
                raise ScriptFault(f"`{found['name']}` is declared in {other} and in {name}")
        body = _EXPORT.sub("", _IMPORT.sub("", text))
        if re.search(r"^(?:export|import)\b", body, re.MULTILINE):
            raise ScriptFault(f"{name}: an import or export of another form")
        parts.append(f"// {name}\n{body.strip()}\n")
    script = "\n".join(parts)
    if "</script" in script.lower() or "<!--" in script:
        raise ScriptFault("`</script` or `<!--` in the page's own script")
    return script


def _visit(name: str, sources: Mapping[str, str], order: list[str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ScriptFault(f"modules import each other: {' -> '.join((*above, name))}")
    if name in order:
        return
    if name not in sources:
        raise ScriptFault(f"no module {name}, which {above[-1] if above else 'the page'} needs")
    for found in _IMPORT.finditer(sources[name]):
        _visit(found["name"], sources, order, (*above, name))
    order.append(name)
