"""A driver that plays nothing and tells why with the key in it: `not_applicable`, `driver_error`, a line of nonsense."""

from __future__ import annotations

import json
import sys
from typing import Final

from harness.subjects.reference import CAPABILITIES

HELLO: Final = {
    "kind": "hello", "protocol": 1, "sdk": "codex-parity-babbler", "version": "0.1.0", "language": "Python", "runtime": "none",
    "capabilities": [*CAPABILITIES], "cannot_express": [],
}  # fmt: skip


def answer(way: str, run: str, key: str) -> object:
    """What is said instead of a turn."""
    match way:
        case "not_applicable":
            return {"id": run, "kind": "not_applicable", "reason": f"cannot take {key}"}
        case "driver_error":
            return {"id": run, "kind": "driver_error", "message": f"refused {key}"}
        case _:
            return {"nonsense": key}


def main(way: str) -> int:
    """Serve on stdin and stdout."""
    for line in sys.stdin:
        request = json.loads(line)
        match request["op"]:
            case "hello":
                said: object = HELLO
            case "run":
                said = answer(way, request["id"], request["client"].get("api_key", "none"))
            case _:
                return 0
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
