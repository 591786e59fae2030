"""Ids: where they stand, events without them, and the map that must stay one to one."""

from __future__ import annotations

from harness.compare.ids import Id, Renaming, ids_of, with_ids_of, without_ids
from harness.jsonvalue import JsonValue
from tests.compare.streams import STARTED, message


def collab(
    number: int, sender: str, receivers: list[JsonValue], agents: dict[str, JsonValue]
) -> JsonValue:
    return {
        "type": "item.completed",
        "item": {
            "id": f"item_{number}",
            "type": "collab_tool_call",
            "sender_thread_id": sender,
            "receiver_thread_ids": receivers,
            "agents_states": agents,
        },
    }


SPAWN = collab(2, "P", ["C", 5, "D"], {"D": {"status": "running"}, "C": {"status": "completed"}})


def test_ids_stand_in_these_places_and_nowhere_else() -> None:
    """PROTOCOLS.md 1.2 and 1.3."""
    assert list(ids_of(STARTED)) == [Id("$.thread_id", "thread", "T")]
    assert list(ids_of(message(7))) == [Id("$.item.id", "item", "item_7")]
    assert list(ids_of(SPAWN)) == [
        Id("$.item.id", "item", "item_2"),
        Id("$.item.sender_thread_id", "thread", "P"),
        Id("$.item.receiver_thread_ids[0]", "thread", "C"),
        Id("$.item.receiver_thread_ids[2]", "thread", "D"),
        Id("$.item.agents_states[0]", "thread", "C"),
        Id("$.item.agents_states[1]", "thread", "D"),
    ]


def test_what_is_no_string_is_no_id() -> None:
    """Ours: an id that an SDK turned into null must stay a difference."""
    odd: JsonValue = {
        "type": "x",
        "thread_id": None,
        "item": {"id": 5, "sender_thread_id": 1, "receiver_thread_ids": "C", "agents_states": []},
    }

    assert list(ids_of(odd)) == []
    assert without_ids(odd) == odd
    assert with_ids_of(odd, odd) == odd
    assert list(ids_of({"item": 5})) == list(ids_of("text")) == []
    assert without_ids({"item": 5}) == {"item": 5}
    assert without_ids("text") == "text"


def test_events_that_differ_in_ids_only_are_equal_without_them() -> None:
    """Ours; codex writes agents_states in random order (PROTOCOLS.md 1.3)."""
    other = collab(
        9, "Q", ["E", 5, "F"], {"E": {"status": "completed"}, "F": {"status": "running"}}
    )

    assert without_ids(SPAWN) == without_ids(other)
    assert without_ids(SPAWN) != without_ids(collab(9, "Q", ["E"], {}))
    assert without_ids(STARTED) == without_ids({**STARTED, "thread_id": "U"})


def test_a_map_of_agents_is_not_a_list_of_their_states() -> None:
    """Ours: found by looking for what erasing ids may call equal."""
    mapped: JsonValue = {"item": {"agents_states": {"C": {"status": "running"}}}}
    listed: JsonValue = {"item": {"agents_states": [{"status": "running"}]}}

    assert without_ids(mapped) != without_ids(listed)


def test_an_event_takes_over_the_ids_of_its_partner_and_keeps_the_rest() -> None:
    """Ours: what is left to differ are not ids."""
    other = collab(9, "Q", ["E", 5], {"E": {"status": "completed"}, "F": {"status": "errored"}})

    assert with_ids_of(SPAWN, other) == collab(
        2, "P", ["C", 5], {"C": {"status": "completed"}, "D": {"status": "errored"}}
    )
    assert with_ids_of(STARTED, {**STARTED, "thread_id": "U", "more": 1}) == {**STARTED, "more": 1}


def test_taking_over_ids_adds_and_drops_none() -> None:
    """Ours: an id too many is a difference."""
    fewer = collab(2, "P", [], {})
    more = collab(2, "P", ["C", "X"], {"X": {"status": "a"}, "Y": {"status": "b"}})

    assert with_ids_of(fewer, more) == more
    assert with_ids_of(collab(2, "P", ["C"], {"X": {}}), more) == more
    assert with_ids_of(collab(2, "P", ["C"], {"Z": {"status": "a"}}), more) == collab(
        2, "P", ["C", "X"], {"Z": {"status": "a"}, "Y": {"status": "b"}}
    )
    assert with_ids_of(STARTED, "text") == "text"
    assert with_ids_of("text", STARTED) == STARTED
    assert with_ids_of(message(1), {"item": 5}) == {"item": 5}


def test_a_consistent_renaming_breaks_nothing() -> None:
    """Ours: ids compare up to renaming."""
    renaming = Renaming()

    assert list(renaming.conflicts(message(0), message(5))) == []
    assert list(renaming.conflicts(message(1), message(6))) == []
    assert list(renaming.conflicts(message(0), message(5))) == []


def test_an_id_that_stands_for_two_breaks_the_map_once() -> None:
    """Ours: in both directions, and told once per pair of values."""
    renaming = Renaming()
    list(renaming.conflicts(message(0), message(0)))

    merged = [list(renaming.conflicts(message(1), message(0))) for _ in range(2)]
    split = list(renaming.conflicts(message(0), message(3)))

    assert merged == [[(Id("$.item.id", "item", "item_1"), Id("$.item.id", "item", "item_0"))], []]
    assert [(ours.value, theirs.value) for ours, theirs in split] == [("item_0", "item_3")]


def test_item_ids_begin_anew_in_each_turn_and_thread_ids_do_not() -> None:
    """PROTOCOLS.md 1.4: items are counted per process, one per turn."""
    renaming = Renaming()
    list(renaming.conflicts(STARTED, STARTED))
    list(renaming.conflicts(message(0), message(0)))
    list(renaming.conflicts(message(1), message(0)))
    list(renaming.conflicts(STARTED, {**STARTED, "thread_id": "U"}))

    renaming.next_turn()

    assert list(renaming.conflicts(message(0), message(1))) == []
    assert list(renaming.conflicts(STARTED, {**STARTED, "thread_id": "U"})) == []
    assert len(list(renaming.conflicts(STARTED, {**STARTED, "thread_id": "V"}))) == 1


def test_an_id_that_one_side_lacks_is_no_conflict() -> None:
    """Ours: it is a missing field."""
    assert list(Renaming().conflicts(message(0), {"type": "item.completed"})) == []


def test_a_pair_with_ids_of_its_items_only_fits_the_quick_way_and_is_learnt() -> None:
    """Ours: the quick way keeps the same map, so what follows it is told as before."""
    renaming = Renaming()

    assert renaming.fits(message(0), message(5))
    assert renaming.fits(message(0), message(5))
    assert not renaming.fits(message(0), message(6))
    assert not renaming.fits(message(1), message(5))
    assert [
        (ours.value, theirs.value) for ours, theirs in renaming.conflicts(message(1), message(5))
    ] == [("item_1", "item_5")]


def test_whatever_has_other_ids_or_none_never_fits_the_quick_way() -> None:
    """Ours: for those the long way is asked."""
    renaming = Renaming()
    odd: list[JsonValue] = ["text", {"item": 5}, {"item": {"id": 7}}, STARTED, SPAWN]

    assert not any(renaming.fits(one, one) for one in odd)
    assert not renaming.fits(message(0), "text")
