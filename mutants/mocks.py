"""Wrong mocks behind the unchanged reference client: what they tell is compared with what the right mock tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from mock_codex.compiler import CompiledTurn, Operation
from mutants.mockfile import Patch, WrongMock
from mutants.wrong import Change, Mutant

_PLAIN: Final = "exec.items.agent-message"
_ID: Final = re.compile(rb'"id":"item_\d+"')
_THREAD: Final = b'{"type":"thread.started"'


def _each_write(change: Callable[[bytes], bytes]) -> WrongMock:
    """A mock that writes other bytes."""

    def operations(turn: CompiledTurn) -> Sequence[Operation]:
        return [
            (what, change(given)) if what == "write" and isinstance(given, bytes) else (what, given)
            for what, given in turn[3]
        ]

    return WrongMock(operations=operations)


def _thread_last(turn: CompiledTurn) -> Sequence[Operation]:
    """``thread.started`` after what follows it."""
    played = list(turn[3])
    for at, (what, given) in enumerate(played[:-1]):
        if what == "write" and isinstance(given, bytes) and given.startswith(_THREAD):
            played[at], played[at + 1] = played[at + 1], played[at]
            break
    return played


def _without(*names: str) -> WrongMock:
    """A mock that cannot do some operations."""
    return WrongMock(operations=lambda turn: [one for one in turn[3] if one[0] not in names])


def _stderr_first(turn: CompiledTurn) -> Sequence[Operation]:
    return [("write", given) if what == "stderr" else (what, given) for what, given in turn[3]]


def _status_1(turn: CompiledTurn) -> Sequence[Operation]:
    """Every status that is not 0 becomes 1."""
    return [(what, 1 if what == "exit" and given else given) for what, given in turn[3]]


def _first_piece(turn: CompiledTurn) -> Sequence[Operation]:
    """Only the first write of a line in several writes."""
    return [
        (what, given[:1]) if what == "writes" and isinstance(given, tuple) else (what, given)
        for what, given in turn[3]
    ]


def _usage_of_turn(data: bytes) -> bytes:
    """Usage of the turn instead of the thread, as before 0.101; the first turn shows no difference."""
    return re.sub(
        rb'"input_tokens":(\d+)',
        lambda found: b'"input_tokens":%d' % (int(found[1]) % 1200 or (int(found[1]) and 1200)),
        data,
    )


def _mock(
    name: str, sentence: str, scenario: str, check: str, mock: WrongMock, path: str = ""
) -> Mutant:
    return Mutant(
        name=f"mock_{name}",
        sentence=sentence,
        scenario=scenario,
        check=check,
        path=path,
        change=Change(mock=mock),
    )


def _patched(*patches: Patch) -> WrongMock:
    return WrongMock(patches=patches)


_PLAYED: Final = (
    _mock(
        "counts_no_ids",
        "Gives every item the id item_0.",
        "exec.items.commands-interleaved",
        "surfaced.events",
        _each_write(lambda data: _ID.sub(b'"id":"item_0"', data)),
        "id",
    ),
    _mock(
        "counts_usage_per_turn",
        "Reports the tokens of the turn instead of those of the thread.",
        "exec.resume.three-turns",
        "surfaced.events",
        _each_write(_usage_of_turn),
        "usage",
    ),
    _mock(
        "names_thread_late",
        "Writes thread.started after turn.started.",
        _PLAIN,
        "surfaced.events",
        WrongMock(operations=_thread_last),
    ),
    _mock(
        "glues_lines",
        "Forgets the line end of every line.",
        _PLAIN,
        "surfaced.outcome",
        _each_write(lambda data: data.rstrip(b"\n")),
    ),
    _mock(
        "escapes_letters",
        "Writes letters beyond ASCII as question marks.",
        "exec.framing.line-separators-raw",
        "surfaced.events",
        _each_write(lambda data: data.decode("utf-8", "replace").encode("ascii", "replace")),
    ),
    _mock(
        "never_hangs",
        "Ends where the script says that it hangs.",
        "exec.cancel.while-running",
        "lifecycle.ending",
        _without("hang"),
    ),
    _mock(
        "mixes_streams",
        "Writes to stdout what belongs on stderr.",
        "exec.process.stderr-noise",
        "surfaced.outcome",
        WrongMock(operations=_stderr_first),
    ),
    _mock(
        "never_fails",
        "Exits with 0 whatever the script says.",
        "exec.process.exit-3-after-completed",
        "surfaced.outcome",
        _without("exit"),
    ),
    _mock(
        "never_dies",
        "Survives the signal that the script says it dies of.",
        "exec.process.killed",
        "surfaced.outcome",
        _without("signal"),
    ),
    _mock(
        "writes_first_piece",
        "Loses all but the first write of a line that comes in several.",
        "exec.framing.split-utf8",
        "surfaced.outcome",
        WrongMock(operations=_first_piece),
    ),
)

_CODE: Final = (
    _mock(
        "takes_any_choice",
        "Accepts any word where codex has a list of them.",
        "exec.options.sandbox-unknown",
        "surfaced.outcome",
        _patched(("command_line", "if value not in option.choices:", "if False:")),
    ),
    _mock(
        "takes_any_folder",
        "Plays outside of a repository.",
        "exec.process.not-a-repository",
        "surfaced.outcome",
        _patched(("exec_peer", "    _git,\n", "")),
    ),
    _mock(
        "takes_any_thread",
        "Starts a new thread instead of refusing one it does not know.",
        "exec.resume.unknown-id",
        "lifecycle.ending",
        _patched(("exec_peer", "    if uuid is not None and not found:", "    if False:")),
    ),
    _mock(
        "takes_an_empty_prompt",
        "Plays a turn without a prompt.",
        "exec.errors.after-missing-prompt",
        "lifecycle.ending",
        _patched(("exec_peer", "    if not text.strip(_WHITE):", "    if False:")),
    ),
    _mock(
        "does_not_read_stdin",
        "Takes the prompt for empty without reading it.",
        _PLAIN,
        "sent.stdin",
        _patched(("player", "while part := system.read(0, 1 << 16):", "while part := b'':")),
    ),
    _mock(
        "journals_no_prompt",
        "Does not write the prompt into its journal.",
        _PLAIN,
        "sent.stdin",
        _patched(("journal", '"stdin":{_hex(data(self.stdin))}', '"stdin":null')),
    ),
    _mock(
        "journals_sorted_words",
        "Writes the words of the command line into its journal in another order.",
        "exec.options.common",
        "sent.argv",
        _patched(
            (
                "journal",
                "_strings([text(word) for word in self.argv])",
                "_strings(sorted(self.argv))",
            )
        ),
    ),
    _mock(
        "journals_no_environment",
        "Leaves empty variables out of its journal.",
        "exec.env.replaced",
        "sent.env",
        _patched(("journal", "in self.env.items()]\n", "in self.env.items() if value]\n")),
        "EMPTY",
    ),
    _mock(
        "journals_no_folder",
        "Writes an empty working folder into its journal.",
        _PLAIN,
        "sent.cwd",
        _patched(("journal", '"cwd":{quoted(text(self.cwd))}', '"cwd":""')),
    ),
    _mock(
        "journals_no_schema",
        "Does not look at the schema file.",
        "exec.options.output-schema",
        "sent.schema",
        _patched(("player", "if schema is not None:", "if False:")),
    ),
    _mock(
        "journals_no_signal",
        "Does not write down which signals it got.",
        "exec.cancel.while-running",
        "lifecycle.signals",
        _patched(("player", "        self.journal.signals.append(name)\n", "")),
    ),
    _mock(
        "dies_of_interrupt",
        "Dies of SIGINT in the middle of a turn, where codex ends with status 1.",
        "exec.cancel.while-running",
        "lifecycle.ending",
        _patched(("player", 'name == "SIGINT" and self.in_turn', "False")),
    ),
    _mock(
        "says_every_image_is_there",
        "Says of every image that it exists.",
        "exec.input.image-missing",
        "sent.images",
        _patched(("player", "[(path, self.exists(path)) for path", "[(path, True) for path")),
    ),
)

_COSMETIC: Final = tuple(
    Mutant(
        name=f"mock_{name}",
        sentence=sentence,
        scenario=scenario,
        check="surfaced.error",
        path="message",
        cosmetic=True,
        change=Change(mock=mock),
    )
    for name, sentence, scenario, mock in (
        (
            "says_nothing_on_stderr",
            "Keeps its stderr to itself; the words of an error are all that shows it.",
            "exec.errors.stderr-text",
            _without("stderr"),
        ),
        (
            "knows_two_statuses",
            "Exits with 1 where the script has another status; the words of an error are all that shows it.",
            "exec.process.exit-3-after-completed",
            WrongMock(operations=_status_1),
        ),
    )
)

_PROBED: Final = tuple(
    _mock(name, sentence, "probes", "probes", _patched(patch))
    for name, sentence, patch in (
        (
            "takes_any_setting",
            "Accepts any value of any setting.",
            ("exec_peer", "        judge(tree)\n", "        pass\n"),
        ),
        (
            "takes_unknown_flags",
            "Takes no notice of a flag that codex does not know.",
            (
                "command_line",
                'raise self.problem("unknown long", word=f"--{name}", rest=rest)',
                "return",
            ),
        ),
        (
            "takes_flags_twice",
            "Accepts an option twice that codex accepts once.",
            (
                "command_line",
                "if option.long in self.values and not option.repeatable:",
                "if False:",
            ),
        ),
        (
            "takes_conflicts",
            "Accepts options that codex does not accept together.",
            ("command_line", "            if found:\n", "            if False:\n"),
        ),
        (
            "refuses_with_1",
            "Ends with status 1 at wrong use, where codex ends with 2.",
            (
                "exec_peer",
                'return Refusal(2, "", wording(problem))',
                'return Refusal(1, "", wording(problem))',
            ),
        ),
        (
            "looks_at_git_first",
            "Looks for the repository before it looks at the schema file.",
            ("exec_peer", "    _schema,\n    _git,\n", "    _git,\n    _schema,\n"),
        ),
        (
            "trims_as_python",
            "Takes white space of Python for that of Rust.",
            ("exec_peer", "    if not text.strip(_WHITE):", "    if not text.strip():"),
        ),
    )
)

MUTANTS: Final[tuple[Mutant, ...]] = (*_PLAYED, *_CODE, *_COSMETIC, *_PROBED)
