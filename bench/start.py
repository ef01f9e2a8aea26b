"""How long `windsock serve` takes from its start to its first stored event and its first page, and what processor time it and `--version` spend.

Usage: python bench/start.py [--starts 20] [--ahead 0] [--home DIR]

Each start is a process of its own, on a workspace made for the run or on a copy of the one given, and each is ended with SIGKILL, as a
machine that fails would end it. With `--ahead N` so many rows stand in the warehouse's log ahead of its file before each start, and are
read back by it. A start that has not acknowledged an event and answered GET /health within 30 s fails the run. One start goes before and does
not count: it leaves the modules compiled, as an installed package has them (PYTHONDONTWRITEBYTECODE is taken out of the server's environment).
Printed: wall time until the first acknowledged event and until the first answer of the interface, processor time of the server until both, and
processor time of `windsock --version`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from windsock.governance import cli_actor
from windsock.tracking import keys
from windsock.workspace import WAREHOUSE_FILE, create_workspace, open_workspace

LONGEST_S = 30.0
AHEAD_AT_ONCE = 100_000
TICKS = os.sysconf("SC_CLK_TCK")
COMMAND = str(Path(sys.executable).with_name("windsock"))
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def cpu_s(pid: int) -> float:
    """Return how much processor time a process has used, which says more than the clock on a busy machine."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICKS


def answers(port: int, request: bytes) -> bool:
    """Ask once; whether 200 came back."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as asked:
            asked.settimeout(LONGEST_S)
            asked.sendall(request)
            return asked.recv(100).startswith(b"HTTP/1.1 200 ")
    except OSError:
        return False


def an_event(key: str) -> bytes:
    """Return a request that sends one event, as an SDK does."""
    body = json.dumps({"writeKey": key, "anonymousId": "a", "event": "search", "messageId": uuid.uuid4().hex}).encode()
    return b"POST /v1/track HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def start_once(home: Path, key: str) -> tuple[float, float, float]:
    """Start a server, wait until it has taken an event and answered, and kill it; returns wall seconds until each and its processor seconds."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [COMMAND, "serve", "--home", str(home), "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=ENVIRONMENT
    )
    walls: list[float] = []
    try:
        for request in (an_event(key), b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"):
            while not answers(port, request):
                if process.poll() is not None or time.perf_counter() - began > LONGEST_S:
                    raise SystemExit(process.stderr.read().decode() if process.stderr and process.poll() is not None else "it did not answer")
                time.sleep(0.005)
            walls.append(time.perf_counter() - began)
        return walls[0], walls[1], cpu_s(process.pid)
    finally:
        process.kill()
        process.wait()


def key_of(home: Path) -> str:
    """Make a source and return its key."""
    with open_workspace(home, own=True) as workspace:
        keys.create_source(workspace, cli_actor(), "start", "Start", "web")
        return keys.create_key(workspace, cli_actor(), "start", "start", "public")[0]


def write_ahead(home: Path, rows: int) -> None:
    """Leave rows in the warehouse's log that are not in its file, by a process that is killed after its commits."""
    child = os.fork()
    if not child:
        workspace = open_workspace(home, own=True)
        random = np.random.default_rng(7)
        for start in range(0, rows, AHEAD_AT_ONCE):
            count = min(AHEAD_AT_ONCE, rows - start)
            numbers = [pa.array(random.integers(1, 1 << 62, count)) for _ in range(3)]
            days = pa.array(np.full(count, np.datetime64("2026-05-01")), pa.date32())
            with workspace.warehouse.transaction() as tx:
                tx.append("event_key", pa.table({"dt": days, "key_hi": numbers[0], "key_lo": numbers[1], "message": numbers[2]}))
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)


def version_cpu_s() -> float:
    """Return the processor time of `windsock --version`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([COMMAND, "--version"], check=True, capture_output=True, env=ENVIRONMENT)  # noqa: S603 - our own command
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def line(name: str, values: Sequence[float]) -> str:
    """Return a line of the table, in seconds."""
    ordered = sorted(values)
    p99 = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
    return f"{name:<40} p50 {statistics.median(ordered):6.2f}   p99 {p99:6.2f}   longest {ordered[-1]:6.2f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--ahead", type=int, default=0)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="windsock-bench-") as folder:
        home = Path(folder) / "home"
        if given.home is None:
            create_workspace(home, name="Bench", timezone="Asia/Shanghai", currency="CNY", language="en")
        else:
            shutil.copytree(given.home, home, ignore=shutil.ignore_patterns("owner.sock"))
        key = key_of(home)
        start_once(home, key)
        log = home / f"{WAREHOUSE_FILE}.wal"
        ahead: list[float] = []
        firsts: list[float] = []
        walls: list[float] = []
        spent: list[float] = []
        for _ in range(given.starts):
            if given.ahead:
                log.unlink(missing_ok=True)
                write_ahead(home, given.ahead)
            ahead.append(log.stat().st_size / 1e6 if log.exists() else 0.0)
            first, wall, cpu = start_once(home, key)
            firsts.append(first)
            walls.append(wall)
            spent.append(cpu)
    versions = [version_cpu_s() for _ in range(given.starts)]
    busy = os.getloadavg()[0]
    print(f"{given.starts} starts, {statistics.median(ahead):.1f} MB ahead in the log; load of the machine {busy:.1f} on {os.cpu_count()} cores")
    print(line("serve until it takes events, wall s", firsts))
    print(line("serve until pages answer, wall s", walls))
    print(line("serve until both, processor s", spent))
    print(line("windsock --version, processor s", versions))


if __name__ == "__main__":
    main()
