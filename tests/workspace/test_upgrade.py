"""A workspace of the first release is brought to this version with all that it holds, also when the upgrade is killed on its way."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import text

from windsock import warehouse
from windsock.kernel.settings import WarehouseSettings
from windsock.records import checksum_of_lines, dump, load, migrate, open_records
from windsock.tracking import load_events
from windsock.warehouse import schema
from windsock.workspace import migrate_workspace, open_workspace

FIRST = Path(__file__).with_name("first_release.txt")
ROWS = 500
START = 1_767_225_600_000


def first_tables() -> dict[str, tuple[tuple[str, str], ...]]:
    """The tables of the first release, as they were when it was made; never edited."""
    lines = [line.partition(": ") for line in FIRST.read_text(encoding="utf-8").splitlines()]
    return {name: tuple((pair.split()[0], pair.split()[1]) for pair in columns.split(", ")) for name, _, columns in lines}


def cell(kind: str, dice: random.Random) -> object:
    if dice.random() < 0.1:
        return None
    made = {
        "BIGINT": lambda: dice.randint(-(2**60), 2**60),
        "INTEGER": lambda: dice.randint(-99, 99),
        "BOOLEAN": lambda: dice.random() < 0.5,
        "DATE": lambda: dt.date(2026, 1, 1) + dt.timedelta(dice.randint(0, 400)),
        "VARCHAR": lambda: dice.choice("航班 旅客 a'b \x1f ü") * 3,
        "DECIMAL(18,4)": lambda: Decimal(dice.randint(-(10**12), 10**12)).scaleb(-4),
        "DECIMAL(9,6)": lambda: Decimal(dice.randint(0, 10**6)).scaleb(-6),
        "DOUBLE": dice.random,
        "JSON": lambda: '{"a": 1}',
    }
    return made[kind]()


@pytest.fixture
def old_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace as the first release left it: its tables, its records at their first revision, no secret, no inbox."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "windsock.toml").write_text('[workspace]\nname = "Gull"\ntimezone = "Asia/Shanghai"\ncurrency = "CNY"\nlanguage = "en"\n')
    old = {name: schema.Table(name, "", columns) for name, columns in first_tables().items()}
    dice = random.Random(3)  # noqa: S311 - made-up rows
    with monkeypatch.context() as patched:
        patched.setattr(schema, "TABLES", tuple(old.values()))
        patched.setattr(schema, "BY_NAME", old)
        with closing(warehouse.open_local(home / "warehouse.duckdb", WarehouseSettings())) as facts, facts.transaction() as tx:
            for name, table in old.items():
                rows = [{column: cell(kind, dice) for column, kind in table.columns} for _ in range(ROWS)]
                tx.append(name, pa.Table.from_pylist(rows, schema=table.arrow()))
    records = open_records(f"sqlite:///{home / 'records.sqlite'}")
    with closing(records):
        migrate.upgrade(records.engine, "0001")
        member = (
            '{"id": "mem_1", "email": "a@example.org", "name": "Anna", "role": "admin", "state": "active", "password_hash": "x", "language": "zh",'
        )
        load(records, "member", [f'{member} "theme": "auto", "good_colour": null, "created_ms": 1, "changed_ms": 1}}'])
    return home


def records_of(home: Path, names: set[str]) -> dict[str, str]:
    records = open_records(f"sqlite:///{home / 'records.sqlite'}")
    with closing(records):
        return {name: checksum_of_lines(lines) for name, lines in dump(records) if name in names}


def facts_of(home: Path) -> dict[str, str]:
    with closing(warehouse.open_local(home / "warehouse.duckdb", WarehouseSettings())) as facts, facts.snapshot() as moment:
        return {
            name: warehouse.checksum_of(moment.query(warehouse.checksum(name, [column for column, _ in columns])))
            for name, columns in first_tables().items()
        }


def test_everything_of_the_first_release_is_still_there_and_new_work_goes_on(old_home: Path):
    records, facts = records_of(old_home, {"member"}), facts_of(old_home)
    assert all(found.startswith(f"{ROWS}:") for found in facts.values())
    assert migrate_workspace(old_home) == migrate.head()
    with open_workspace(old_home, own=True) as workspace:
        assert (old_home / "secret.key").stat().st_mode & 0o777 == 0o600
        with workspace.warehouse.transaction() as tx:
            report = load_events(tx, "web", "b1", pa.table({"event": ["page_view"], "client_ms": [START], "anonymous_id": ["a1"]}), START)
        assert report.stored == 1
    assert records_of(old_home, {"member"}) == records
    after = facts_of(old_home)
    touched = {"event", "event_key", "intake_balance", "identity", "source"}
    assert {name for name in facts if facts[name] != after[name]} <= touched
    assert after["event"].startswith(f"{ROWS + 1}:")


@pytest.mark.slow
def test_an_upgrade_that_is_killed_goes_on_where_it_was(old_home: Path):
    records, facts = records_of(old_home, {"member"}), facts_of(old_home)
    command = [sys.executable, "-m", "windsock.cli", "migrate", "--home", str(old_home)]
    for wait_s in (1.2, 1.6, 2.0):  # into the start-up, the first revision, the last one: wherever it falls, nothing may be half done
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ})
        time.sleep(wait_s)
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert migrate_workspace(old_home) == migrate.head()
    assert records_of(old_home, {"member"}) == records
    assert facts_of(old_home) == facts
    opened = open_records(f"sqlite:///{old_home / 'records.sqlite'}")
    with closing(opened), opened.read() as session:
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
