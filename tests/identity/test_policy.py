"""A policy as people write it: what can't be is refused with its place, what it blocks joins nobody, what it limits holds."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from windsock.identity import accept_edge, add_edges, assign_dids, explain_person, persons_of, rebuild_aliases
from windsock.identity.in_force import policy_in_force, put_in_force
from windsock.identity.model import DEFAULT_POLICY, as_body, as_policy
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.warehouse import LocalWarehouse

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"colour": "red"}, "colour"),
    ({"limits": []}, "limits"),
    ({"limits": {"shoe": 1}}, "namespace"),
    ({"limits": {"login": 0}}, "limits.login"),
    ({"limits": {"login": True}}, "limits.login"),
    ({"ids_max": 1}, "ids_max"),
    ({"ids_max": "many"}, "ids_max"),
    ({"shared_after": 0}, "shared_after"),
    ({"naming": "login"}, "naming"),
    ({"naming": [""]}, "naming"),
    ({"kinds": {"accepted": {"joins": False}}}, "kinds.accepted"),
    ({"kinds": {"smell": {"joins": True}}}, "kinds.smell"),
    ({"kinds": {"email": True}}, "kinds.email"),
    ({"kinds": {"email": {"weight": 1}}}, "kinds.email"),
    ({"kinds": {"email": {"joins": 1}}}, "kinds.email.joins"),
    ({"kinds": {"email": {"priority": 100}}}, "kinds.email.priority"),
    ({"kinds": {"claim": {"joins": True}}}, "kinds.claim.joins"),
    ({"blocked": {"shoe": ["x"]}}, "namespace"),
    ({"blocked": {"email": "x"}}, "blocked.email"),
    ({"blocked_domains": [1]}, "blocked_domains"),
]


@pytest.mark.parametrize(("body", "where"), WRONG)
def test_what_can_not_be_is_refused_with_its_place(body: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        as_policy(body)
    assert refused.value.where == where


def test_a_policy_is_read_as_it_is_written() -> None:
    assert as_policy({}) == DEFAULT_POLICY
    assert as_policy(as_body(DEFAULT_POLICY)) == DEFAULT_POLICY
    body = {"blocked": {"mobile": ["138 1234 5678"]}, "blocked_domains": ["@Desk.example"], "kinds": {"pnr_name": {"joins": True}}}
    policy = as_policy(body)
    assert (policy.blocked, policy.domains) == ({("phone", "+8613812345678")}, {"desk.example"})
    assert (policy.kinds["pnr_name"].joins, policy.kinds["pnr_name"].priority) == (True, 60)
    assert as_policy(as_body(policy)) == policy
    with pytest.raises(TooLarge, match="5000"):
        as_policy({"blocked_mailboxes": [f"m{n}" for n in range(5_001)]})


def link(warehouse: LocalWarehouse, *pairs: tuple[str, str, str, str, str], now_ms: int = 100) -> list[tuple[int, int]]:
    """Bring evidence (namespace, id, namespace, id, kind) one by one, as loads do; returns the dids of each."""
    ends: list[tuple[int, int]] = []
    for turn, (ns_a, a, ns_b, b, kind) in enumerate(pairs):
        with warehouse.transaction() as tx:
            one, other = (assign_dids(tx, ns, pa.array([text]), pa.array([1]), 1)[0].as_py() for ns, text in ((ns_a, a), (ns_b, b)))
            edge = {"did_a": [one], "did_b": [other], "kind": [kind], "evidence_ms": [turn + 1], "source": ["s"]}
            rebuild_aliases(tx, add_edges(tx, pa.table(edge), now_ms + turn), now_ms + turn)
        ends.append((one, other))
    return ends


def switch(warehouse: LocalWarehouse, version: int, body: dict[str, Any]) -> None:
    with warehouse.transaction() as tx:
        put_in_force(tx, version, as_policy(body), 1_000 + version)
        rebuild_aliases(tx, None, 1_000 + version)


@pytest.mark.parametrize(
    "body", [{"blocked": {"email": ["Desk@agency.example"]}}, {"blocked_mailboxes": ["desk"]}, {"blocked_domains": ["agency.example"]}]
)
def test_a_blocked_id_joins_nobody_until_somebody_accepts_it(warehouse: LocalWarehouse, body: dict[str, Any]) -> None:
    desk = "desk@agency.example"
    pairs = [("customer", "C1", "email", desk, "email"), ("customer", "C2", "email", desk, "email")]
    ends = link(warehouse, *pairs)
    mail, one, other = ends[0][1], ends[0][0], ends[1][0]
    assert len(set(persons_of(warehouse, [mail, one, other]).values())) == 1
    switch(warehouse, 1, body)
    assert (policy_in_force(warehouse).version, policy_in_force(warehouse, at_ms=1_000).version) == (1, 0)
    assert len(set(persons_of(warehouse, [mail, one, other]).values())) == 3
    assert {reason.why for reason in explain_person(warehouse, mail).reasons} == {"blocked_id"}
    assert {reason.why for reason in explain_person(warehouse, mail, as_of_ms=1_000).reasons} == {"applied"}
    (third,) = link(warehouse, ("customer", "C3", "email", desk, "email"), now_ms=2_000)
    assert persons_of(warehouse, [third[0]])[third[0]] == third[0], "loads follow the policy in force"
    with warehouse.transaction() as tx:
        accept_edge(tx, mail, one, "ann", 3_000)
        assert rebuild_aliases(tx, None, 3_001) == 0
    people = persons_of(warehouse, [mail, one, other, third[0]])
    assert (people[mail], people[other], people[third[0]]) == (people[one], other, third[0])
    switch(warehouse, 2, {})
    assert len(set(persons_of(warehouse, [mail, one, other, third[0]]).values())) == 1


def test_a_limit_of_any_namespace_holds_and_a_kind_joins_where_the_policy_says_so(warehouse: LocalWarehouse) -> None:
    pairs = [
        ("member", "GA-1", "email", "a@x.cn", "member"),
        ("member", "GA-2", "email", "a@x.cn", "member"),
        ("pnr_name", "ABC123/LI", "email", "a@x.cn", "pnr_name"),
    ]
    ends = link(warehouse, *pairs)
    dids = [ends[0][0], ends[0][1], ends[1][0], ends[2][0]]
    assert list(persons_of(warehouse, dids).values()) == [dids[0], dids[0], dids[2], dids[3]]
    whys = {reason.kind + str(reason.evidence_ms): reason.why for reason in explain_person(warehouse, dids[0]).reasons}
    assert whys == {"member1": "applied", "member2": "namespace_limit", "pnr_name3": "not_joining"}
    switch(warehouse, 1, {"limits": {"member": 2}, "kinds": {"pnr_name": {"joins": True}}})
    assert len(set(persons_of(warehouse, dids).values())) == 1
