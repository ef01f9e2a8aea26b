"""A million ids: the same evidence in three orders and batchings makes the same people, kiosks, conflicts, unbindings and all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from sqlglot import parse_one

from windsock.identity import add_edges, assign_dids, rebuild_aliases
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import open_local

PERSON = parse_one(
    """
    SELECT i.namespace || ':' || i.id AS name, MIN(i.namespace || ':' || i.id) OVER (PARTITION BY COALESCE(a.pid, i.did)) AS person
    FROM identity AS i LEFT JOIN alias AS a ON a.did = i.did AND a.known_to_ms IS NULL ORDER BY 1
    """,
    read="duckdb",
)
KINDS = np.array(["login", "device", "openid", "unbound"], object)


def evidence(people: int) -> pa.Table:
    """Members with three devices each; some devices signed in by a second member, some openids unbound, ten kiosks that 500 members used."""
    chance = np.random.default_rng(3)
    members, first = np.arange(people), people
    own = [(first + people * turn + members, members, np.zeros(people, np.int64)) for turn in range(3)]
    borrowed = chance.integers(0, people, people // 50)
    lent = (first + chance.integers(0, people, len(borrowed)), borrowed, np.zeros(len(borrowed), np.int64))
    used = chance.integers(0, people, 500)
    kiosks = (first + people * 3 + np.arange(500) % 10, used, np.ones(500, np.int64))
    bound = chance.integers(0, people, people // 50)
    wechat = (first + people * 2 + bound, bound, np.full(len(bound), 2))
    unbound = (wechat[0][::2], bound[::2], np.full(len(bound[::2]), 3))
    parts = [*own, lent, kiosks, wechat, unbound]
    device, member, kind = (np.concatenate([part[side] for part in parts]) for side in range(3))
    at = chance.integers(1, 10**6, len(device))
    return pa.table({"device": device, "member": member, "kind": pa.array(KINDS[kind], pa.string()), "evidence_ms": at})


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_a_million_ids_are_the_same_people_in_any_order(tmp_path: Path) -> None:
    given = evidence(250_000)
    answers: list[pa.Table] = []
    for turn, batches in enumerate((1, 3, 7)):
        order = np.random.default_rng(20 + turn).permutation(given.num_rows)
        warehouse = open_local(tmp_path / f"{turn}.duckdb", WarehouseSettings())
        size = -(-given.num_rows // batches)
        for batch in range(batches):
            part = given.take(pa.array(order[batch * size : batch * size + size]))
            with warehouse.transaction() as tx:
                dids = {
                    name: assign_dids(tx, namespace, part.column(name).cast(pa.string()), part.column("evidence_ms"), 1)
                    for name, namespace in (("device", "anon"), ("member", "login"))
                }
                rows = {"did_a": dids["device"], "did_b": dids["member"], "kind": part.column("kind"), "evidence_ms": part.column("evidence_ms")}
                rebuild_aliases(tx, add_edges(tx, pa.table({**rows, "source": pa.repeat("s", part.num_rows)}), 100 + batch), 100 + batch)
        with warehouse.transaction() as tx:
            answers.append(tx.query(PERSON))
        warehouse.close()
    assert answers[0].num_rows > 1_000_000
    assert answers[1].equals(answers[0])
    assert answers[2].equals(answers[0])
