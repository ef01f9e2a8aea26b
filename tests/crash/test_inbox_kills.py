"""The server is killed at random and at named places while events arrive: nothing that was acknowledged is lost, nothing counts twice.

``ROUNDS`` (50) is the number of random kills, ``POINT_ROUNDS`` (2) how often each named place is died at; the tables of the docs were made
with 1000 and 20.
"""

from __future__ import annotations

import os
import random
import statistics
import threading
from pathlib import Path

import pytest

from tests.crash.intake import Reckoning, Sender, Served, beside, prepare, reckon, tell
from windsock.tracking.crash_points import POINTS

pytestmark = [pytest.mark.crash, pytest.mark.timeout(0)]

ROUNDS = int(os.environ.get("ROUNDS", "50"))
POINT_ROUNDS = int(os.environ.get("POINT_ROUNDS", "2"))


def test_random_kills(home: Path, tmp_path: Path):
    sender = Sender(prepare(home))
    takes: list[float] = []
    answers: list[float] = []
    reckoning, duplicates = Reckoning(), 0
    for number in range(ROUNDS):
        server = Served(home, tmp_path / "server.log")
        assert server.wait(), server.log.read_text()[-3_000:]
        takes.append(server.takes_s)
        answers.append(server.answers_s)
        with beside(home) as workspace:
            duplicates = reckoning.go_on(workspace, sender)["duplicate"]
        after_s = random.uniform(0.05, 1.2)  # noqa: S311 - any moment is as good
        killer = _later(after_s, server)
        sender.run(server.port, after_s + 5)
        killer.join()
        assert not server.alive
        tell(f"round {number + 1}: acknowledged {len(sender.acked)}, duplicates so far {duplicates}, pending {len(sender.pending)}")
    server = Served(home, tmp_path / "server.log")
    assert server.wait()
    takes.append(server.takes_s)
    answers.append(server.answers_s)
    sender.flush(server.port)
    with beside(home) as workspace:
        balance = reckon(workspace, sender)
    assert server.stop() == 0
    assert balance["stored"] == len(sender.acked)  # what had no answer was sent again until it had one
    assert len(sender.acked) > ROUNDS
    told = [f"p50 {statistics.median(one[1:]):.2f} s, p99 {sorted(one[1:])[int((len(one) - 1) * 0.99)]:.2f} s" for one in (takes, answers)]
    tell(
        f"{ROUNDS} kills: {len(sender.acked)} events acknowledged, 0 lost, 0 twice, {balance['duplicate']} duplicates recognised; "
        f"restart until it takes events {told[0]}, until pages answer {told[1]}"
    )


@pytest.mark.parametrize("point", POINTS)
def test_named_places(home: Path, tmp_path: Path, point: str):
    sender = Sender(prepare(home))
    for _ in range(POINT_ROUNDS):
        passes = random.randint(1, 6)  # noqa: S311 - any pass is as good
        server = Served(home, tmp_path / "server.log", WINDSOCK_CRASH_AT=f"{point}:{passes}")
        if server.wait():
            sender.run(server.port, 30, pause_s=0.01)
            server.process.wait(60)
        assert server.process.returncode == -9
        server.out.close()
        healed = Served(home, tmp_path / "server.log")
        assert healed.wait(), healed.log.read_text()[-3_000:]
        sender.flush(healed.port)
        with beside(home) as workspace:
            assert reckon(workspace, sender)["stored"] == len(sender.acked)
        healed.kill()


def _later(seconds: float, server: Served) -> threading.Timer:
    timer = threading.Timer(seconds, server.kill)
    timer.start()
    return timer
