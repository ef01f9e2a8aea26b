"""How long the ledger of identity takes: new evidence in a large ledger, a merge seen by queries, a whole rebuild, a person's page.

Usage: python bench/identity.py [--edges 3000000] [--touched 10000] [--history 1000000] [--order 1000000]

Nothing is read from outside; the ledger is made here (persons of four ids in random order, one percent of them tied to another member's
device, ten kiosks). Each figure comes with a check of the answer: a wrong one fails the run.

    touched    so many new pieces of evidence, each between an id of the ledger and a new one: noted and people worked out again
    merge      an id with a history of a million events is joined to a person, and the query of that person sees all of it
    order      a million ids, their evidence in three orders and batchings: the same people each time
"""

from __future__ import annotations

import argparse
import platform
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyarrow as pa
from sqlglot import parse_one

from windsock.identity import accept_edge, add_edges, assign_dids, rebuild_aliases
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local, schema

EVENTS_OF = parse_one(
    "SELECT COUNT(*) AS n FROM event AS e LEFT JOIN alias AS a ON a.did = e.did AND a.known_to_ms IS NULL WHERE COALESCE(a.pid, e.did) = $pid",
    read="duckdb",
)
PEOPLE = parse_one(
    """
    SELECT i.namespace || ':' || i.id AS name, MIN(i.namespace || ':' || i.id) OVER (PARTITION BY COALESCE(a.pid, i.did)) AS person
    FROM identity AS i LEFT JOIN alias AS a ON a.did = i.did AND a.known_to_ms IS NULL ORDER BY 1
    """,
    read="duckdb",
)


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long a step took."""
    start, used = time.perf_counter(), time.process_time()
    yield
    print(f"{what:<58} {time.perf_counter() - start:8.3f} s, {time.process_time() - used:8.3f} s of a core", flush=True)


def check(holds: bool, what: str) -> None:  # noqa: FBT001 - it reads as a sentence
    """Fail the run when an answer is wrong."""
    if not holds:
        raise SystemExit(f"wrong: {what}")


def a_warehouse(folder: str) -> LocalWarehouse:
    """Open an empty warehouse in a folder."""
    return open_local(Path(folder) / "warehouse.duckdb", WarehouseSettings())


def make_evidence(ids: int, chance: np.random.Generator) -> pa.Table:
    """Return evidence among ``ids`` ids as (namespace, id) pairs: persons of four (member, e-mail, two devices), conflicts and kiosks."""
    people = ids // 4
    each = np.arange(people)
    login, mail, first, second = (np.char.add(word, each.astype(str)) for word in ("L", "m", "a", "b"))
    mail = np.char.add(mail, "@x.example")
    borrowed = chance.choice(people, people // 100, replace=False)
    lender = chance.integers(0, people, len(borrowed))
    guests = chance.choice(people, min(people, 1_000), replace=False)
    parts = [
        ("anon", first, "login", login, "login"),
        ("anon", second, "login", login, "login"),
        ("login", login, "email", mail, "email"),
        ("anon", first[lender], "login", login[borrowed], "login"),
        ("device", np.char.add("kiosk", (guests % 10).astype(str)), "login", login[guests], "device"),
    ]
    columns: dict[str, list[np.ndarray]] = {name: [] for name in ("ns_a", "id_a", "ns_b", "id_b", "kind")}
    for ns_a, id_a, ns_b, id_b, kind in parts:
        for name, values in zip(columns, (np.full(len(id_a), ns_a), id_a, np.full(len(id_a), ns_b), id_b, np.full(len(id_a), kind)), strict=True):
            columns[name].append(values)
    table = {name: pa.array(np.concatenate([part.astype(object) for part in parts]), pa.string()) for name, parts in columns.items()}
    total = len(table["kind"])
    return pa.table({**table, "evidence_ms": chance.integers(1, 10**9, total)})


def load(warehouse: LocalWarehouse, evidence: pa.Table, batches: int, *, resolve: bool = True) -> None:
    """Take evidence in as loads do."""
    size = -(-evidence.num_rows // batches)
    for turn in range(batches):
        part = evidence.slice(turn * size, size)
        with warehouse.transaction() as tx:
            dids: dict[str, np.ndarray] = {}
            for side in "ab":
                namespaces = np.asarray(part.column(f"ns_{side}").to_pylist(), object)
                found = np.zeros(part.num_rows, np.int64)
                for namespace in sorted(set(namespaces.tolist())):
                    mine = np.flatnonzero(namespaces == namespace)
                    rows = part.take(pa.array(mine))
                    found[mine] = assign_dids(tx, namespace, rows.column(f"id_{side}"), rows.column("evidence_ms"), 10).to_numpy()
                dids[side] = found
            rows = {"did_a": dids["a"], "did_b": dids["b"], "kind": part.column("kind"), "evidence_ms": part.column("evidence_ms")}
            touched = add_edges(tx, pa.table({**rows, "source": pa.repeat("s", part.num_rows)}), 100 + turn)
            if resolve:
                rebuild_aliases(tx, touched, 100 + turn)


def touched_in_a_large_ledger(edges: int, touched: int) -> None:
    """Measure new evidence in a ledger of millions of edges."""
    chance = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        warehouse = a_warehouse(folder)
        evidence = make_evidence(edges * 4 // 3, chance)
        with timed(f"ledger of {evidence.num_rows:,} edges taken in, people not yet"):
            load(warehouse, evidence, 8, resolve=False)
        with timed("whole rebuild"), warehouse.transaction() as tx:
            changed = rebuild_aliases(tx, None, 1_000)
        check(changed > edges // 2, f"{changed} ids were joined")
        people = edges // 3
        for count in (100, touched):
            logins = chance.choice(people, count, replace=False)
            with timed(f"{count:,} new devices of known members: noted and resolved"), warehouse.transaction() as tx:
                new = assign_dids(tx, "anon", pa.array([f"new{count}-{n}" for n in range(count)]), pa.nulls(count, pa.int64()), 2_000)
                known = assign_dids(tx, "login", pa.array([f"L{n}" for n in logins.tolist()]), pa.nulls(count, pa.int64()), 2_000)
                rows = {"did_a": new, "did_b": known, "kind": ["login"] * count, "evidence_ms": [2 * 10**9] * count, "source": ["s"] * count}
                ends = add_edges(tx, pa.table(rows), 2_000)
                check(rebuild_aliases(tx, ends, 2_000) == count, "each new device belongs to somebody")
        with timed("checked against a whole rebuild"), warehouse.transaction() as tx:
            check(rebuild_aliases(tx, None, 3_000) == 0, "what was worked out piece by piece is what a whole rebuild gives")
        warehouse.close()


def merge_of_a_long_history(events: int) -> None:
    """Measure a merge until the query of the person sees all of it."""
    with tempfile.TemporaryDirectory() as folder:
        warehouse = a_warehouse(folder)
        with warehouse.transaction() as tx:
            one, other = assign_dids(tx, "login", pa.array(["L1", "L2"]), pa.array([1, 1]), 1).to_pylist()
            columns = {field.name: pa.nulls(events, field.type) for field in schema.BY_NAME["event"].arrow()}
            columns |= {
                "did": pa.repeat(pa.scalar(other, pa.int64()), events),
                "ts_ms": pa.array(np.arange(events)),
                "event": pa.repeat("page_view", events),
            }
            tx.append("event", pa.table(columns))
        check(warehouse.query(EVENTS_OF, {"pid": one}).column("n")[0].as_py() == 0, "the person has no history yet")
        with timed(f"merge of an id with {events:,} events, until a query sees them"):
            with warehouse.transaction() as tx:
                accept_edge(tx, one, other, "bench", 10)
            seen = warehouse.query(EVENTS_OF, {"pid": one}).column("n")[0].as_py()
        check(seen == events, f"{seen} of {events} events are seen")
        warehouse.close()


def orders_of_arrival(ids: int) -> None:
    """Take the same evidence in three orders and batchings and compare the people."""
    evidence = make_evidence(ids, np.random.default_rng(2))
    answers: list[pa.Table] = []
    for turn, batches in enumerate((1, 4, 9)):
        order = np.random.default_rng(10 + turn).permutation(evidence.num_rows)
        with tempfile.TemporaryDirectory() as folder:
            warehouse = a_warehouse(folder)
            with timed(f"{ids:,} ids in order {turn + 1}, {batches} batches"):
                load(warehouse, evidence.take(pa.array(order)), batches)
            with warehouse.transaction() as tx:
                answers.append(tx.query(PEOPLE))
            warehouse.close()
    check(all(answer.equals(answers[0]) for answer in answers), "the people depend on the order of arrival")
    persons = len(set(answers[0].column("person").to_pylist()))
    print(f"the same {persons:,} people of {answers[0].num_rows:,} ids in every order")


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edges", type=int, default=3_000_000)
    parser.add_argument("--touched", type=int, default=10_000)
    parser.add_argument("--history", type=int, default=1_000_000)
    parser.add_argument("--order", type=int, default=1_000_000)
    given = parser.parse_args()
    print(f"Python {platform.python_version()}, DuckDB {version('duckdb')}, NumPy {np.__version__}, PyArrow {pa.__version__}")
    if given.history:
        merge_of_a_long_history(given.history)
    if given.edges:
        touched_in_a_large_ledger(given.edges, given.touched)
    if given.order:
        orders_of_arrival(given.order)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
