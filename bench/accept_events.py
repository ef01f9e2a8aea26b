"""How many events a second the door accepts durably, beside the same door without a disk, and beside a plain FastAPI + pydantic route.

Usage: python bench/accept_events.py [--seconds 5] [--connections 32] [--batches 1,20,100,500] [--only durable,...]

Each server is a process of its own, the load generator (this process, raw sockets, requests made beforehand) shares the machine's cores
with it. Every answer must be 200, and afterwards the inbox must hold exactly the events that were acknowledged, or the run is worthless
and fails. Servers:

    no sink    the door as it is, but what would be kept is thrown away: the limit of everything around the disk
    durable    the door as it is: an answered 200 is on disk (group commit, fsync); nothing loads the inbox meanwhile
    serve      `windsock serve` as installed: the same, and the loader takes the inbox into the warehouse at the same time
    pydantic   a FastAPI route with a pydantic model of the batch, which keeps nothing
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import os
import platform
import random
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import uvicorn
import uvloop
from fastapi import FastAPI
from pydantic import BaseModel

from windsock.governance import cli_actor
from windsock.http import create_app
from windsock.rooms import ROOMS
from windsock.tracking import keys
from windsock.tracking.body import Body
from windsock.tracking.door import open_door
from windsock.tracking.inbox import open_inbox
from windsock.workspace import Workspace, create_workspace, open_workspace

SERVERS = ("no sink", "durable", "serve", "pydantic")
ROUTES = ("SHA-PEK", "CAN-CTU", "SZX-HGH", "PEK-SYX", "XIY-KMG")
POOL_BYTES = 24 << 20  # more than a block holds, so that no block compresses a body against its own copy
WARM_S = 1.0


def event() -> dict[str, Any]:
    """Return an event as a browser sends it, about 500 bytes."""
    route = random.choice(ROUTES)  # noqa: S311 - made-up data
    return {
        "type": "track",
        "messageId": f"ajs-next-{time.time_ns() // 1_000_000}-{uuid.uuid4()}",
        "anonymousId": str(uuid.uuid4()),
        "event": random.choice(("search", "detail_view", "list_view", "checkout")),  # noqa: S311 - as above
        "timestamp": f"2026-11-21T12:{random.randint(0, 59):02}:{random.randint(0, 59):02}.{random.randint(0, 999):03}Z",  # noqa: S311 - as above
        "properties": {"route": route, "price": random.randint(300, 3000), "pax": random.randint(1, 4), "cabin": "Y"},  # noqa: S311 - as above
        "context": {
            "library": {"name": "analytics.js", "version": "npm:next-1.84.3"},
            "page": {"path": f"/flights/{route}", "url": f"https://www.example.com/flights/{route}?from=home"},
            "locale": "zh-CN",
        },
    }


def requests_of(batch: int, key: str) -> list[bytes]:
    """Return whole HTTP requests of so many events each."""
    auth = base64.b64encode(f"{key}:".encode()).decode()
    size = len(json.dumps(event())) * batch
    made: list[bytes] = []
    for _ in range(max(64, min(2_000, POOL_BYTES // size))):
        body = json.dumps({"batch": [event() for _ in range(batch)], "sentAt": "2026-11-21T12:00:00.000Z"}).encode()
        head = f"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {auth}\r\nContent-Type: application/json\r\n"
        made.append(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return made


class Sender(asyncio.Protocol):
    """One connection: sends a request, waits for its answer, sends the next."""

    def __init__(self, requests: list[bytes], offset: int, run: Run) -> None:
        """Start somewhere in the pool."""
        self.requests, self.at, self.run = requests, offset, run
        self.read = b""
        self.sent = 0.0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.set_write_buffer_limits(high=1 << 26)
        self.next()

    def next(self) -> None:
        """Send a request."""
        if self.transport is None:
            return
        self.at = (self.at + 1) % len(self.requests)
        self.sent = time.perf_counter()
        self.transport.write(self.requests[self.at])

    def data_received(self, data: bytes) -> None:
        """Take an answer, or a part of one."""
        self.read += data
        end = self.read.find(b"\r\n\r\n")
        if end < 0:
            return
        length = self.read.lower().index(b"content-length:")
        whole = end + 4 + int(self.read[length + 15 : self.read.index(b"\r\n", length)])
        if len(self.read) < whole:
            return
        now = time.perf_counter()
        if not self.read.startswith(b"HTTP/1.1 200 "):
            self.run.wrong.append(self.read[:300])
        self.read = self.read[whole:]
        self.run.answered(now, now - self.sent)
        if now < self.run.until:
            self.next()
        else:
            self.close()

    def close(self) -> None:
        """End."""
        if self.transport is not None:
            self.transport.close()
        self.run.open -= 1
        if not self.run.open:
            self.run.done.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """An end that nobody asked for spoils the run."""
        if exc is not None:
            self.run.wrong.append(repr(exc).encode())
            self.run.done.set()


class Run:
    """What the connections of one run share."""

    def __init__(self, connections: int, seconds: float) -> None:
        """Count from the end of the warm-up."""
        self.open = connections
        self.start = time.perf_counter() + WARM_S
        self.until = self.start + seconds
        self.acked = self.counted = 0
        self.times: list[float] = []
        self.wrong: list[bytes] = []
        self.done = asyncio.Event()

    def answered(self, now: float, taken: float) -> None:
        """Count an answer."""
        self.acked += 1
        if self.start <= now < self.until:
            self.counted += 1
            self.times.append(taken)


async def load(port: int, requests: list[bytes], connections: int, seconds: float) -> Run:
    """Send for some seconds over some connections."""
    run = Run(connections, seconds)
    loop = asyncio.get_running_loop()
    step = max(1, len(requests) // connections)
    for number in range(connections):
        await loop.create_connection(lambda at=number * step: Sender(requests, at, run), "127.0.0.1", port)
    await asyncio.wait_for(run.done.wait(), seconds + WARM_S + 60)
    if run.wrong:
        raise SystemExit(f"{len(run.wrong)} answers were not 200, such as: {run.wrong[0]!r}")
    return run


class Nothing:
    """A sink that keeps nothing."""

    async def put(self, body: Body) -> None:
        """Throw it away."""

    def room(self, protocol: str, more: int = 0) -> float:
        """There is always room."""
        del protocol, more
        return 0.0

    def close(self) -> None:
        """Nothing to do."""


class Event(BaseModel):
    """An event as a plain route would model it."""

    type: str
    messageId: str  # noqa: N815 - the name on the wire
    anonymousId: str | None = None  # noqa: N815 - the name on the wire
    userId: str | None = None  # noqa: N815 - the name on the wire
    event: str | None = None
    timestamp: str | None = None
    properties: dict[str, Any] = {}
    context: dict[str, Any] = {}


class Batch(BaseModel):
    """A batch as a plain route would model it."""

    batch: list[Event]
    sentAt: str | None = None  # noqa: N815 - the name on the wire


def serve(kind: str, home: Path, port: int) -> None:
    """Be one of the servers."""
    config: dict[str, Any] = {
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "ws": "none",
        "lifespan": "off",
    }
    if kind == "pydantic":
        app = FastAPI()

        @app.post("/v1/batch")
        async def take(body: Batch) -> dict[str, bool]:
            return {"success": len(body.batch) > 0}

        uvicorn.run(app, host="127.0.0.1", port=port, **config)
        return
    if kind == "no sink":
        rooms = [
            replace(room, raw_doors=lambda: (lambda workspace: open_door(workspace, lambda _: Nothing()),)) if room.name == "tracking" else room
            for room in ROOMS
        ]
    else:
        rooms = list(ROOMS)
    with open_workspace(home, own=True) as workspace:
        uvicorn.run(create_app(workspace, rooms=rooms), host="127.0.0.1", port=port, **config)


def command(kind: str, home: Path, port: int) -> list[str]:
    """Return what starts a server."""
    if kind == "serve":
        return [sys.executable, "-m", "windsock.cli", "serve", "--home", str(home), "--port", str(port)]
    return [sys.executable, __file__, "--be", kind, "--home", str(home), "--port", str(port)]


@contextlib.contextmanager
def running(kind: str, home: Path) -> Iterator[tuple[int, int]]:
    """Run a server; gives its port and process id."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 - our own command
        command(kind, home, port), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        until = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(process.stderr.read() if process.stderr else "it did not start")
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def cpu_s(pid: int) -> float:
    """Return how much CPU time a process has used, which says more than the clock on a busy machine."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def events_in(workspace: Workspace, after: int) -> tuple[int, int]:
    """Count the events of the inbox's blocks after a number, by opening every block; returns the count and the last number."""
    count = 0
    with contextlib.closing(open_inbox(workspace, write=False)) as inbox:
        while blocks := inbox.read(after, 200_000):
            count += sum(body.events if body.kind != "unreadable" else 0 for block in blocks for body in block.bodies)
            after = blocks[-1].seq
    return count, after


