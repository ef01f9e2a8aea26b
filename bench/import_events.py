"""How fast years of history come in: a Parquet file of events through `windsock import events`, with people, dedupe and balance.

Usage: python bench/import_events.py [rows]          (10,000,000 without a number)

The file is made here: 60 days in order of time, a twentieth as many visitors as events, one event in ten signed in, message ids, properties.
Afterwards the file is imported again, which must add nothing; counts, balance and keys are checked. The figure is that of the whole command, its
start included.

``plain`` is what the engine alone needs for the same file: one INSERT of the table's columns from the Parquet file, with made-up numbers in the place
of ids and keys, and no key table, people, plan, search for personal data or balance. The import writes parts first, which queries read with the
rest, and which the server moves into the table when it has nothing else to do: ``settle``. Most of the file's
texts repeat (an event has 1 of 1,000 properties), and such a file is read as codes; texts that are all different cost more.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from windsock.warehouse import schema

EVENTS = ("page_view", "search", "list_view", "detail_view", "checkout", "screen_view")
ROUTES = ("PEK-SHA", "CAN-CTU", "SZX-XIY", "SHA-HKG", "CTU-LXA")
FIRST_MS, DAYS = 1_767_225_600_000, 60
PIECE = 1_000_000


def text(prefix: str, numbers: np.ndarray) -> pa.Array:
    """Return a column of texts with numbers in them."""
    return pc.binary_join_element_wise(pa.scalar(prefix), pa.array(numbers).cast(pa.string()), "")


def among(rng: np.random.Generator, words: tuple[str, ...], count: int) -> pa.Array:
    """Return so many of the words."""
    return pa.DictionaryArray.from_arrays(pa.array(rng.integers(0, len(words), count), pa.int8()), pa.array(words)).cast(pa.string())


def piece(rng: np.random.Generator, start: int, count: int, whole: int) -> pa.Table:
    """Return some of the file's events."""
    visitor = rng.integers(0, max(whole // 20, 1), count)
    signed_in = pa.array(rng.random(count) < 0.1)
    span = DAYS * 86_400_000
    at = FIRST_MS + ((start + np.arange(count)) * (span / whole)).astype(np.int64)
    member = pc.if_else(signed_in, text("GA", visitor), pa.scalar(None, pa.string()))
    half = rng.integers(10**11, 10**12, count)
    return pa.table(
        {
            "message_id": pc.binary_join_element_wise(text("0f3a9c1e-", rng.integers(1000, 9999, count)), text("4c55-9f10-", half), "-"),
            "anonymous_id": text("anon-", visitor),
            "user_id": member,
            "event": among(rng, EVENTS, count),
            "client_ms": at,
            "channel": among(rng, ("web", "app", "mini_program"), count),
            "device": among(rng, ("mobile", "desktop", "tablet"), count),
            "route": among(rng, ROUTES, count),
            "country": among(rng, ("CN", "HK", "SG"), count),
            "session_id": visitor * 1_000 + (at - FIRST_MS) // 3_600_000,
            "properties": pc.binary_join_element_wise(text('{"page":"home","n":', rng.integers(0, 1000, count)), pa.scalar("}"), ""),
        }
    )


def make(path: Path, rows: int) -> None:
    """Write the file."""
    rng = np.random.default_rng(20260101)
    with pq.ParquetWriter(path, piece(rng, 0, 1, rows).schema) as writer:
        for start in range(0, rows, PIECE):
            writer.write_table(piece(rng, start, min(PIECE, rows - start), rows), row_group_size=250_000)


@dataclass(frozen=True)
class Ran:
    """What a command said and took: wall and processor time in s, most memory in MB."""

    said: str
    wall: float
    cpu: float
    peak: float


def run(*args: str) -> Ran:
    """Run a Python command of ours."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen([sys.executable, *args], stdout=out)  # noqa: S603 - our own command
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - start
        expect(process.returncode, 0)
        out.seek(0)
        return Ran(out.read().decode(), wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def plain(file: str, warehouse: str) -> None:
    """Let the engine alone put the file into a table with the columns of events."""
    made = {
        "did": "session_id", "ts_ms": "client_ms", "dt": "CAST(make_timestamp(client_ms * 1000) AS DATE)", "source": "'history'",
        "batch_id": "'batch'", "trust": "'import'", "bot": "FALSE", "internal": "FALSE", "received_ms": "0", "known_from_ms": "0",
        "key_hi": "hash(session_id) // 2", "key_lo": "hash(client_ms) // 2",
    }  # fmt: skip
    given = pq.read_schema(file).names
    columns = ", ".join(name if name in given else made.get(name, "NULL") for name in schema.EVENT.names)
    with duckdb.connect(warehouse, config={"threads": 2, "memory_limit": "4GB"}) as engine:
        engine.execute(f"CREATE TABLE event ({', '.join(f'{name} {kind}' for name, kind in schema.EVENT.columns)})")
        engine.execute(f"INSERT INTO event SELECT {columns} FROM read_parquet($file)", {"file": file})  # noqa: S608 - names of the schema


def settle(home: str) -> None:
    """Move every part in, as the server does when there is nothing to load."""
    from windsock.workspace import open_workspace  # noqa: PLC0415 - only this command needs it

    with open_workspace(Path(home), own=True) as workspace:
        while workspace.warehouse.tidy():
            pass


def tell(name: str, rows: int, ran: Ran, counts: str = "") -> None:
    """Print a line."""
    print(f"{name:<8}{ran.wall:>9.1f}{rows / ran.wall:>12,.0f}{ran.cpu:>9.1f}{ran.cpu / rows * 1e6:>11.2f}{ran.peak:>10,.0f}{counts}", flush=True)


def expect(found: object, wanted: object) -> None:
    """Stop where a figure would be worth nothing."""
    if found != wanted:
        raise SystemExit(f"expected {wanted}, found {found}")


def check(home: Path, rows: int) -> int:
    """Assert that everything is there once; returns the size of the warehouse in bytes."""
    path = home / "warehouse.duckdb"
    with duckdb.connect(str(path), read_only=True) as warehouse:
        found = warehouse.execute(
            """
            SELECT (SELECT COUNT(*) FROM event), (SELECT COUNT(DISTINCT (dt, key_hi, key_lo)) FROM event_key),
                (SELECT COUNT(*) FROM event WHERE did IS NULL)
            """
        ).fetchall()[0]
        expect(found, (rows, rows, 0))
        balance = warehouse.execute("SELECT SUM(received), SUM(stored), SUM(duplicate), SUM(quarantined) FROM intake_balance").fetchall()[0]
        expect(tuple(map(int, balance)), (2 * rows, rows, rows, 0))
        joined = warehouse.execute("SELECT COUNT(*) FROM alias WHERE known_to_ms IS NULL").fetchall()[0][0]
        expect(min(joined, rows // 100), rows // 100)
    return path.stat().st_size


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["plain"]:
        plain(*sys.argv[2:4])
        return
    if sys.argv[1:2] == ["settle"]:
        settle(sys.argv[2])
        return
    rows = int(sys.argv[1].replace(",", "").replace("_", "")) if len(sys.argv) > 1 else 10_000_000
    with tempfile.TemporaryDirectory() as folder:
        file, home = Path(folder) / "events.parquet", Path(folder) / "home"
        make(file, rows)
        versions = f"Python {platform.python_version()}, DuckDB {duckdb.__version__}, PyArrow {pa.__version__}"
        print(f"{os.cpu_count()} cores, {platform.machine()}, {versions}; {rows:,} rows, {file.stat().st_size / 1e6:,.0f} MB of Parquet")
        windsock = ("-m", "windsock.cli")
        run(*windsock, "init", "--home", str(home), "--name", "bench", "--timezone", "Asia/Shanghai", "--currency", "CNY")
        print(f"{'':<8}{'wall s':>9}{'rows/s':>12}{'cpu s':>9}{'cpu us/row':>11}{'peak MB':>10}{'new':>14}{'known':>14}")
        tell("plain", rows, run(__file__, "plain", str(file), str(Path(folder) / "plain.duckdb")))
        for name in ("first", "again"):
            ran = run(*windsock, "import", "events", str(file), "--source", "history", "--home", str(home), "--format", "json")
            told = json.loads(ran.said)
            tell(name, rows, ran, f"{told['rows_added']:>14,}{told['rows_known']:>14,}")
            expect((told["rows_read"], told["rows_rejected"]), (rows, 0))
            expect((told["rows_added"], told["rows_known"]), (rows, 0) if name == "first" else (0, rows))
        check(home, rows)
        lying = sum(path.stat().st_size for path in (home / "parts").iterdir())
        tell("settle", rows, run(__file__, "settle", str(home)), f"{lying / 1e6:>14,.0f} MB of parts")
        print(f"warehouse {check(home, rows) / 1e6:,.0f} MB; everything is there once, the balance holds")


if __name__ == "__main__":
    main()
