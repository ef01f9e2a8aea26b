"""Worked cases of who is who: merges, traits and retention over ids that turn out to be one person."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import parse_one

from windsock.identity import add_edges, add_traits, assign_dids, members_of, persons_of, rebuild_aliases, traits_of
from windsock.identity.model import Said, fold_traits
from windsock.kernel.errors import InvalidInput
from windsock.warehouse import LocalWarehouse

TRAITS = parse_one("SELECT did, name, value, op FROM trait ORDER BY did, at_ms, name", read="duckdb")


def identify(warehouse: LocalWarehouse, old: tuple[str, str], new: tuple[str, str], at_ms: int) -> tuple[int, int]:
    """Say that two ids were seen as one; returns their dids."""
    with warehouse.transaction() as tx:
        dids = [assign_dids(tx, namespace, pa.array([text]), pa.array([at_ms]), at_ms)[0].as_py() for namespace, text in (old, new)]
        edge = {"did_a": [dids[0]], "did_b": [dids[1]], "kind": ["login"], "evidence_ms": [at_ms], "source": ["app"]}
        rebuild_aliases(tx, add_edges(tx, pa.table(edge), at_ms), at_ms)
    return dids[0], dids[1]


def say(warehouse: LocalWarehouse, *statements: tuple[int, str, str, str, int]) -> None:
    names = ("did", "op", "name", "value", "at_ms")
    with warehouse.transaction() as tx:
        add_traits(tx, pa.Table.from_pylist([{**dict(zip(names, one, strict=True)), "source": "app"} for one in statements]), 100)


def known(warehouse: LocalWarehouse, did: int, joined_ms: dict[int, int]) -> dict[str, str | None]:
    pid = persons_of(warehouse, [did])[did]
    return {trait.name: trait.value for trait in traits_of(warehouse, members_of(warehouse, [pid])[pid], joined_ms)}


def test_an_anonymous_visitor_who_signs_in_becomes_the_member_whose_word_wins(warehouse: LocalWarehouse) -> None:
    old, new = identify(warehouse, ("anon", "old-user"), ("login", "new-user"), 50)
    say(warehouse, (old, "set", "a", "1", 1), (old, "set", "b", "2", 30), (new, "set", "b", "3", 2), (new, "set", "c", "4", 3))
    assert persons_of(warehouse, [old, new]) == {old: old, new: old}
    assert known(warehouse, old, {old: 50}) == {"a": "1", "b": "3", "c": "4"}
    say(warehouse, (new, "set", "d", "6", 50), (new, "set", "e", "7", 50), (new, "set_once", "a", "8", 50), (new, "set_once", "f", "9", 50))
    assert known(warehouse, old, {old: 50}) == {"a": "1", "b": "3", "c": "4", "d": "6", "e": "7", "f": "9"}
    say(warehouse, (old, "set", "b", "5", 60))
    assert known(warehouse, old, {old: 50})["b"] == "5", "what is said after they became one is said of the person"


def test_an_identified_user_never_becomes_another_one(warehouse: LocalWarehouse) -> None:
    old, new = identify(warehouse, ("login", "old-user"), ("login", "new-user"), 50)
    assert persons_of(warehouse, [old, new]) == {old: old, new: new}


def test_retention_counts_a_person_by_all_their_ids(warehouse: LocalWarehouse) -> None:
    days = {("login", "p1"): [0, 1, 2, 6], ("anon", "alias1"): [5], ("login", "p2"): [1, 2, 3, 6]}
    alias, first = identify(warehouse, ("anon", "alias1"), ("login", "p1"), 10)
    with warehouse.transaction() as tx:
        second = assign_dids(tx, "login", pa.array(["p2"]), pa.array([1]), 1)[0].as_py()
    did = {("login", "p1"): first, ("anon", "alias1"): alias, ("login", "p2"): second}
    person = persons_of(warehouse, list(did.values()))

    def table(who: dict[int, int]) -> list[list[int]]:
        active = [{who[did[name]] for name, on in days.items() if day in on} for day in range(11)]
        return [[len(active[start] & active[day]) for day in range(start, 11)] for start in range(11)]

    merged = table(person)
    assert merged[0] == [1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0]
    assert merged[1][:6] == [2, 2, 1, 0, 1, 2]
    assert merged[2][:5] == [2, 1, 0, 1, 2]
    assert (merged[3][:4], merged[4][0], merged[5][:2], merged[6][0]) == ([1, 0, 0, 1], 0, [1, 1], 2)
    assert table({one: one for one in person}) != merged, "ids are not people"


def test_statements_come_once_and_in_any_order(warehouse: LocalWarehouse) -> None:
    one = (1, "set", "tier", "gold", 5)
    say(warehouse, one, one)
    say(warehouse, one, (1, "set_once", "tier", "gold", 5))
    assert len(warehouse.query(TRAITS).to_pylist()) == 2
    with pytest.raises(InvalidInput, match="no operation 'twist'"):
        say(warehouse, (1, "twist", "tier", "gold", 5))


SAID = [
    Said("seats", "2", "app", 1), Said("seats", "3", "app", 4, op="increment"), Said("seats", "1", "web", 6, op="increment"),
    Said("likes", '["sea"]', "app", 1), Said("likes", "snow", "web", 2, op="append"), Said("likes", '["sea", "sun"]', "web", 3, op="append"),
    Said("city", "Rome", "app", 1), Said("city", None, "app", 2, op="unset"), Said("city", "Oslo", "app", 3, op="set_once"),
    Said("gone", "x", "app", 0), Said("", None, "app", 0, op="delete"), Said("tier", "gold", "crm", 2), Said("tier", "silver", "app", 9, own=False),
]  # fmt: skip


@given(st.permutations(SAID))
def test_traits_are_folded_alike_in_any_order(order: list[Said]) -> None:
    expected = {"city": "Oslo", "likes": '["sea", "snow", "sun"]', "seats": "6", "tier": "gold"}
    assert {trait.name: trait.value for trait in fold_traits(order)} == expected


def test_what_else_was_said_is_shown_beside() -> None:
    tier = next(trait for trait in fold_traits(SAID) if trait.name == "tier")
    assert [(other.value, other.source) for other in tier.others] == [("silver", "app")]
    assert fold_traits([Said("n", "many", "a", 1), Said("n", "2", "a", 2, op="increment")])[0].value == "2"


@pytest.mark.parametrize(("ops", "value"), [("increment append", '["2"]'), ("append increment", '["2"]'), ("increment increment", "4")])
def test_a_list_is_no_number_and_nothing_raises_it(ops: str, value: str) -> None:
    said = [Said("n", "2" if op == "increment" else '["2"]', "a", at, op=op) for at, op in enumerate(ops.split())]
    assert fold_traits(said)[0].value == value
