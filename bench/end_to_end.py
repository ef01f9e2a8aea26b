"""How many events a second go all the way: HTTP in, rows in the warehouse, with everything that is done to them on.

Usage: python bench/end_to_end.py [--seconds 60] [--batch 100] [--connections 8] [--ahead 200000]

`windsock serve` runs as installed, in a process of its own; the load generator (this process) shares the machine's cores with it. Every
event is new, half come with a public and half with a server key, from 50,000 visitors of whom every fifth is signed in; each is checked
against the tracking plan, deduplicated, searched for cards and documents, judged as a robot or not, and given its person. The generator
sends as fast as the loader follows: never more than ``--ahead`` events are accepted and not loaded. The figure is what was *loaded*,
from the first request until the last row is there. Every answer must be 200, and in the end the balance must hold: received = acked,
stored = acked; else the run is worthless and fails.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import datetime as dt
import json
import os
import platform
import random
import re
import select
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlglot import parse_one

from windsock.governance import cli_actor
from windsock.tracking.keys import create_key, create_source
from windsock.workspace import Workspace, create_workspace, open_workspace

PEOPLE = 50_000
TEMPLATES = 200
IDLE_S = 2.0
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; SM-S928B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
)
ROBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
ID_MARK, TIME_MARK = b"@@@@@@@@@@", b"####-##-##T##:##:##.###Z"


def event(rng: random.Random, place: int) -> dict[str, Any]:
    """Return an event whose id and time are filled in when it is sent."""
    who = rng.randrange(PEOPLE)
    made: dict[str, Any] = {
        "type": "track",
        "event": rng.choice(("search", "list_view", "detail_view", "checkout")),
        "messageId": f"{ID_MARK.decode()}-{place}",
        "anonymousId": f"visitor-{who:08d}",
        "timestamp": TIME_MARK.decode(),
        "properties": {
            "route": rng.choice(("SHA-PEK", "CAN-CTU", "SZX-HGH", "PEK-SYX")),
            "price": rng.randrange(300, 3_000),
            "currency": "CNY",
            "pax": rng.randrange(1, 5) if rng.random() < 0.98 else "two",
            "cabin": "economy",
            "departure_date": "2026-12-24",
        },
        "context": {
            "library": {"name": "analytics.js", "version": "npm:next-1.84.3"},
            "userAgent": ROBOT if who % 33 == 0 else AGENTS[who % 3],
            "page": {"path": "/flights", "url": "https://www.example.com/flights?from=home"},
            "locale": "zh-CN",
        },
    }
    if who % 5 == 0:
        made["userId"] = f"member-{who:08d}"
    if rng.random() < 0.005:
        made["properties"]["note"] = "证件 11010519491231002X"
    return made


def templates(batch: int, keys: tuple[str, str]) -> list[tuple[bytes, bytes]]:
    """Return (head, body) of requests; half with each key."""
    rng = random.Random(11)  # noqa: S311 - made-up data
    made: list[tuple[bytes, bytes]] = []
    for number in range(TEMPLATES):
        auth = base64.b64encode(f"{keys[number % 2]}:".encode()).decode()
        content = {"batch": [event(rng, place) for place in range(batch)], "sentAt": TIME_MARK.decode()}
        body = json.dumps(content, ensure_ascii=False).encode()
        head = f"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {auth}\r\nContent-Type: text/plain\r\n"
        made.append((f"{head}Content-Length: {len(body)}\r\n\r\n".encode(), body))
    return made


class Load:
    """What the connections share: the count of what was acknowledged, and how far they may run ahead."""

    def __init__(self, batch: int, made: list[tuple[bytes, bytes]], until: float, ahead: int) -> None:
        """Begin at nothing."""
        self.batch, self.made, self.until, self.ahead = batch, made, until, ahead
        self.number = self.acked = self.loaded = 0
        self.times: list[float] = []

    async def send(self, port: int) -> None:
        """Send until the time is over, one request after the other."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        idle_since = time.perf_counter()
        while time.perf_counter() < self.until:
            if self.acked - self.loaded > self.ahead:
                await asyncio.sleep(0.01)
                continue
            if time.perf_counter() - idle_since > IDLE_S:  # the server hangs up on whoever says nothing for a while
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
            self.number += 1
            head, body = self.made[self.number % len(self.made)]
            now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()
            began = time.perf_counter()
            writer.write(head + body.replace(ID_MARK, b"%010d" % self.number).replace(TIME_MARK, now))
            answer = await reader.readuntil(b"\r\n\r\n")
            found = re.search(rb"content-length: (\d+)", answer.lower())
            await reader.readexactly(int(found[1]) if found else 0)
            if not answer.startswith(b"HTTP/1.1 200 "):
                raise SystemExit(f"An answer was not 200: {answer[:200]!r}")
            idle_since = time.perf_counter()
            self.times.append(idle_since - began)
            self.acked += self.batch
        writer.close()


def ask(workspace: Workspace, sql: str) -> dict[str, Any]:
    """Ask the server's warehouse for one row."""
    return workspace.warehouse.query(parse_one(sql, read="duckdb")).to_pylist()[0]


