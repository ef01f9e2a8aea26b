"""A person is shown masked, explained by the rule that made them, and forgotten on request."""

from __future__ import annotations

import pyarrow as pa
import pytest
from sqlglot import parse_one

from windsock.identity import accept_edge, add_edges, assign_dids, explain_person, find_id, ids_of, person_of, rebuild_aliases, words
from windsock.identity.erase import ERASER
from windsock.identity.model import KINDS, NAMESPACES, WHY
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.warehouse import LocalWarehouse
from windsock.workspace import Workspace

IDENTITY = parse_one("SELECT did, namespace, id FROM identity ORDER BY did", read="duckdb")


def family(warehouse: LocalWarehouse) -> None:
    """A tablet (1) that two members (2, 3) sign in on, and the e-mail (4) of the first."""
    with warehouse.transaction() as tx:
        assign_dids(tx, "anon", pa.array(["tablet-0001"]), pa.array([5]), 10)
        assign_dids(tx, "login", pa.array(["GA10023455", "GA10099999"]), pa.array([6, 7]), 10)
        assign_dids(tx, "email", pa.array(["anna@example.com"]), pa.array([8]), 10)
        rows = {"did_a": [1, 1, 2, 3], "did_b": [2, 3, 4, 4], "kind": ["login", "login", "email", "claim"], "evidence_ms": [100, 200, 300, 50]}
        rebuild_aliases(tx, add_edges(tx, pa.table(rows), 400), 400)


def test_a_person_is_explained_edge_by_edge(warehouse: LocalWarehouse) -> None:
    family(warehouse)
    anna = explain_person(warehouse, 4)
    assert (anna.pid, [known.did for known in anna.ids]) == (1, [1, 2, 4])
    assert [known.shown for known in anna.ids] == ["ta***01", "GA***55", "a***@e***.com"]
    assert {(reason.did_a, reason.did_b): reason.why for reason in anna.reasons} == {
        (1, 2): "applied",
        (1, 3): "two_logins",
        (2, 4): "applied",
        (3, 4): "low_trust",
    }
    assert [known.shown for known in ids_of(warehouse, 1, unmask=True)] == ["tablet-0001", "GA10023455", "anna@example.com"]
    other = explain_person(warehouse, 3)
    assert other.pid == 3
    assert {reason.why for reason in other.reasons} == {"two_logins", "low_trust"}
    assert {reason.applied for reason in other.reasons} == {False}


def test_the_explanation_says_what_was_done(warehouse: LocalWarehouse) -> None:
    family(warehouse)
    with warehouse.transaction() as tx:
        accept_edge(tx, 3, 2, "ann", 500)
    whole = explain_person(warehouse, 3)
    assert [known.did for known in whole.ids] == [1, 2, 3, 4]
    assert [reason.decided_by for reason in whole.reasons if reason.kind == "accepted"] == ["ann"]
    assert person_of(warehouse, 3) == 1
    assert person_of(warehouse, 3, as_of_ms=450) == 3
    assert [known.did for known in ids_of(warehouse, 1, as_of_ms=450)] == [1, 2, 4]


def test_an_id_is_found_as_somebody_types_it(warehouse: LocalWarehouse) -> None:
    family(warehouse)
    assert find_id(warehouse, "email", " ANNA@example.com") == 4
    assert find_id(warehouse, "email", "otto@example.com") is None
    assert find_id(warehouse, "email", "guest@example.com") is None
    with pytest.raises(InvalidInput, match="no namespace"):
        find_id(warehouse, "shoe", "42")
    with pytest.raises(NotFound, match="no id 99"):
        explain_person(warehouse, 99)


def test_too_much_evidence_is_said_and_what_counts_comes_first(warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    family(warehouse)
    assert explain_person(warehouse, 4).complete
    monkeypatch.setattr("windsock.identity.explain.EDGES_MOST", 2)
    cut = explain_person(warehouse, 4)
    assert (cut.complete, [reason.why for reason in cut.reasons]) == (False, ["applied", "two_logins"])


def test_a_person_is_handed_over_and_forgotten(workspace: Workspace) -> None:
    family(workspace.warehouse)  # type: ignore[arg-type] - it is a local one
    given = ERASER.export(workspace, [1, 2, 4])
    assert {table: len(rows) for table, rows in given.items()} == {"identity": 3, "identity_edge": 4, "alias": 2, "trait": 0, "match_suggestion": 0}
    assert ERASER.erase(workspace, [1, 2, 4]) == 7
    assert workspace.warehouse.query(IDENTITY).column("id").to_pylist() == ["erased:1", "erased:2", "GA10099999", "erased:4"]
    assert find_id(workspace.warehouse, "email", "anna@example.com") is None
    with workspace.warehouse.transaction() as tx:
        assert assign_dids(tx, "email", pa.array(["anna@example.com", "erased:4"]), pa.array([9, 9]), 500).to_pylist() == [5, None]
        assert rebuild_aliases(tx, None, 500) == 0
    assert person_of(workspace.warehouse, 4) == 1, "counts of the past stay what they were"


def test_everything_that_is_shown_has_words() -> None:
    assert set(words()["namespaces"]) == set(NAMESPACES)
    assert set(words()["kinds"]) == set(KINDS)
    assert set(words()["why"]) == set(WHY)
    assert all(set(word) == {"en", "zh"} and all(word.values()) for part in words().values() for word in part.values())
