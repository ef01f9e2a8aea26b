"""`windsock warehouse follow` beside a `windsock serve` that takes events, killed in the middle of a move and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crash.intake import STARTED, Sender, Served, beside, prepare, wait_until_loaded
from windsock.warehouse import statement

pytestmark = [pytest.mark.engines, pytest.mark.timeout(0), pytest.mark.filterwarnings("default")]
TOOL = [sys.executable, "-m", "windsock.cli", "warehouse"]
WAIT_S = 60.0
KILLS = 3
COUNTED = "SELECT count(), uniqExact(message_id), countIf(source <> 'web') FROM event"
"""What is asked of the other engine by a process of its own, as its folder is one process's at a time."""


@pytest.fixture(autouse=True)
def _no_server_outlives_its_test() -> Iterator[None]:
    yield
    while STARTED:
        STARTED.pop().kill()


def test_a_follower_that_is_killed_in_the_middle_of_a_move_goes_on(home: Path, tmp_path: Path):
    pytest.importorskip("chdb")
    there = tmp_path / "ch"
    sender = Sender(prepare(home))
    server = Served(home, tmp_path / "server.log")
    assert server.wait(), server.log.read_text()[-3_000:]
    sending = threading.Thread(target=sender.run, args=(server.port, 3_600.0), kwargs={"connections": 1, "pause_s": 0.05}, daemon=True)
    sending.start()
    dead = set[Path]()
    for _ in range(KILLS):
        follower = _follow(home, there, tmp_path / "follow.log")
        _wait(lambda: not dead >= set(_files(home)), follower)  # the rows of a table lie there while they are written to the other side
        follower.send_signal(signal.SIGKILL)
        assert follower.wait(30) == -signal.SIGKILL
        dead.update(_files(home))
    follower, log = _follow(home, there, tmp_path / "last.log"), tmp_path / "last.log"
    _wait(lambda: log.read_text("utf-8").count("all equal") >= 2, follower)  # a round for what changed, while events go on coming
    follower.send_signal(signal.SIGTERM)
    assert follower.wait(60) == 0, log.read_text("utf-8")
    assert server.stop() == 0
    sending.join(60)
    server = Served(home, tmp_path / "server.log")
    assert server.wait()
    sender.flush(server.port)
    with beside(home) as workspace:
        wait_until_loaded(workspace)
        (here,) = workspace.warehouse.query(statement("SELECT COUNT(*) AS n FROM event WHERE source = 'web'")).to_pylist()
    once = subprocess.run(
        [*TOOL, "follow", "--to", "clickhouse", "--looks", "1", "--home", str(home)],
        env=_environment(there), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "all equal" in once.stdout, once.stderr
    again = subprocess.run(
        [*TOOL, "move", "--to", "clickhouse", "--home", str(home)], env=_environment(there), capture_output=True, text=True, timeout=120, check=False
    )
    assert "0 pieces of" in again.stdout, again.stdout + again.stderr
    assert server.stop() == 0
    assert here["n"] == len(sender.acked) > 0
    assert _counted(there) == [here["n"], here["n"], 0]
    assert list(home.glob("move-*")) == []


def _files(home: Path) -> list[Path]:
    return list(home.glob("move-*/*.parquet"))


def _environment(there: Path) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("WINDSOCK_")}
    return plain | {"WINDSOCK_CLICKHOUSE__FOLDER": str(there)}


def _follow(home: Path, there: Path, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen(
            [*TOOL, "follow", "--to", "clickhouse", "--every", "1", "--home", str(home)],
            env=_environment(there), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip


def _wait(seen: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + WAIT_S
    while not seen():
        assert process.poll() is None, "the follower ended by itself"
        assert time.monotonic() < until, "nothing was seen in time"
        time.sleep(0.002)


def _counted(there: Path) -> list[int]:
    asked = f"from chdb.session import Session; print(Session({str(there)!r}).query({COUNTED!r}, 'CSV'))"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=True).stdout
    return [int(one) for one in told.strip().split(",")]
