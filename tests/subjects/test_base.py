"""subject.toml: what is read, what is refused and how it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import SubjectInvalid
from harness.jsonvalue import JsonValue
from harness.subjects.base import (
    Hello,
    Install,
    Session,
    Subject,
    classify,
    load_subject,
    parse_subject,
    version_of,
)
from tests.subjects.fake import ROOT, SCHEMAS, bounded
from tests.subjects.memory import MemorySession

SHIPPED = sorted(path.parent for path in ROOT.subjects.glob("*/subject.toml"))

GOOD = """
name = "a-client"
sdk = "a"
version = "1.0"
language = "Go"
runtime = "node"
runtime_min = "18.2"
command = ["{runtime}", "{here}/driver.mjs"]
"""
ROWS = """
[[errors]]
kind = "exec_exited"
class = "Error"
message = '^exited with (code|signal) '

[[errors]]
kind = "turn_failed"
class = "Error"
"""


def parse(text: str, folder: Path = Path("/subjects/a-client")) -> Subject:
    """The subject of this text."""
    return parse_subject(text, folder / "subject.toml", SCHEMAS)


def test_a_subject_is_read_with_its_defaults() -> None:
    """Provenance: schemas/subject.json."""
    subject = parse(GOOD)

    assert (subject.name, subject.isolation, subject.runtime_min) == ("a-client", "shared", (18, 2))
    assert subject.command == ("{runtime}", "{here}/driver.mjs")
    assert (subject.install, subject.errors, subject.get) == (None, (), None)


def test_an_installed_subject_names_its_packager_and_pins(tmp_path: Path) -> None:
    """Provenance: schemas/subject.json."""
    (tmp_path / "package-lock.json").write_text("{}", "utf-8")
    subject = parse(
        GOOD.replace("{here}", "{env}") + '[install]\nkind = "npm"\npins = "package-lock.json"\n',
        tmp_path,
    )

    assert subject.install == Install(kind="npm", pins="package-lock.json")
    assert subject.folder == tmp_path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name =", "not TOML: .* @ .*subject.toml"),
        (GOOD.replace('"node"', '"deno"'), r"'deno' is not one of .* @ .*subject\.toml \$\.runtime"),
        (GOOD.replace('sdk = "a"', ""), r"'sdk' is a required property @ .* \$"),
        (GOOD + "colour = 1\n", r"'colour' was unexpected\) @ .* \$"),
        (GOOD.replace("{here}", "{home}"), r"placeholder \{home\} stands for nothing here @ .* \$\.command\[1\]"),
        (GOOD.replace("{here}", "{env}"), r"placeholder \{env\} stands for nothing here"),
        (GOOD.replace('"node"', '"none"'), r"placeholder \{runtime\} .* @ .* \$\.command\[0\]"),
        (GOOD + '[install]\nkind = "npm"\npins = "no.json"\n', r"no pin file `no\.json` @ .* \$\.install\.pins"),
        (
            GOOD + "[[errors]]\nkind = 'other'\nclass = 'E'\nmessage = '('\n",
            r"not a regular expression: .* @ .* \$\.errors\[0\]\.message",
        ),
        (GOOD + "[[errors]]\nkind = 'bad'\nclass = 'E'\n", r"'bad' is not one of .* \$\.errors\[0\]\.kind"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_the_place_and_a_hint(text: str, message: str) -> None:
    """Provenance: schemas/subject.json; ours."""
    with pytest.raises(SubjectInvalid, match=message) as caught:
        parse(text)
    assert caught.value.hint


def test_a_folder_without_a_subject_is_refused(tmp_path: Path) -> None:
    """Provenance: ours."""
    with pytest.raises(
        SubjectInvalid,
        match=r"(?s)cannot read the subject .* A subject is a folder with subject\.toml",
    ) as caught:
        load_subject(tmp_path)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "message", "kind"),
    [
        ("Error", "exited with code 3: ", "exec_exited"),
        ("Error", "boom", "turn_failed"),
        ("TypeError", "boom", "other"),
    ],
)
def test_the_first_row_that_fits_names_an_error(name: str, message: str, kind: str) -> None:
    """Provenance: schemas/subject.json, errors."""
    assert classify(parse(GOOD + ROWS), {"class": name, "message": message}) == kind


@pytest.mark.parametrize(
    ("text", "numbers"), [("node 20.20.2", (20, 20, 2)), ("v18", (18,)), ("python", ()), ("", ())]
)
def test_a_version_is_the_first_dotted_number(text: str, numbers: tuple[int, ...]) -> None:
    """Provenance: driver schema, runtime: name and version."""
    assert version_of(text) == numbers


def test_hello_is_made_of_the_message() -> None:
    """Provenance: driver schema, hello."""
    message: dict[str, JsonValue] = {
        "kind": "hello", "protocol": 1, "sdk": "s", "version": "1", "language": "Go", "runtime": "go 1.30",
        "capabilities": ["run"], "cannot_express": ["int_float"],
    }  # fmt: skip

    assert Hello.from_message(message) == Hello(
        sdk="s",
        version="1",
        language="Go",
        runtime="go 1.30",
        capabilities=frozenset({"run"}),
        cannot_express=frozenset({"int_float"}),
    )


def test_a_session_needs_no_process() -> None:
    """Provenance: STYLE.md 5: a protocol has two implementations on day one."""
    session: Session = MemorySession([{"kind": "done"}])

    async def ignore(_: dict[str, JsonValue]) -> None: ...

    bounded(session.run({"steps": []}, ignore, 1))
    bounded(session.close())
    assert not session.usable


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda path: path.name)
def test_every_shipped_subject_fits_and_is_named_as_its_folder(folder: Path) -> None:
    """Provenance: subjects/*; baselines are filed under the name."""
    subject = load_subject(folder)

    assert subject.name == folder.name
    assert {row.kind for row in subject.errors} >= {
        "turn_failed", "exec_exited", "bad_line", "spawn_failed", "cancelled", "invalid_option",
    }  # fmt: skip


@pytest.mark.requirement("R1-27")
@pytest.mark.parametrize(
    ("subject", "name", "message", "kind"),
    [
        ("openai-typescript", "Error", "boom", "turn_failed"),
        ("openai-typescript", "Error", "Codex Exec exited with signal SIGKILL: ", "exec_exited"),
        ("openai-typescript", "Error", "Failed to parse item: nope", "bad_line"),
        ("openai-typescript", "Error", "spawn /nope/codex ENOENT", "spawn_failed"),
        ("openai-typescript", "Error", "write EPIPE", "other"),
        ("openai-typescript", "AbortError", "The operation was aborted", "cancelled"),
        ("openai-typescript", "Error", "outputSchema must be a plain JSON object", "invalid_option"),
        ("openai-typescript", "Error", "Codex config override at a cannot be null", "invalid_option"),
        ("openai-typescript", "TypeError", "Cannot read properties of null (reading 'type')", "other"),
        ("openai-codex-sdk", "ThreadRunError", "boom", "turn_failed"),
        ("openai-codex-sdk", "CodexExecError", "Codex Exec exited with code -9: ", "exec_exited"),
        ("openai-codex-sdk", "EventParseError", "Failed to parse JSONL event line: 'nope'", "bad_line"),
        ("openai-codex-sdk", "EventParseError", "Invalid event payload (missing type): {}", "other"),
        ("openai-codex-sdk", "FileNotFoundError", "[Errno 2] No such file or directory: '/x'", "spawn_failed"),
        ("openai-codex-sdk", "PermissionError", "[Errno 13] Permission denied: '/x'", "spawn_failed"),
        ("openai-codex-sdk", "AbortError", "Operation aborted", "cancelled"),
        ("openai-codex-sdk", "ValidationError", "1 validation error for TurnOptions\nx", "invalid_option"),
        ("openai-codex-sdk", "ValidationError", "1 validation error for FileChangeItem\nx", "other"),
        ("openai-codex-sdk", "ValueError", "Separator is found, but chunk is longer than limit", "other"),
        ("codex-sdk-python", "TurnFailedError", "boom", "turn_failed"),
        ("codex-sdk-python", "CodexCLIError", "Codex CLI exited with code 3: oops\n", "exec_exited"),
        ("codex-sdk-python", "CodexParseError", "Failed to parse item: nope", "bad_line"),
        ("codex-sdk-python", "CodexParseError", "Unknown event type: new.thing", "other"),
        ("codex-sdk-python", "CodexAbortError", "Operation aborted", "cancelled"),
        ("codex-sdk-python", "CodexError", "output_schema must be a plain JSON object", "invalid_option"),
        ("codex-sdk-python", "TypeError", "None is not a valid TOML literal", "invalid_option"),
    ],
)  # fmt: skip
def test_errors_seen_from_the_sdks_are_named(
    subject: str, name: str, message: str, kind: str
) -> None:
    """Provenance: captured from the SDKs at their pinned versions."""
    loaded = load_subject(ROOT.subjects / subject, SCHEMAS)

    assert classify(loaded, {"class": name, "message": message}) == kind


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda path: path.name)
def test_no_pin_file_names_the_place_it_was_made_at(folder: Path) -> None:
    """Provenance: the rules of the project; a lock with a registry's host binds every user to it."""
    subject = load_subject(folder, SCHEMAS)
    if subject.install is not None:
        pins = (folder / subject.install.pins).read_text("utf-8")

        # Cargo.lock has no other name for the public index; cargo asks whatever source replaces it.
        pins = pins.replace('"registry+https://github.com/rust-lang/crates.io-index"', "")
        assert "://" not in pins
        assert subject.version in pins
