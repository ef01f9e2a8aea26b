"""More arrives than can be loaded or kept: senders are told to come back, nothing acknowledged is lost, pages still answer, and it ends well.

``SECONDS_OF_LOAD`` (30); the table of the docs was made with 300.
"""

from __future__ import annotations

import os
import shutil
import statistics
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.crash.intake import Sender, Served, beside, prepare, reckon, tell
from windsock.governance import SYSTEM
from windsock.governance.issue import issue_token
from windsock.workspace import open_workspace

pytestmark = [pytest.mark.overload, pytest.mark.timeout(0)]

SECONDS = float(os.environ.get("SECONDS_OF_LOAD", "30"))
NORMAL_S = 60.0
CONNECTIONS = 48


def ask(url: str, token: str, times: list[tuple[int, float]], until: threading.Event) -> None:
    """Ask for a page's figures again and again, as a reader of the desk does."""
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=60) as http:
        while not until.wait(1.0):
            begun = time.monotonic()
            status = http.get("/api/sources").status_code
            times.append((status, time.monotonic() - begun))


def test_ten_times_too_much(home: Path, tmp_path: Path):
    # A small inbox stands for a long time of too much: what fills 2 GB in an hour fills 2 MB in seconds.
    with (home / "windsock.toml").open("a") as file:
        file.write("[intake]\ninbox_max_bytes = 2000000\n")
    key = prepare(home)
    with open_workspace(home) as workspace:
        token, _ = issue_token(workspace, SYSTEM, "reader", "viewer", None)
    sender = Sender(key)
    server = Served(home, tmp_path / "server.log")
    stop = threading.Event()
    times: list[tuple[int, float]] = []
    try:
        assert server.wait()
        reader = threading.Thread(target=ask, args=(f"http://127.0.0.1:{server.port}", token, times, stop))
        reader.start()
        sender.run(server.port, SECONDS, connections=CONNECTIONS, size=500)
        offered_s = time.monotonic()
        stop.set()
        reader.join(120)
        assert server.alive
        assert set(sender.refused) <= {429}, sender.refused
        assert sender.refused.get(429), "it was never too much: nothing was proved"
        assert min(sender.retry_s) >= 1
        assert all(status == 200 for status, _ in times), times
        # Back to normal: a new event is taken at once, and what was taken is loaded.
        sender.flush(server.port, NORMAL_S)
        normal_s = time.monotonic() - offered_s
        with beside(home) as workspace:
            balance = reckon(workspace, sender)
        slow = sorted(taken for _, taken in times)
        tell(
            f"overload {SECONDS:g} s, {CONNECTIONS} connections: {sender.acked_events:,} events acknowledged, "
            f"{sender.refused[429]:,} requests answered 429, "
            f"{balance['stored']:,} stored, 0 lost; the list of sources answered {len(times)} times, p50 {statistics.median(slow):.2f} s, "
            f"longest {slow[-1]:.2f} s; everything acknowledged {normal_s:.1f} s after the end"
        )
        assert normal_s < NORMAL_S
    finally:
        stop.set()
        server.kill()
        shutil.rmtree(home, ignore_errors=True)