def measure(kind: str, batches: list[int], connections: int, seconds: float) -> dict[int, tuple[float, float, float]]:
    """Measure one server; returns events/s, median and 99th percentile in ms by batch size."""
    results: dict[int, tuple[float, float, float]] = {}
    with tempfile.TemporaryDirectory(prefix="windsock-bench-") as folder:
        home = Path(folder) / "home"
        create_workspace(home, name="Bench", timezone="Asia/Shanghai", currency="CNY", language="en")
        (home / "windsock.toml").open("a").write("[intake]\ninbox_max_bytes = 20000000000\n")
        with open_workspace(home) as workspace:
            keys.create_source(workspace, cli_actor(), "web", "Site", "web")
            key, _ = keys.create_key(workspace, cli_actor(), "web", "bench", "public")
        after = 0
        for batch in batches:
            requests = requests_of(batch, key)
            with running(kind, home) as (port, pid):
                before = cpu_s(pid)
                run = uvloop.run(load(port, requests, connections, seconds))
                used = (cpu_s(pid) - before) / (run.acked * batch) * 1e6
                memory = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() >> 20
            if kind in ("durable", "serve"):
                with open_workspace(home) as workspace:
                    kept, after = events_in(workspace, after)
                if kept != run.acked * batch:
                    raise SystemExit(f"acknowledged {run.acked * batch}, kept {kept}")
            times = sorted(run.times)
            rate = run.counted * batch / seconds
            results[batch] = (rate, statistics.median(times) * 1000, times[int(len(times) * 0.99)] * 1000)
            checked = "inbox = acknowledged" if kind in ("durable", "serve") else "all 200"
            p50, p99 = results[batch][1:]
            figures = f"{rate:>10,.0f} events/s  p50 {p50:7.1f} ms  p99 {p99:7.1f} ms  {memory} MB  {used:6.2f} us of its CPU per event"
            print(f"{kind:>9} batch {batch:>4}: {figures}  ({run.acked:,} requests, {checked})", flush=True)
    return results


def main() -> None:
    """Measure every server in one run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--batches", default="1,20,100,500")
    parser.add_argument("--only", default=",".join(SERVERS))
    parser.add_argument("--be", choices=SERVERS, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.be:
        serve(args.be, args.home, args.port)
        return
    batches = [int(text) for text in args.batches.split(",")]
    print(
        f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; python {platform.python_version()}, "
        f"uvicorn {version('uvicorn')}, {args.connections} connections, {args.seconds:g} s each after {WARM_S:g} s"
    )
    found = {kind: measure(kind, batches, args.connections, args.seconds) for kind in args.only.split(",")}
    print("\nevents/s (p99 ms)   " + "".join(f"{'batch ' + str(batch):>24}" for batch in batches))
    for kind, results in found.items():
        print(f"{kind:<20}" + "".join(f"{results[batch][0]:>15,.0f} ({results[batch][2]:6.1f})" for batch in batches))
    if "durable" in found and "no sink" in found:
        print(f"{'durable / no sink':<20}" + "".join(f"{found['durable'][batch][0] / found['no sink'][batch][0]:>24.2f}" for batch in batches))


if __name__ == "__main__":
    main()
