"""What a real codex is given so that it reaches nothing but the scripted model server: config.toml and environment.

Sources: PROTOCOLS.md 4.1 (a provider without WebSocket and with few retries), 4.2 (OpenAI's own tests), measured on
0.58.0 to 0.169.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import tomlkit

from harness.jsonvalue import JsonValue

DUMMY_KEY: Final = "parity-dummy-key"
"""The only key that a real codex ever gets from us; it opens nothing."""

PROVIDER: Final = "parity"
_RETRIES: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class McpServer:
    """How codex starts the fixture MCP server, which is called ``demo`` in every scenario."""

    command: str
    args: tuple[str, ...]


def config_toml(*, url: str, model: str, mcp: McpServer | None) -> str:
    """The text of ``$CODEX_HOME/config.toml``.

    Args:
        url: base URL of the scripted model server.
        model: model when the scenario asks for none.
        mcp: the fixture MCP server, when the scenario calls it.
    """
    document: dict[str, object] = {
        "model": model,
        "model_provider": PROVIDER,
        # Full access, or a patch and an MCP call would wait for an approval that `exec` never gives.
        "sandbox_mode": "danger-full-access",
        "approval_policy": "never",
        # Each of these would reach for the network in the background.
        "check_for_update_on_startup": False,
        "analytics": {"enabled": False},
        "features": {"plugins": False},
        "model_providers": {
            PROVIDER: {
                "name": PROVIDER,
                "base_url": url,
                # Without it a provider of one's own is asked without a key, and nobody sees which one a client gave.
                "env_key": "CODEX_API_KEY",
                "wire_api": "responses",
                "supports_websockets": False,
                "request_max_retries": 0,
                "stream_max_retries": _RETRIES,
            }
        },
    }
    if mcp is not None:
        document["mcp_servers"] = {
            # Required, or codex begins the turn without its tools when it starts slowly.
            "demo": {"command": mcp.command, "args": list(mcp.args), "required": True}
        }
    return tomlkit.dumps(document)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is done to the environment that a client gives to codex: names taken out, values set, values where none is."""

    remove: tuple[str, ...]
    set: dict[str, str]
    default: dict[str, str]

    def to_json(self) -> dict[str, JsonValue]:
        """As the launcher reads it."""
        return {"remove": [*self.remove], "set": {**self.set}, "default": {**self.default}}


def changes(*, codex_home: str, home: str, temp: str) -> Changes:
    """A home of its own, and a key that opens nothing where the client gave none.

    Args:
        codex_home: a fresh folder, kept over the turns of one play.
        home: the same for HOME.
        temp: the same for temporary files; codex warns when its home lies below the temp folder.
    """
    return Changes(
        remove=tuple(sorted(_NEVER)),
        set={"CODEX_HOME": codex_home, "HOME": home, "TMPDIR": temp},
        default={"CODEX_API_KEY": DUMMY_KEY},
    )


def environment(
    *, codex_home: str, home: str, temp: str, given: Mapping[str, str]
) -> dict[str, str]:
    """The whole environment of a real codex: ``given``, what its client handed over, with the :func:`changes`."""
    to_do = changes(codex_home=codex_home, home=home, temp=temp)
    kept = {name: value for name, value in given.items() if name not in to_do.remove}
    defaults = {name: kept.get(name) or value for name, value in to_do.default.items()}
    return {**kept, **defaults, **to_do.set}


_NEVER: Final = frozenset({"OPENAI_API_KEY", "CODEX_ACCESS_TOKEN", "CODEX_SQLITE_HOME"})
"""Variables of the person who runs this that must not reach codex."""
