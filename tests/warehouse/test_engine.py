"""The warehouse keeps its promises: bounds, one writer, nothing half-written, the same answers over the socket."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from sqlglot import exp, parse_one

from windsock.kernel.errors import Broken, Busy, Cancelled, Fault, QueryTimeout, TooLarge
from windsock.kernel.settings import WarehouseSettings
from windsock.tracking.queries import BALANCE_OF_SOURCES
from windsock.warehouse import Cancel, LocalWarehouse, SocketWarehouse, Warehouse, connect_socket, open_local, schema, serve_socket, transform
from windsock.warehouse.places import Places, is_small

SLOW = "SELECT sum(a.range * b.range) AS s FROM range(1000000) a, range(1000000) b"


def sql(text: str) -> exp.Expr:
    return parse_one(text, read="duckdb")


def cost_rows(n: int) -> pa.Table:
    return pa.table(
        {
            "date": pa.array([dt.date(2026, 1, 1)] * n),
            "channel": ["web"] * n,
            "kind": ["search ads"] * n,
            "amount": pa.array([Decimal("0.10")] * n, schema.MONEY),
            "currency": ["CNY"] * n,
            "source": ["test"] * n,
        }
    )


def count(warehouse: Warehouse) -> int:
    return warehouse.query(sql("SELECT count(*) AS n FROM channel_cost"))["n"][0].as_py()


def test_rows_appended_are_read_back_exactly(warehouse: Warehouse) -> None:
    with warehouse.transaction() as tx:
        assert tx.append("channel_cost", cost_rows(3)) == 3
        assert tx.query(sql("SELECT sum(amount) AS s FROM channel_cost"))["s"][0].as_py() == Decimal("0.3000")
    found = warehouse.query(sql("SELECT sum(amount) AS s FROM channel_cost WHERE channel = $c AND date = $d"), {"c": "web", "d": dt.date(2026, 1, 1)})
    assert found["s"][0].as_py() == Decimal("0.3000")


def test_a_transaction_that_raises_leaves_nothing(warehouse: Warehouse) -> None:
    before = warehouse.version()

    def fail_half_way() -> None:
        with warehouse.transaction() as tx:
            tx.append("channel_cost", cost_rows(3))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert count(warehouse) == 0
    assert warehouse.version() == before


def test_version_grows_with_each_commit(warehouse: Warehouse) -> None:
    before = warehouse.version()
    with warehouse.transaction() as tx:
        tx.append("channel_cost", cost_rows(1))
    assert warehouse.version() == before + 1


def test_staged_rows_feed_a_statement(warehouse: Warehouse) -> None:
    with warehouse.transaction() as tx:
        tx.stage("stage_costs", cost_rows(5))
        assert tx.execute(sql("INSERT INTO channel_cost SELECT * FROM stage_costs WHERE channel = $c"), {"c": "web"}) == 5
        assert tx.execute(sql("UPDATE channel_cost SET kind = 'ads'")) == 5
    assert count(warehouse) == 5


def test_wrong_columns_and_names_are_refused(warehouse: Warehouse) -> None:
    with pytest.raises(Broken, match="lack or have too many"), warehouse.transaction() as tx:
        tx.append("channel_cost", cost_rows(1).drop_columns(["kind"]))
    with pytest.raises(Broken, match="no name"), warehouse.transaction() as tx:
        tx.stage("orders", cost_rows(1))


def test_a_switch_forgets_a_query_that_is_done(warehouse: Warehouse) -> None:
    cancel = Cancel()
    warehouse.query(exp.select(exp.Literal.number(1)), cancel=cancel)
    cancel.cancel()  # nobody is told any more: the query's connection is closed
    assert cancel.cancelled


def test_a_query_is_bounded_in_rows_time_and_by_cancel(warehouse: Warehouse) -> None:
    with pytest.raises(TooLarge):
        warehouse.query(sql("SELECT * FROM range(1001)"))
    with pytest.raises(QueryTimeout):
        warehouse.query(sql(SLOW), timeout_s=0.3)
    cancel = Cancel()
    threading.Timer(0.3, cancel.cancel).start()
    with pytest.raises(Cancelled):
        warehouse.query(sql(SLOW), cancel=cancel)
    assert warehouse.query(sql("SELECT 1 AS one"))["one"][0].as_py() == 1


def test_a_bad_statement_is_worded(warehouse: Warehouse) -> None:
    with pytest.raises(Fault, match="refused"):
        warehouse.query(sql("SELECT nothing FROM nowhere"))


def test_files_cannot_be_read_by_a_statement(warehouse: Warehouse) -> None:
    with pytest.raises(Fault):
        warehouse.query(sql("SELECT * FROM read_csv('/etc/passwd')"))


@pytest.fixture
def occupied(local: LocalWarehouse) -> Iterator[None]:
    """All common places are taken by what takes long."""
    cancels = [Cancel(), Cancel()]

    def occupy(cancel: Cancel) -> None:
        with pytest.raises(Cancelled):
            local.query(sql(SLOW), cancel=cancel)

    threads = [threading.Thread(target=occupy, args=(cancel,)) for cancel in cancels]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    yield
    for cancel in cancels:
        cancel.cancel()
    for thread in threads:
        thread.join()


@pytest.mark.usefixtures("occupied")
def test_no_place_is_an_answer(local: LocalWarehouse) -> None:
    with pytest.raises(Busy):
        local.query(sql("SELECT 1"))


@pytest.mark.usefixtures("occupied")
def test_what_reads_small_tables_goes_past_what_takes_long(warehouse: Warehouse) -> None:
    begun = time.monotonic()
    with ThreadPoolExecutor(4) as pool:  # one at a time; the others wait for the one place aside, which is free again soon
        assert [one.result() for one in [pool.submit(count, warehouse) for _ in range(8)]] == [0] * 8
    assert time.monotonic() - begun < 0.5
    for large in ("SELECT COUNT(*) AS n FROM event", "SELECT COUNT(*) AS n FROM source AS s JOIN orders AS o ON o.source = s.source"):
        with pytest.raises(Busy):
            warehouse.query(sql(large))


def test_a_place_aside_is_given_back_and_taken_at_the_end() -> None:
    places = Places(1)
    listed, large = "SELECT source FROM source", "SELECT event FROM event"
    for _ in range(3):
        with places.taken(large, 0.01), places.taken(listed, 0.01):
            for asked in (large, listed):
                with pytest.raises(Busy), places.taken(asked, 0.01):
                    pass
    with places.taken(listed, 0.01), places.taken(listed, 0.01), pytest.raises(Busy), places.taken(large, 0.01):
        pass
    places.close(0.01)
    for asked in (large, listed):
        with pytest.raises(Busy), places.taken(asked, 0.01):
            pass


def test_only_statements_over_small_tables_are_small() -> None:
    assert is_small(BALANCE_OF_SOURCES.text)
    assert is_small("SELECT 1 FROM source AS s, channel_cost AS c")
    assert not is_small("SELECT 1")
    for table in schema.TABLES:
        if not table.few:
            assert not is_small(f'SELECT 1 FROM source, "{table.name.upper()}"'), table.name
        assert not (table.few and table.personal), table.name


def test_readers_do_not_wait_for_the_writer(local: LocalWarehouse) -> None:
    with local.transaction() as tx:
        tx.append("channel_cost", cost_rows(3))
        assert count(local) == 0
    assert count(local) == 3


def test_a_guest_that_dies_rolls_back(local: LocalWarehouse, tmp_path: Path) -> None:
    server = serve_socket(local, tmp_path / "owner.sock")
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom windsock.warehouse import connect_socket\nfrom tests_rows import rows\n"
        "guest = connect_socket(Path(sys.argv[1]))\n"
        "with guest.transaction() as tx:\n tx.append('channel_cost', rows)\n print('in', flush=True)\n time.sleep(60)\n"
    )
    (tmp_path / "tests_rows.py").write_text(
        "import pyarrow as pa\nfrom windsock.warehouse import schema\n"
        "rows = schema.BY_NAME['channel_cost'].arrow().empty_table()\n"
        "rows = pa.Table.from_pylist([{'channel': 'web'}], schema=rows.schema)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "owner.sock")], stdout=subprocess.PIPE, env=environment) as guest:
        assert guest.stdout is not None
        assert guest.stdout.readline() == b"in\n"
        guest.send_signal(signal.SIGKILL)
    with local.transaction() as tx:
        tx.append("channel_cost", cost_rows(1))
    assert count(local) == 1
    server.close()


def test_the_socket_is_for_the_owner_alone_even_with_a_long_path(local: LocalWarehouse, tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    server = serve_socket(local, folder / "owner.sock")
    assert (folder / "owner.sock").stat().st_mode & 0o777 == 0o600
    guest: SocketWarehouse = connect_socket(folder / "owner.sock")
    assert guest.version() == 0
    guest.close()
    server.close()
    with pytest.raises(FileNotFoundError):
        connect_socket(folder / "owner.sock")


def test_a_second_owner_is_refused(local: LocalWarehouse, tmp_path: Path) -> None:
    del local
    script = (
        "import sys\nfrom pathlib import Path\nfrom windsock.warehouse import open_local\nfrom windsock.kernel.settings import WarehouseSettings\n"
        "from windsock.kernel.errors import Busy\n"
        "try:\n open_local(Path(sys.argv[1]), WarehouseSettings())\nexcept Busy:\n print('busy')\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "warehouse.duckdb")], capture_output=True, text=True, check=True)
    assert done.stdout == "busy\n"


def test_a_file_of_an_older_version_is_widened(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    older = open_local(path, WarehouseSettings())
    with older.transaction() as tx:
        tx.append("channel_cost", cost_rows(2))
        tx.execute(sql("ALTER TABLE channel_cost DROP COLUMN source"))
    older.close()
    newer = open_local(path, WarehouseSettings())
    assert newer.query(sql("SELECT count(*) AS n, count(source) AS s FROM channel_cost")).to_pylist() == [{"n": 2, "s": 0}]
    newer.close()


def test_transform_needs_no_workspace() -> None:
    found = transform(pa.table({"a": [1, 2, 3]}), parse_one("SELECT a * $k AS b FROM rows ORDER BY a", read="duckdb"), {"k": 2})  # pyright: ignore[reportArgumentType]
    assert found["b"].to_pylist() == [2, 4, 6]
