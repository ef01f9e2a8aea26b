"""The disk is full, or refuses to sync: nothing is acknowledged that is not kept, nothing is lost, and it goes on by itself afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.intake import Sender, Served, beside, prepare, reckon, tell
from windsock.kernel.errors import WindsockError

pytestmark = [pytest.mark.crash, pytest.mark.timeout(0)]

DISK_MB = 200
HEALS_S = 90.0


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of its own that can be filled."""
    with tempfile.TemporaryDirectory(prefix="windsock-") as folder:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", folder], capture_output=True, text=True, check=False)
        if mounted.returncode:
            pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=False)


def fill(filler: Path) -> None:
    """Fill a disk to its last page."""
    with filler.open("ab", buffering=0) as file:
        for piece in (1 << 20, 1 << 12):
            with contextlib.suppress(OSError):
                while True:
                    file.write(os.urandom(piece))


def heal(server: Served, sender: Sender) -> float:
    """Send until everything is acknowledged again; returns how long it took."""
    begun = time.monotonic()
    sender.flush(server.port, HEALS_S)
    sender.run(server.port, 1.0)
    sender.flush(server.port, HEALS_S)
    return time.monotonic() - begun


def reckoned(server: Served, sender: Sender, folder: Path) -> tuple[dict[str, int], Served, str]:
    """Reckon; the analytic engine may refuse to go on after its disk failed it, then a restart must be enough."""
    try:
        with beside(server.home) as workspace:
            return reckon(workspace, sender), server, "loaded by the same process"
    except (AssertionError, WindsockError):
        server.kill()
    again = Served(server.home, folder / "server.log")
    assert again.wait()
    with beside(again.home) as workspace:
        return reckon(workspace, sender), again, "loaded after a restart"


def test_a_full_disk(home: Path, small_disk: Path, tmp_path: Path):
    home = shutil.copytree(home, small_disk / "home")
    sender = Sender(prepare(home))
    server = Served(home, tmp_path / "server.log")
    try:
        assert server.wait()
        sender.run(server.port, 2.0)
        before = len(sender.acked)
        assert before
        filler = small_disk / "filler"
        # Again and again, to the last page: the analytic engine gives its log back when it has moved it, and then there is room once more.
        for _ in range(20):
            fill(filler)
            sender.run(server.port, 1.0, pause_s=0.01)
            if sender.refused.get(503):
                break
        assert set(sender.refused) <= {429, 503}, sender.refused
        assert sender.refused.get(503), "the disk was full and nobody noticed"
        assert server.alive
        filler.unlink()
        took = heal(server, sender)
        balance, server, loaded = reckoned(server, sender, tmp_path)
        tell(
            f"full disk: {before} events acknowledged before, {sender.refused} answers meanwhile, "
            f"all {len(sender.acked)} there; "
            f"heals in {took:.1f} s, {balance['duplicate']} duplicates; {loaded}"
        )
    finally:
        server.kill()


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace here to make fsync fail")
def test_a_disk_that_cannot_sync(home: Path, tmp_path: Path):
    sender = Sender(prepare(home))
    server = Served(home, tmp_path / "server.log")
    try:
        assert server.wait()
        sender.run(server.port, 1.0)
        before = len(sender.acked)
        inject = ["strace", "-f", "-qq", "-p", str(server.process.pid), "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO"]
        with (tmp_path / "strace.txt").open("w") as out:
            tracer = subprocess.Popen([*inject, "-o", os.devnull], stderr=out)
            time.sleep(1.0)
            if tracer.poll() is not None:
                pytest.skip(f"a process can't be traced here: {(tmp_path / 'strace.txt').read_text().strip()[:200]}")
            sender.refused.clear()
            failing = len(sender.acked)
            sender.run(server.port, 4.0, pause_s=0.01)
            assert len(sender.acked) == failing, "something was acknowledged that was not synced"
            assert set(sender.refused) == {503}, sender.refused
            tracer.terminate()
            tracer.wait(10)
        took = heal(server, sender)
        balance, server, loaded = reckoned(server, sender, tmp_path)
        tell(
            f"fsync fails: {before} events acknowledged before, {sender.refused} answers and none acknowledged meanwhile, "
            f"all {len(sender.acked)} there; "
            f"heals in {took:.1f} s, {balance['duplicate']} duplicates; {loaded}"
        )
    finally:
        server.kill()
