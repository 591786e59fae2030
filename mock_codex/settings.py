"""The ``--config key=value`` overrides as codex 0.169.0 reads and refuses them.

Measured: split at the first ``=``; the value is TOML, or else raw text without outer quotes; keys are split at dots;
overrides of all levels are merged in order, a later one wins but keeps the earlier one's place; the first bad setting
in that order is reported. Only the settings of ``_KNOWN`` are judged, the others are taken as they are: codex knows
several hundred, SDKs set these. Keys are not read from ``config.toml``, and ``--strict-config`` is not imitated.
Runs on the play path, so TOML's reader is loaded only for values that are not plain.
"""

from __future__ import annotations

_APPROVAL = ("untrusted", "on-failure", "on-request", "granular", "never")
_SANDBOX = ("read-only", "workspace-write", "danger-full-access")
_ENUM, _STRING, _BOOL, _LIST, _INTEGER, _EFFORT, _TABLE, _FEATURES = range(8)

_KNOWN: dict[str, tuple[int, tuple[str, ...]]] = {
    "approval_policy": (_ENUM, _APPROVAL),
    "hide_agent_reasoning": (_BOOL, ()),
    "features": (_FEATURES, ()),
    "model": (_STRING, ()),
    "model_context_window": (_INTEGER, ()),
    "model_provider": (_STRING, ()),
    "model_reasoning_effort": (_EFFORT, ()),
    "model_reasoning_summary": (_ENUM, ("auto", "concise", "detailed", "none")),
    "model_verbosity": (_ENUM, ("low", "medium", "high")),
    "notify": (_LIST, ()),
    "openai_base_url": (_STRING, ()),
    "personality": (_ENUM, ("none", "friendly", "pragmatic")),
    "sandbox_mode": (_ENUM, _SANDBOX),
    "sandbox_workspace_write": (_TABLE, ("SandboxWorkspaceWrite",)),
    "sandbox_workspace_write.network_access": (_BOOL, ()),
    "sandbox_workspace_write.writable_roots": (_LIST, ()),
    "shell_environment_policy.inherit": (_ENUM, ("core", "all", "none")),
    "show_raw_agent_reasoning": (_BOOL, ()),
    "web_search": (_ENUM, ("disabled", "cached", "indexed", "live")),
}
_HEADS = frozenset({key.partition(".")[0] for key in _KNOWN} | {"model_providers"})
_PROVIDERS = ("openai", "ollama", "lmstudio", "amazon-bedrock")


class SettingRefused(Exception):
    """Codex does not start with these overrides. ``str()`` is what it prints."""


def syntax_error(overrides: list[str]) -> str | None:
    """What codex prints for the first override that is not ``key=value``; None if all are."""
    for override in overrides:
        key, equals, _ = override.partition("=")
        if not equals:
            return f"Error parsing -c overrides: Invalid override (missing '='): {override}\n"
        if not key.strip():
            return f"Error parsing -c overrides: Empty key in override: {override}\n"
    return None


def merge(overrides: list[str]) -> dict[str, object]:
    """The judged settings as one tree, in the order in which each first came."""
    tree: dict[str, object] = {}
    for override in overrides:
        key, _, text = override.partition("=")
        *parents, last = key.strip().split(".")
        if (parents[0] if parents else last) not in _HEADS:
            continue
        node = tree
        for name in parents:
            below = node.get(name)
            if not isinstance(below, dict):
                below = node[name] = {}
            node = below
        node[last] = value(text.strip())
    return tree


def value(text: str) -> object:
    """The value of an override."""
    if text[:1] == text[-1:] == '"' and len(text) > 1:
        inner = text[1:-1]
        if inner.isprintable() and '"' not in inner and "\\" not in inner:
            return inner
    if text in {"true", "false"}:
        return text == "true"
    import tomllib

    try:
        found: object = tomllib.loads(f"_x_ = {text}")["_x_"]
    except tomllib.TOMLDecodeError:
        return text.strip("\"'")
    if isinstance(found, int) and not -(2**63) <= found < 2**63:
        return text
    return found


