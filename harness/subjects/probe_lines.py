"""IO: probes of single lines: requests that are none, and how a driver leaves."""

from __future__ import annotations

from typing import Final

from harness.errors import DriverFault
from harness.subjects.bench import ANSWER_S, Bench, Probe, shown, turn

_COMPLAIN: Final = 'Answer {"kind": "driver_error", "message": ...} and read on.'
_NO_REQUESTS: Final = (b"[]", b"null", b"7", b'"hello"', b"{}", b'{"op":7}')
_BAD_TEXTS: Final = (b'{"op":"\xff\xfe"}', b'{"op":"\\ud800"}')


async def _unknown_op(bench: Bench) -> None:
    await _complains(bench, b'{"op":"dance"}', "an unknown op")


async def _bad_line(bench: Bench) -> None:
    await _complains(bench, b'{"op":"hello"', "a line that is not JSON")


async def _no_request(bench: Bench) -> None:
    for line in _NO_REQUESTS:
        await _complains(bench, line, f"`{line.decode()}`")


async def _bad_text(bench: Bench) -> None:
    for line in _BAD_TEXTS:
        await _complains(bench, line, f"the bytes {line!r}")


async def _complains(bench: Bench, line: bytes, what: str) -> None:
    answer = await bench.session.ask(line + b"\n", ANSWER_S)
    if answer["kind"] != "driver_error":
        raise DriverFault(f"answers {what} with {shown(answer)}", hint=_COMPLAIN)
    await bench.session.hello(ANSWER_S)


async def _bye(bench: Bench) -> None:
    await _leaves(bench, say_bye=True)


async def _eof(bench: Bench) -> None:
    await _leaves(bench, say_bye=False)


async def _bye_in_a_turn(bench: Bench) -> None:
    bench.need("stream")
    await bench.raw_run("hang", bench.start(), turn("stream"))
    await bench.raw({"op": "continue", "id": "probe"})
    await _leaves(bench, say_bye=True)


async def _leaves(bench: Bench, *, say_bye: bool) -> None:
    returncode = await bench.session.leave(say_bye=say_bye, seconds=ANSWER_S)
    if returncode is None:
        raise DriverFault(
            f"still lives {ANSWER_S:g} s later",
            hint="Exit with 0 at once, also when a turn runs; end its codex.",
        )
    if returncode != 0:
        raise DriverFault(f"exits with {returncode}", hint="Exit with 0.")


ASKING: Final[tuple[tuple[str, Probe], ...]] = (
    ("answers an unknown op with driver_error and lives on", _unknown_op),
    ("answers a line that is not JSON with driver_error and lives on", _bad_line),
    ("answers JSON that is no request with driver_error and lives on", _no_request),
    ("survives invalid UTF-8 and a lone surrogate in a request", _bad_text),
)
LEAVING: Final[tuple[tuple[str, Probe], ...]] = (
    ("exits with 0 on bye", _bye),
    ("exits with 0 at the end of its stdin", _eof),
    ("exits with 0 on bye while a turn runs", _bye_in_a_turn),
)
