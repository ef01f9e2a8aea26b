"""People of whom much the same is known are suggested for review, once; what somebody decided is left alone."""

from __future__ import annotations

import pyarrow as pa
import pytest

from tests.identity.test_matching import some_people
from windsock.identity import assign_dids, store
from windsock.identity.matching.suggest import known_people, suggest
from windsock.identity.traits import add_traits
from windsock.jobs import JobContext
from windsock.workspace import Workspace

NOW = 1_767_225_600_000


def tell(workspace: Workspace, people: list[dict[str, str]], namespace: str, source: str) -> list[int]:
    with workspace.warehouse.transaction() as tx:
        dids = assign_dids(tx, namespace, pa.array([person["id"] for person in people]), pa.array([NOW] * len(people)), NOW)
        facts = [
            {"did": did, "name": name, "value": person[name], "source": source, "trust": "import", "at_ms": NOW}
            for did, person in zip(dids.to_pylist(), people, strict=True)
            for name in ("first_name", "surname", "dob", "city")
        ]
        add_traits(tx, pa.Table.from_pylist(facts), NOW)
    return dids.to_pylist()


@pytest.mark.slow
def test_pairs_are_suggested_once_with_their_reasons(workspace: Workspace):
    people = some_people(150)
    members = tell(workspace, people, "login", "club")
    callers = tell(workspace, [person | {"id": f"c{person['id']}", "surname": person["surname"][:-1]} for person in people[:40]], "customer", "calls")
    assert known_people(workspace).num_rows == 190
    context = JobContext({})
    suggest(workspace, context)
    with workspace.records.read() as session:
        found = store.suggestions_after(session, "open", None, 500)
    pairs = {(one.did_a, one.did_b) for one in found}
    expected = {(min(a, b), max(a, b)) for a, b in zip(members, callers, strict=False)}
    assert len(pairs & expected) >= 39
    assert len(pairs - expected) <= 2
    first = next(one for one in found if (one.did_a, one.did_b) in expected)
    assert {reason.field for reason in first.reasons} >= {"given", "family", "dob"}
    assert all(reason.agreement_zh and reason.agreement_en for reason in first.reasons)
    suggest(workspace, context)
    assert context.reported.note == "0 new suggestions"


def test_too_few_people_are_no_error(workspace: Workspace):
    tell(workspace, some_people(5), "login", "club")
    context = JobContext({})
    suggest(workspace, context)
    assert "too little" in context.reported.note