def judge(tree: dict[str, object]) -> None:
    """Refuse the first setting that codex refuses.

    Raises:
        SettingRefused: with the words of codex.
    """
    for name, below in tree.items():
        if name == "model_providers":
            _judge_providers(below)
        else:
            _judge(name, below)


def judge_provider(tree: dict[str, object], local: str | None, *, oss: bool) -> None:
    """Refuse a model provider that is neither built in nor set by an override, and a policy that is gone.

    Raises:
        SettingRefused: with the words of codex.
    """
    name = tree.get("model_provider", "openai")
    if oss:
        if local is None:
            raise SettingRefused(
                "Error: No default OSS provider configured. Use --local-provider=provider or set oss_provider to "
                "one of: lmstudio, ollama in config.toml\n"
            )
        name = local
    if tree.get("approval_policy") == "untrusted":
        raise SettingRefused(
            'Error: approval_policy = "untrusted" is no longer supported; remove this setting\n'
        )
    own = tree.get("model_providers")
    if name not in _PROVIDERS and not (isinstance(own, dict) and name in own):
        raise SettingRefused(f"Error: Model provider `{name}` not found\n")


def _judge_providers(node: object) -> None:
    if isinstance(node, dict):
        for name, below in node.items():
            if not isinstance(below, dict):
                _refuse_type(f"model_providers.{name}", below, "struct ModelProviderInfo")


def _judge(path: str, node: object) -> None:
    kind, words = _KNOWN.get(path, (None, ()))
    if kind is not None:
        _judge_kind(kind, words, path, node)
    if isinstance(node, dict) and kind in {None, _TABLE}:
        for name, below in node.items():
            _judge(f"{path}.{name}", below)


def _judge_kind(kind: int, words: tuple[str, ...], path: str, node: object) -> None:
    if kind == _ENUM:
        _judge_enum(words, path, node)
    elif kind == _FEATURES:
        _judge_features(node)
    elif kind == _EFFORT and node == "":
        _refuse("reasoning_effort must not be empty", path)
    elif kind in {_EFFORT, _STRING}:
        if type(node) in {bool, int, float, list, dict}:
            _refuse_type(path, node, "a string")
    elif kind == _BOOL and not isinstance(node, bool):
        _refuse_type(path, node, "a boolean")
    elif kind == _LIST and not isinstance(node, list):
        _refuse_type(path, node, "a sequence")
    elif kind == _INTEGER and type(node) is not int:
        _refuse_type(path, node, "i64")
    elif kind == _TABLE and not isinstance(node, dict):
        _refuse_type(path, node, f"struct {words[0]}")


def _judge_enum(words: tuple[str, ...], path: str, node: object) -> None:
    name = next(iter(node), "") if isinstance(node, dict) else node
    if not isinstance(name, str):
        _refuse("invalid type: unit variant, expected string only", path)
    if name not in words:
        listed = ", ".join(f"`{word}`" for word in words)
        _refuse(f"unknown variant `{name}`, expected one of {listed}", path)
    if isinstance(node, dict) and name == "granular" and not isinstance(node[name], dict):
        _refuse_type(path, node[name], "struct GranularApprovalConfig")


def _judge_features(node: object) -> None:
    if isinstance(node, dict):
        for below in node.values():
            if not isinstance(below, bool):
                _refuse_type("features", below, "a boolean")


def _refuse_type(path: str, node: object, expected: str) -> None:
    _refuse(f"invalid type: {_described(node)}, expected {expected}", path)


def _refuse(what: str, path: str) -> None:
    raise SettingRefused(f"Error loading config.toml: {what}\nin `{path}`\n\n")


def _described(node: object) -> str:
    if isinstance(node, bool):
        return f"boolean `{str(node).lower()}`"
    if isinstance(node, int):
        return f"integer `{node}`"
    if isinstance(node, float):
        return f"floating point `{node}`"
    if isinstance(node, str):
        escaped = (
            node.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        )
        return f'string "{escaped}"'
    return "sequence" if isinstance(node, list) else "map"
