"""The well-formed turn and the scenario file of a case."""

from __future__ import annotations

import json

from ruamel.yaml import YAML

from harness.generate.base import Case, completed, document, thread_id
from harness.generate.nodes import text
from tests.generate.material import BASE, RECORDED
from tests.generate.material import events as _events


def case(**more: object) -> Case:
    """A case with the frame alone."""
    facts = {"name": "n", "title": "It's one: #1", "expect": "so", "source": "s", "mutation": "m", "lines": BASE.turn("n")}  # fmt: skip
    return Case(**{**facts, **more})  # type: ignore[arg-type]


def test_the_frame_is_the_recording_with_a_thread_id_of_its_own() -> None:
    """Provenance: captured: items.agent-message.1 of codex 0.169.0."""
    recorded = [json.loads(line) for line in RECORDED["items.agent-message.1"]]
    recorded[0]["thread_id"] = thread_id("n")
    assert _events(case()) == recorded
    assert repr(BASE) == "Base(ExecShapes(events=8, items=9))"


def test_lines_stand_before_the_answer_whose_id_counts_on() -> None:
    """Provenance: PROTOCOLS.md 1.4 rule 1."""
    lines = BASE.turn("n", completed(BASE.item("reasoning")), {"type": "new"})
    assert '"id":"item_3","type":"agent_message"' in text(lines[-2])
    assert "agent_message" not in "".join(map(text, BASE.turn("n", answer=False)))


def test_an_event_is_replaced_by_any_number_of_lines() -> None:
    """Provenance: ours."""
    lines = BASE.turn("n", replaced={"turn.started": [], "turn.completed": [1, 2], "thread.started": [3]})  # fmt: skip
    assert [text(line)[:1] for line in lines] == ["3", "{", "{", "1", "2"]


def test_an_item_is_as_recorded_and_a_whole_one_has_nothing_null() -> None:
    """Provenance: captured: items.mcp-error.1; todo_list was never recorded."""
    assert BASE.item("mcp_tool_call")["result"] is None
    assert isinstance(BASE.whole("mcp_tool_call")["result"], dict)
    assert BASE.item("todo_list", 4) == {
        "id": "item_4",
        "type": "todo_list",
        "items": [{"text": "a text", "completed": True}],
    }
    assert "item" not in BASE.event("error")


def test_a_case_is_yaml_that_reads_back() -> None:
    """Provenance: ``schemas/scenario.json``."""
    read = YAML(typ="safe", pure=True).load(document(case(gives_up=True, status=3)))
    assert read["title"] == "It's one: #1"
    assert read["id"] == "exec.drift.n"
    assert read["provenance"] == {
        "kind": "derived",
        "from": "codex 0.169.0 items.agent-message.1, m",
    }
    (turn,) = read["script"]["turns"]
    assert [json.loads(one["json"]) for one in turn["do"][:-1]] == _events(case())
    assert turn["do"][-1] == {"exit": 3}
    assert "lifecycle.signals" not in read["checks"]


def test_a_case_that_is_read_to_its_end_declares_every_check() -> None:
    """Provenance: ours; leaving out a check is the exception."""
    read = YAML(typ="safe", pure=True).load(document(case()))
    assert "checks" not in read
    assert "exit" not in read["script"]["turns"][0]["do"][-1]
