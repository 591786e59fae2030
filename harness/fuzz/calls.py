"""What a client is asked by chance: options of client, thread and turn, and a prompt. The form is ``schemas/scenario.json``."""

from __future__ import annotations

from typing import Final, TypeAlias, cast

from hypothesis import strategies as st

from harness.fuzz.from_schema import ANY, TEXTS
from harness.jsonvalue import JsonValue

Object: TypeAlias = "dict[str, JsonValue]"

_ARGUMENTS: Final = TEXTS.filter(lambda text: "\0" not in text)
"""The system takes no NUL in an argument or a variable; what clients do with one is a scenario of its own."""

_KEYS: Final = st.sampled_from(["a", "b_c", "d-e", "f.g", 'h"i', "ä"])
_CONFIG: Final = st.recursive(
    st.booleans() | st.integers(-5, 2**40) | _ARGUMENTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_KEYS, inner, max_size=2),
    max_leaves=4,
)
_THREAD: Final[dict[str, st.SearchStrategy[object]]] = {
    "model": _ARGUMENTS,
    "sandbox_mode": st.sampled_from(["read-only", "workspace-write", "danger-full-access"]),
    "working_directory": st.just("<CWD>"),
    "additional_directories": st.lists(
        st.sampled_from(["<CWD>", "<CELL>/tmp", "sub dir"]), max_size=2
    ),
    "skip_git_repo_check": st.booleans(),
    "model_reasoning_effort": st.sampled_from(["minimal", "low", "medium", "high", "xhigh"]),
    "network_access_enabled": st.booleans(),
    "web_search_mode": st.sampled_from(["disabled", "cached", "live"]),
    "web_search_enabled": st.booleans(),
    "approval_policy": st.sampled_from(["never", "on-request", "on-failure", "untrusted"]),
}
_CLIENT: Final[dict[str, st.SearchStrategy[object]]] = {
    "base_url": st.sampled_from(["http://127.0.0.1:9/v1", "http://127.0.0.1:9/ä?q='1'"]),
    "api_key": st.just("dummy-key"),
    "env": st.just({"CHOSEN": "yes"}) | st.just({}),
    "config": st.dictionaries(_KEYS, _CONFIG, max_size=2),
}
_TURN: Final[dict[str, st.SearchStrategy[object]]] = {
    "output_schema": st.dictionaries(TEXTS, ANY, max_size=2)
}
_PARTS: Final = st.fixed_dictionaries(
    {"type": st.just("text"), "text": TEXTS}
) | st.fixed_dictionaries(
    {"type": st.just("local_image"), "path": st.sampled_from(["<CWD>/one.png", "<CWD>/no.png"])}
)
_PROMPTS: Final[st.SearchStrategy[object]] = TEXTS | st.lists(_PARTS, max_size=3)


@st.composite
def calls(
    draw: st.DrawFn, capabilities: frozenset[str], thread_id: str
) -> tuple[Object, list[Object]]:
    """Client options, and the steps of one turn.

    Args:
        capabilities: what every subject can do (``schemas/driver.json``); nothing else is asked for.
        thread_id: to be resumed now and then.
    """
    client = draw(_some("client", _CLIENT, capabilities))
    options = draw(_some("thread", _THREAD, capabilities))
    step: Object = {"start": options}
    if "resume" in capabilities and draw(st.integers(0, 3)) == 0:
        step = {"resume": {"thread_id": thread_id, "options": options}}
    prompts: st.SearchStrategy[object] = _PROMPTS if "images" in capabilities else TEXTS
    turn: Object = {
        "input": cast("JsonValue", draw(prompts)),
        "options": draw(_some("turn", _TURN, capabilities)),
    }
    return client, [step, {"turn": turn}]


@st.composite
def _some(
    draw: st.DrawFn,
    level: str,
    options: dict[str, st.SearchStrategy[object]],
    capabilities: frozenset[str],
) -> Object:
    """A few of the options that the subjects have; mostly none."""
    able = [name for name in options if f"{level}.{name}" in capabilities]
    if not able or draw(st.booleans()):
        return {}
    chosen = draw(st.sets(st.sampled_from(able), max_size=3))
    return {name: cast("JsonValue", draw(options[name])) for name in able if name in chosen}
