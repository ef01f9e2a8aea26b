"""People are what the policy makes of the evidence, in whatever order it came, and can be undone: against a slow oracle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import permutations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import parse_one

from windsock.identity import accept_edge, add_edges, assign_dids, rebuild_aliases, reject_edge
from windsock.identity.decide import reject_pair
from windsock.identity.model import Policy
from windsock.identity.rebuild import components
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.warehouse import LocalWarehouse, Transaction

POLICY = Policy(ids_max=5, shared_after=2)
PRIORITY = {"accepted": 0, "login": 10, "email": 30, "device": 40}
NAMES: list[tuple[str, str]] = (
    [("login", f"L{n}") for n in range(4)] + [("anon", f"a{n}") for n in range(5)] + [("email", f"e{n}@x.cn") for n in range(3)]
)
Name = tuple[str, str]
Evidence = tuple[Name, Name, str, int]
CURRENT = parse_one(
    "SELECT i.namespace, i.id, COALESCE(a.pid, i.did) AS pid FROM identity AS i LEFT JOIN alias AS a ON a.did = i.did AND a.known_to_ms IS NULL",
    read="duckdb",
)
AS_OF = parse_one("SELECT did, pid FROM alias WHERE known_from_ms <= $at AND (known_to_ms IS NULL OR known_to_ms > $at) ORDER BY 1", read="duckdb")
EDGE = parse_one("SELECT edge_id FROM identity_edge WHERE did_a = $a AND did_b = $b AND kind = 'login'", read="duckdb")


def sightings(evidence: set[Evidence]) -> set[Evidence]:
    """Leave out what was unbound, and date what was seen again right after the unbinding."""
    kept: set[Evidence] = set()
    for a, b, kind, at in evidence:
        pair = frozenset((a, b))
        cut = max((item[3] for item in evidence if item[2] == "unbound" and frozenset(item[:2]) == pair), default=None)
        times = [item[3] for item in evidence if item[2] == kind and frozenset(item[:2]) == pair]
        if kind == "unbound" or (cut is not None and max(times) <= cut):
            continue
        kept.add((a, b, kind, at if cut is None or min(times) > cut else cut + 1))
    return kept


def oracle(evidence: set[Evidence], apart: frozenset[frozenset[Name]] = frozenset()) -> set[frozenset[Name]]:
    """Take the edges one after the other and keep groups as plain sets: slow and obvious."""
    live = [item for item in sightings(evidence) if frozenset(item[:2]) not in apart and item[0] != item[1]]
    shared: set[Name] = set()
    for name in {name for item in live for name in item[:2]}:
        for namespace in ("login", "email"):
            others = {other for item in live for here, other in ((item[0], item[1]), (item[1], item[0])) if here == name and other[0] == namespace}
            if len(others) > POLICY.shared_after:
                shared.add(name)
    groups = {name: {name} for name in NAMES}

    def order(item: Evidence) -> Any:
        texts = sorted(":".join(name) for name in item[:2])
        return (PRIORITY[item[2]], item[3], f"{texts[0]} {texts[1]} s")

    for a, b, kind, _ in sorted(live, key=order):
        one, other = groups[a], groups[b]
        logins = [len([name for name in group if name[0] == "login"]) for group in (one, other)]
        limits = shared & {a, b} or (logins[0] and logins[1]) or len(one) + len(other) > POLICY.ids_max
        if one is other or (limits and kind != "accepted"):
            continue
        union = one | other
        for name in union:
            groups[name] = union
    return {frozenset(group) for group in groups.values()}


def dids_of(tx: Transaction, names: list[Name]) -> list[int]:
    known: dict[Name, int] = {}
    for namespace in dict.fromkeys(name[0] for name in names):
        ids = [name[1] for name in names if name[0] == namespace]
        found = assign_dids(tx, namespace, pa.array(ids), pa.array([1] * len(ids)), 1).to_pylist()
        known |= {(namespace, text): did for text, did in zip(ids, found, strict=True)}
    return [known[name] for name in names]


def arrive(tx: Transaction, batch: list[Evidence], now_ms: int, *, rebuild: bool = True) -> None:
    dids = dids_of(tx, [name for item in batch for name in item[:2]])
    rows = {
        "did_a": dids[::2],
        "did_b": dids[1::2],
        "kind": [item[2] for item in batch],
        "evidence_ms": [item[3] for item in batch],
        "source": ["s"] * len(batch),
    }
    touched = add_edges(tx, pa.table(rows), now_ms)
    if rebuild and len(touched):
        rebuild_aliases(tx, touched, now_ms, policy=POLICY)


def people(tx: Transaction) -> set[frozenset[Name]]:
    groups: dict[int, set[Name]] = {}
    for row in tx.query(CURRENT).to_pylist():
        groups.setdefault(row["pid"], set()).add((row["namespace"], row["id"]))
    return {frozenset(group) for group in groups.values()}


class _Undo(Exception):
    """Ends a transaction without keeping anything."""


@contextmanager
def tried(warehouse: LocalWarehouse) -> Iterator[Transaction]:
    """Leave the warehouse as it was, so that it serves the next example."""
    with suppress(_Undo), warehouse.transaction() as tx:
        yield tx
        raise _Undo


names = st.sampled_from(NAMES)
evidence = st.tuples(names, names, st.sampled_from(["login", "email", "device", "unbound"]), st.integers(1, 4))


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(evidence, min_size=1, max_size=18, unique=True), st.randoms(use_true_random=False), st.integers(1, 4))
def test_people_do_not_depend_on_the_order_of_arrival(warehouse: LocalWarehouse, items: list[Evidence], chance: Any, batches: int) -> None:
    expected = {group for group in oracle(set(items)) if len(group) > 1}
    for _ in range(2):
        chance.shuffle(items)
        with tried(warehouse) as tx:
            for turn in range(batches):
                arrive(tx, items[turn::batches] or items[:1], 100 + turn)
            assert {group for group in people(tx) if len(group) > 1} == expected
            assert rebuild_aliases(tx, None, 200, policy=POLICY) == 0, "what was worked out piece by piece is what a whole rebuild gives"


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(evidence, min_size=1, max_size=14, unique=True), st.lists(st.tuples(names, names), min_size=1, max_size=2))
def test_a_rejected_pair_is_as_if_never_seen_and_comes_back(warehouse: LocalWarehouse, items: list[Evidence], pairs: list[tuple[Name, Name]]) -> None:
    pairs = [pair for pair in pairs if pair[0] != pair[1]]
    apart = frozenset(frozenset(pair) for pair in pairs)
    with tried(warehouse) as tx:
        arrive(tx, items, 100)
        before = people(tx)
        for a, b in pairs:
            one, other = dids_of(tx, [a, b])
            accept_edge(tx, one, other, "ann", 200, policy=POLICY)
            ids = tx.query(parse_one("SELECT MAX(edge_id) AS id FROM identity_edge")).column("id")[0].as_py()
            reject_edge(tx, ids, "ann", 201, policy=POLICY)
        assert {group for group in people(tx) if len(group) > 1} == {group for group in oracle(set(items), apart) if len(group) > 1}
        at_first = {group for group in before if len(group) > 1}
        assert {group for group in oracle(set(items)) if len(group) > 1} == at_first


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(evidence, min_size=2, max_size=16, unique=True),
    st.lists(st.tuples(names, names), min_size=1, max_size=3),
    st.randoms(use_true_random=False),
)
def test_decisions_among_evidence_in_any_order_give_the_same_people(
    warehouse: LocalWarehouse, items: list[Evidence], pairs: list[tuple[Name, Name]], chance: Any
) -> None:
    pairs = [pair for pair in pairs if pair[0] != pair[1]]
    apart = frozenset(frozenset(pair) for pair in pairs)
    steps: list[Any] = [*items, *pairs]
    chance.shuffle(steps)
    with tried(warehouse) as tx:
        for turn, step in enumerate(steps):
            if len(step) == 2:
                a, b = dids_of(tx, list(step))
                reject_pair(tx, a, b, "ann", 1_000 + turn, policy=POLICY)
            else:
                arrive(tx, [step], 100 + turn)
        assert {group for group in people(tx) if len(group) > 1} == {group for group in oracle(set(items), apart) if len(group) > 1}
        assert rebuild_aliases(tx, None, 2_000, policy=POLICY) == 0


def test_what_is_seen_after_an_unbinding_counts_whenever_it_came(warehouse: LocalWarehouse) -> None:
    pair = (("openid", "o1"), ("login", "L1"))
    steps = [(*pair, "openid", 1), (*pair, "openid", 9), (*pair, "unbound", 5)]
    for order in permutations(steps):
        with tried(warehouse) as tx:
            for turn, step in enumerate(order):
                arrive(tx, [step], 100 + turn)
            assert len(people(tx)) == 1, order
            arrive(tx, [(*pair, "unbound", 12)], 200)
            assert len(people(tx)) == 2, order
            arrive(tx, [(*pair, "openid", 12)], 201)
            assert len(people(tx)) == 2, "what was seen at the moment of the unbinding is taken back with it"
            arrive(tx, [(*pair, "openid", 13)], 202)
            assert len(people(tx)) == 1


def test_a_kiosk_stops_the_walk_and_opens_again(warehouse: LocalWarehouse) -> None:
    kiosk, logins = ("anon", "a0"), [("login", f"L{n}") for n in range(4)]
    with tried(warehouse) as tx:
        arrive(tx, [(kiosk, logins[0], "login", 1)], 100)
        assert len(people(tx)) == 1
        arrive(tx, [(kiosk, logins[1], "login", 2)], 101)
        assert len(people(tx)) == 2, "the first member keeps the device, the second is apart"
        arrive(tx, [(kiosk, logins[2], "login", 3)], 102)
        assert len(people(tx)) == 4, "a third member: it is nobody's"
        arrive(tx, [(("anon", "a1"), logins[0], "login", 4)], 103)
        assert len(people(tx)) == 4
        a, b = dids_of(tx, [kiosk, logins[2]])
        reject_pair(tx, a, b, "ann", 104, policy=POLICY)
        assert len(people(tx)) == 3, "it was a mistake: the first member has the device again"
        assert rebuild_aliases(tx, None, 105, policy=POLICY) == 0


def test_history_can_be_asked_as_it_was_known(warehouse: LocalWarehouse) -> None:
    with warehouse.transaction() as tx:
        arrive(tx, [(("anon", "a1"), ("login", "L1"), "login", 5)], 100)
        arrive(tx, [(("anon", "a2"), ("login", "L1"), "login", 6)], 200)
        first = tx.query(EDGE, {"a": 1, "b": 2}).column("edge_id")[0].as_py()
    with warehouse.transaction() as tx:
        assert reject_edge(tx, first, "ann", 300) == 2
    known = {at: {row["did"]: row["pid"] for row in warehouse.query(AS_OF, {"at": at}).to_pylist()} for at in (99, 100, 200, 299, 300)}
    assert known == {99: {}, 100: {2: 1}, 200: {2: 1, 3: 1}, 299: {2: 1, 3: 1}, 300: {3: 2}}
    with warehouse.transaction() as tx:
        assert accept_edge(tx, 1, 2, "ann", 400) == 2
    assert {row["did"]: row["pid"] for row in warehouse.query(AS_OF, {"at": 400}).to_pylist()} == {2: 1, 3: 1}


def test_evidence_that_comes_again_after_a_rejection_does_not_join(warehouse: LocalWarehouse) -> None:
    link = (("anon", "a1"), ("login", "L1"), "login", 5)
    with warehouse.transaction() as tx:
        arrive(tx, [link], 100)
        reject_edge(tx, 1, "ann", 200)
        arrive(tx, [(*link[:3], 4), (*link[:2], "device", 3)], 300)
        assert len(people(tx)) == 2


def test_decisions_about_nothing_are_refused(warehouse: LocalWarehouse) -> None:
    with warehouse.transaction() as tx:
        assert rebuild_aliases(tx, pa.array([1]), 1) == 0
        with pytest.raises(NotFound, match="no edge 7"):
            reject_edge(tx, 7, "ann", 1)
        with pytest.raises(InvalidInput, match="with itself"):
            accept_edge(tx, 7, 7, "ann", 1)
        arrive(tx, [(("anon", "a1"), ("login", "L1"), "login", 5)], 100)
        assert rebuild_aliases(tx, pa.array([99]), 1) == 0


@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=60))))
def test_components_are_what_a_walk_finds(graph: tuple[int, list[tuple[int, int]]]) -> None:
    count, edges = graph
    label = list(range(count))
    for _ in range(count):
        for a, b in edges:
            label[a] = label[b] = min(label[a], label[b])
    ends = np.array(edges, np.int64).reshape(-1, 2)
    assert components(count, ends[:, 0], ends[:, 1]).tolist() == label


def test_a_long_chain_is_one_component_quickly() -> None:
    order = np.random.default_rng(1).permutation(200_000)
    assert set(components(200_000, order[:-1], order[1:]).tolist()) == {0}
