"""IO: the MCP server of the scenarios, on stdin and stdout: ``python -m harness.real.mcp_fixture``.

``echo`` gives its text back, ``boom`` and ``fail`` fail, ``shape`` answers with structured content and with what a result may hold.
"""

from __future__ import annotations

from typing import Any, Final

from mcp import MCPError
from mcp.server import MCPServer

server = MCPServer("demo")

_SERVER_ERROR: Final = -32000


@server.tool(structured_output=False)
def echo(text: str) -> str:
    """Give ``text`` back."""
    return text


@server.tool(structured_output=False)
def boom(text: str) -> str:
    """Fail as a protocol error, whatever the text is.

    Raises:
        MCPError: always.
    """
    raise MCPError(_SERVER_ERROR, "tool exploded")


@server.tool(structured_output=False)
def fail(text: str) -> str:
    """Fail as a tool: the result says so.

    Raises:
        ValueError: always.
    """
    raise ValueError(f"cannot {text}")


@server.tool()
def shape(text: str) -> dict[str, Any]:
    """Structured content: the text, a float, a null, a list."""
    return {"text": text, "ratio": 1.0, "nothing": None, "list": [1, "two"]}


if __name__ == "__main__":
    server.run()
