"""Mirror of ``mock_codex/bundle.py``."""

from __future__ import annotations

import json
import marshal

import pytest

from mock_codex.bundle import BuildRefused, body, compiled_modules, plan

SOURCE = '"""Doc."""\nfrom __future__ import annotations\nVALUE: Unknown = 7\n'


def test_the_body_holds_the_code_the_folder_and_the_script() -> None:
    """Ours: the launcher unpacks these three; code needs no import of `__future__`, annotations stay unread."""
    code = compiled_modules([("m", "m.py", SOURCE)])
    modules, place, compiled = marshal.loads(body(code, "/p", ("p", (), ())))
    assert (place, compiled) == ("/p", ("p", (), ()))
    ((name, unpacked),) = modules
    found: dict[str, object] = {}
    exec(unpacked, found)
    assert (name, unpacked.co_filename, found["VALUE"]) == ("m", "m.py", 7)
    assert "__future__" not in unpacked.co_names


def test_a_plan_has_a_body_per_script() -> None:
    """Ours."""
    scripts = {"exec.a/run": {"turns": []}, "b": {"turns": [{"do": []}]}}
    bodies = plan(json.dumps({"scripts": scripts}).encode(), [], "/p")
    assert [*bodies] == ["exec.a/run", "b"]
    assert marshal.loads(bodies["b"])[2] == ("0.169.0", (), ((True, None, None, (), True),))


@pytest.mark.parametrize("document", ["", "[]", "{}", '{"scripts": []}', "\udcff"])
def test_what_is_no_document_of_scripts_is_refused(document: str) -> None:
    """Ours."""
    with pytest.raises(BuildRefused, match=r"^stdin is not "):
        plan(document.encode(errors="surrogateescape"), [], "/p")


def test_a_bad_script_is_refused_with_its_name_and_place() -> None:
    """Ours: the form `what @ <name> $.path`."""
    document = {"scripts": {"good": {"turns": []}, "bad": {"turns": 1}}}
    with pytest.raises(BuildRefused) as raised:
        plan(json.dumps(document).encode(), [], "/p")
    assert str(raised.value) == "not an array @ <bad> $.turns"


@pytest.mark.parametrize(
    "name", ["", "/abs", "../up", "a/../b", "a//b", "a\\..\\b", "C:x", ".", "a/"]
)
def test_a_name_that_leaves_the_folder_is_refused(name: str) -> None:
    """Ours: names become folders, on every system."""
    with pytest.raises(BuildRefused, match="cannot be the name of a folder"):
        plan(json.dumps({"scripts": {name: {"turns": []}}}).encode(), [], "/p")
