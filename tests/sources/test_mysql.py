"""A real MariaDB, started in a temporary folder: rows come exactly, cursors go on, and nothing can be written."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymysql
import pytest

from windsock.kernel.errors import InvalidInput
from windsock.sources import Ask, Place, open_query

SYSTEM = ("/usr/sbin",)
SERVER = shutil.which("mariadbd", path=os.pathsep.join([os.environ["PATH"], *SYSTEM]))
INSTALL = shutil.which("mariadb-install-db")
pytestmark = [pytest.mark.postgres, pytest.mark.skipif(not (SERVER and INSTALL), reason="there is no MariaDB on this machine (mariadb-server-core)")]
WAIT_S = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server that listens on loopback only."""
    folder = tmp_path_factory.mktemp("maria")
    data, log = folder / "data", folder / "log"
    who = getpass.getuser()
    assert SERVER is not None
    assert INSTALL is not None
    subprocess.run(
        [INSTALL, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", f"--user={who}", "--skip-test-db"],
        check=True, capture_output=True,
    )  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [
        SERVER, "--no-defaults", f"--datadir={data}", f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}", f"--port={port}",
        "--bind-address=127.0.0.1", f"--user={who}", f"--log-error={log}",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _fill(_connected(port, process, log))
            yield port
        finally:
            process.terminate()


def _connected(port: int, process: subprocess.Popen[bytes], log: Path) -> Any:
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until and process.poll() is None:
        try:
            return pymysql.connect(host="127.0.0.1", port=port, user="root", charset="utf8mb4", autocommit=True)
        except pymysql.err.OperationalError:
            time.sleep(0.2)
    pytest.fail(f"MariaDB did not come up: {log.read_text(errors='replace')[-2000:]}")


def _fill(admin: Any) -> None:
    with admin, admin.cursor() as cursor:
        cursor.execute("CREATE DATABASE pms CHARACTER SET utf8mb4")
        cursor.execute("CREATE TABLE pms.sale (id INT PRIMARY KEY, name VARCHAR(40), sold TIMESTAMP, price DECIMAL(10, 2), cheap BOOLEAN, day DATE)")
        cursor.execute("SET time_zone = '+00:00'")
        cursor.executemany(
            "INSERT INTO pms.sale VALUES (%s, %s, %s, %s, %s, %s)",
            [(1, "A", "2026-01-01 10:00:00", "10.50", 1, "2026-01-01"), (2, "乙", "2026-01-01 11:00:00", None, 0, None),
             (3, "C", "2026-01-02 10:00:00", "3.00", 1, "2026-02-28")],
        )  # fmt: skip
        cursor.execute("CREATE USER reader IDENTIFIED BY 'read it'")
        cursor.execute("GRANT ALL ON pms.* TO reader")


@pytest.fixture
def place(server: int) -> Place:
    return Place("mysql", "pms", host="127.0.0.1", port=server, user="reader", password="read it")


def read(place: Place, ask: Ask, **given: Any) -> tuple[list[dict[str, Any]], str | None]:
    with open_query(place, ask, **given) as reading:
        return [row for chunk in reading.chunks for row in chunk.rows.to_pylist()], reading.cursor


def test_rows_come_as_exact_texts(place: Place):
    rows, _ = read(place, Ask(select="SELECT * FROM sale ORDER BY id"))
    assert [(row["id"], row["name"], row["sold"], row["price"], row["day"]) for row in rows] == [
        ("1", "A", "2026-01-01 10:00:00", "10.50", "2026-01-01"), ("2", "乙", "2026-01-01 11:00:00", None, None),
        ("3", "C", "2026-01-02 10:00:00", "3.00", "2026-02-28"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "overlap", "again"), [("id", 0, ["3"]), ("id", 1, ["2", "3"]), ("sold", 0, ["3"]), ("sold", 86_400, ["1", "2", "3"])]
)
def test_a_cursor_goes_on_where_it_ended(place: Place, column: str, overlap: int, again: list[str]):
    ask = Ask(table="sale", cursor_column=column, overlap=overlap)
    rows, cursor = read(place, ask)
    assert len(rows) == 3
    rows, after = read(place, ask, cursor=cursor)
    assert [row["id"] for row in rows] == again
    assert after == cursor


def test_a_query_and_its_functions_are_the_databases_own(place: Place):
    rows, _ = read(place, Ask(select="SELECT `name`, IFNULL(price, 0) AS p, DATE_FORMAT(sold, '%Y-%m') AS month FROM sale WHERE id > 1 ORDER BY id"))
    assert [(row["name"], row["p"], row["month"]) for row in rows] == [("乙", "0.00", "2026-01"), ("C", "3.00", "2026-01")]


@pytest.mark.parametrize("wrong", ["DELETE FROM sale", "SELECT 1; DELETE FROM sale", "SELECT * FROM sale INTO OUTFILE 'x'", "SELECT * FROM gone"])
def test_nothing_is_written_and_what_can_not_be_is_told(place: Place, wrong: str):
    with pytest.raises(InvalidInput):
        read(place, Ask(select=wrong))
    assert len(read(place, Ask(table="sale"))[0]) == 3


def test_a_wrong_password_says_who_refused(place: Place):
    with pytest.raises(InvalidInput, match="MySQL does not answer"):
        read(Place("mysql", "pms", host="127.0.0.1", port=place.port, user="reader", password="wrong"), Ask(table="sale"))