COUNTS = (
    "SELECT COALESCE(SUM(received), 0) AS received, SUM(stored) AS stored, SUM(duplicate) AS duplicate, SUM(quarantined) AS apart FROM intake_balance"
)


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that run; a thread may end while it is looked at."""
    found = list[int]()
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found += map(int, path.read_text(encoding="utf-8").split())
    return found


def cpu_s(pid: int) -> float:
    """Return the seconds of processor that a process has used, and those it started, whether they run or have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") + sum(map(cpu_s, children(pid)))


def memory_mb(pid: int) -> int:
    """Return what the process and those it started hold in memory."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return 0
    found = re.search(r"VmRSS:\s+(\d+) kB", text)
    return (int(found[1]) // 1024 if found else 0) + sum(map(memory_mb, children(pid)))


async def run(load: Load, port: int, workspace: Workspace, pid: int, connections: int) -> tuple[float, list[int], list[int]]:
    """Send and watch; returns when everything is loaded: the seconds it took, and per second what was loaded and the memory."""
    began = time.perf_counter()
    loaded: list[int] = []
    memory: list[int] = []

    async def watch() -> None:
        while not sending.done() or load.loaded < load.acked:
            if time.perf_counter() > load.until + 300:
                raise SystemExit(f"Only {load.loaded:,} of {load.acked:,} were loaded five minutes after the end.")
            await asyncio.sleep(0.5)
            load.loaded = int((await asyncio.to_thread(ask, workspace, COUNTS))["received"])
            loaded.append(load.loaded)
            memory.append(memory_mb(pid))

    sending = asyncio.gather(*(load.send(port) for _ in range(connections)))
    await asyncio.gather(sending, watch())
    return time.perf_counter() - began, loaded, memory


def _port_of(server: subprocess.Popen[str]) -> int:
    seen = ""
    while server.stdout is not None and server.poll() is None:
        if select.select([server.stdout], [], [], 0.5)[0]:
            seen += os.read(server.stdout.fileno(), 65_536).decode()
        if found := re.search(r"http://127\.0\.0\.1:(\d+)", seen):
            return int(found[1])
    raise SystemExit(f"The server did not come up: {seen}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Events a second from HTTP into the warehouse.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--ahead", type=int, default=200_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="windsock-") as folder:
        home = Path(folder) / "home"
        create_workspace(home, name="Bench", timezone="Asia/Shanghai", currency="CNY", language="en")
        with open_workspace(home, own=True) as workspace:
            create_source(workspace, cli_actor(), "web", "Web", "web")
            keys = tuple(create_key(workspace, cli_actor(), "web", kind, kind)[0] for kind in ("public", "server"))
        command = [sys.executable, "-c", "from windsock.cli.main import main; main()", "serve", "--home", str(home), "--port", "0"]
        log = home.with_suffix(".log")
        with log.open("w") as errors, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as server:  # noqa: S603 - our own
            try:
                port = _port_of(server)
                with open_workspace(home) as workspace:
                    load = Load(given.batch, templates(given.batch, (keys[0], keys[1])), time.perf_counter() + given.seconds, given.ahead)
                    before, before_own = cpu_s(server.pid), time.process_time()
                    took, loaded, memory = asyncio.run(run(load, port, workspace, server.pid, given.connections))
                    _report(load, took, loaded, memory, workspace)
                    print(f"processor, server        {(cpu_s(server.pid) - before) / load.acked * 1e6:>9.1f} us an event")
                    print(f"of it, its helpers       {sum(map(cpu_s, children(server.pid))) / load.acked * 1e6:>9.1f} us an event")
                    print(f"processor, generator     {(time.process_time() - before_own) / load.acked * 1e6:>9.1f} us an event")
            finally:
                server.terminate()


def _report(load: Load, took: float, loaded: list[int], memory: list[int], workspace: Workspace) -> None:
    counts = ask(workspace, COUNTS)
    marks = ask(
        workspace,
        """SELECT COUNT(*) AS events, COUNT(*) FILTER (WHERE bot) AS robots, COUNT(*) FILTER (WHERE flags IS NOT NULL) AS flagged,
        COUNT(DISTINCT did) AS ids, (SELECT COUNT(*) FROM alias WHERE known_to_ms IS NULL) AS merged FROM event""",
    )
    if (counts["received"], counts["stored"], marks["events"]) != (load.acked, load.acked, load.acked):
        raise SystemExit(f"The balance does not hold: acked {load.acked}, {counts}, {marks}")
    times = sorted(load.times)
    print(f"windsock {version('windsock')}, duckdb {version('duckdb')}, Python {platform.python_version()}")
    print(f"{os.cpu_count()} cores, load of the machine {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
    print(f"acknowledged and stored  {load.acked:>12,} events in {took:.1f} s, batches of {load.batch}")
    print(f"end to end               {load.acked / took:>12,.0f} events/s")
    half = len(loaded) // 2
    if half > 2:
        print(f"in the second half       {(loaded[-1] - loaded[half]) / ((len(loaded) - 1 - half) * took / len(loaded)):>12,.0f} events/s")
    print(f"answer p50 / p99         {times[len(times) // 2] * 1000:>9.1f} ms / {times[int(len(times) * 0.99)] * 1000:.1f} ms")
    print(f"memory of the server     {max(memory):>12,} MB at most, {memory[-1]:,} MB at the end")
    print(f"robots {marks['robots']:,}, flagged {marks['flagged']:,}, ids {marks['ids']:,}, merged ids {marks['merged']:,}")


if __name__ == "__main__":
    main()
