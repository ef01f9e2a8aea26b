"""Run a statement of a person in a process of its own: whatever it does, the owner of the facts does not feel it.

The process (``apart_child``) knows nothing but the files it is given: no workspace, no secrets, no environment. It is killed when the time is
over or when the asker leaves, and bounded in memory, threads, rows and bytes. What it tells is read as data.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import pyarrow as pa

from windsock.kernel.errors import Busy, Cancelled, InvalidInput, TooLarge
from windsock.warehouse.statement import render

if TYPE_CHECKING:
    from sqlglot import exp

    from windsock.warehouse.face import Cancel
    from windsock.warehouse.statement import Statement

_CHILD = Path(__file__).with_name("apart_child.py")
_HEAD_MOST = 10_000
_START_S = 60.0
"""A process that has not begun by then is given up; on a busy machine loading the engine alone takes seconds, which are not the statement's."""
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1"}
_WITH_THE_ROWS = 2
"""An answer's rows travel with their lengths and masks, at most so many times their own size."""


@dataclass(frozen=True)
class Piece:
    """Rows in Parquet files, by a name that the views below use."""

    name: str
    files: tuple[Path, ...]


@dataclass(frozen=True)
class View:
    """What a statement may read: a name, and a SELECT over pieces."""

    name: str
    select: Statement


@dataclass(frozen=True)
class Limits:
    """What a statement may take: seconds, bytes of memory, threads, rows and bytes of its answer."""

    seconds: float = 30.0
    memory_bytes: int = 1_000_000_000
    threads: int = 2
    rows: int = 10_000
    answer_bytes: int = 32_000_000


@dataclass(frozen=True)
class Told:
    """An answer: its rows, whether there were more than may be told, and how long it took."""

    rows: pa.Table
    cut: bool
    ms: int


def run_apart(
    sql: exp.Expr | Statement, pieces: Sequence[Piece], views: Sequence[View], limits: Limits, *, zone: str = "UTC", cancel: Cancel | None = None
) -> Told:
    """Run a SELECT over views in a process of its own.

    Args:
        sql: a tree, or a statement; without placeholders.
        pieces: the rows that it can read, and nothing else.
        views: how it sees them.
        limits: what it may take.
        zone: IANA zone of its civil days.
        cancel: a switch that kills it.

    Raises:
        InvalidInput: the engine refuses it, or it brought its process down.
        TooLarge: over a limit of time (code ``query_timeout``) or memory (code ``out_of_memory``).
        Cancelled: the switch was used.
        Busy: a process can't be started, or did not begin within a minute.
    """
    request = {
        "sql": render(sql),
        "pieces": [{"name": piece.name, "files": [str(path) for path in piece.files]} for piece in pieces],
        "views": [{"name": view.name, "sql": render(view.select)} for view in views],
        "limits": {**vars(limits)},
        "zone": zone,
    }
    started = time.monotonic()
    process = _start()
    ending = _Ending(process, cancel)
    try:
        head, body = _converse(process, json.dumps(request).encode() + b"\n", limits, ending)
    finally:
        ending.end()
    if cancel is not None and cancel.cancelled:
        raise Cancelled("The statement was stopped.")
    if head is None and ending.late and not ending.started:
        raise Busy("The statement's process could not begin in time.", fix="Try again when the machine is less busy.")
    if head is None:
        raise _died(process.returncode, limits, late=ending.late)
    if not head["ok"]:
        raise _worded(head, limits)
    return Told(_rows(body), head.get("cut") is True, round((time.monotonic() - started) * 1000))


def _rows(body: pa.Buffer) -> pa.Table:
    """Read the rows that were told, and believe nothing that does not hold together."""
    try:
        with pa.ipc.open_stream(body) as stream:
            rows = stream.read_all()
            rows.validate(full=True)
            return rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _babbled() from error


def _start() -> subprocess.Popen[bytes]:
    """Start the process: an interpreter without our environment, paths or open files."""
    command = [sys.executable, "-I", "-X", "utf8", str(_CHILD)]
    try:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and file
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=_ENVIRONMENT,
            close_fds=True,
            start_new_session=True,
        )
    except OSError as error:
        raise Busy("No process could be started for the statement.", fix="Try again in a moment.") from error


class _Ending:
    """Kills a process at its time, or when the asker leaves; and in any case at the end."""

    def __init__(self, process: subprocess.Popen[bytes], cancel: Cancel | None) -> None:
        self._process, self._cancel, self.late, self.started = process, cancel, False, False
        self._timer = self._within(_START_S)
        if cancel is not None:
            cancel.on_cancel(process.kill)

    def begun(self, seconds: float) -> None:
        """Count the statement's own time from now on."""
        self._timer.cancel()
        self.started = True
        self._timer = self._within(seconds)

    def _within(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(seconds, self._out_of_time)
        timer.daemon = True
        timer.start()
        return timer

    def _out_of_time(self) -> None:
        self.late = True
        self._process.kill()

    def end(self) -> None:
        self._timer.cancel()
        if self._cancel is not None:
            self._cancel.forget(self._process.kill)
        code = self._process.poll()
        if code is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # it had ended before it read everything


def _converse(process: subprocess.Popen[bytes], request: bytes, limits: Limits, ending: _Ending) -> tuple[dict[str, Any] | None, pa.Buffer]:
    """Hand the request over and read what is told, within bounds; None when the process ended without a word."""
    none = pa.py_buffer(b"")
    if process.stdin is None or process.stdout is None:
        return None, none
    try:
        process.stdin.write(request)
        process.stdin.flush()
    except OSError:
        return None, none
    if _exactly(process.stdout, 1) is None:  # it says so when it begins
        return None, none
    ending.begun(limits.seconds)
    length = int.from_bytes(_exactly(process.stdout, 8) or b"", "big")
    text = _exactly(process.stdout, length) if 0 < length < _HEAD_MOST else None
    if text is None:
        process.kill()
        process.wait()
        return None, none
    head = _read(text)
    body = process.stdout.read(limits.answer_bytes * _WITH_THE_ROWS + 1_000_000)
    process.wait()
    # Killed while it told its rows: half of them are none.
    return (head, pa.py_buffer(body)) if process.returncode == 0 else (None, none)


def _read(text: bytes) -> dict[str, Any]:
    try:
        head: Any = json.loads(text)
    except ValueError as error:
        raise _babbled() from error
    if not isinstance(head, dict) or "ok" not in head or not (head["ok"] or {"kind", "text"} <= set(cast("dict[str, Any]", head))):
        raise _babbled()
    return cast("dict[str, Any]", head)


def _babbled() -> InvalidInput:
    return InvalidInput("The statement's process told nothing that can be read.", fix="Ask for less at once.", code="process_ended")


def _exactly(pipe: IO[bytes], count: int) -> bytes | None:
    found = pipe.read(count)
    return found if len(found) == count else None


def _died(code: int | None, limits: Limits, *, late: bool) -> InvalidInput | TooLarge:
    cpu = -24  # SIGXCPU
    if late or code == cpu:
        return TooLarge(
            f"The statement ran over its limit of {limits.seconds:g} s.", fix="Ask for fewer days or fewer rows of the joins.", code="query_timeout"
        )
    return InvalidInput(
        f"The statement brought its process down ({'signal ' + str(-code) if code and code < 0 else 'code ' + str(code)}).",
        fix="Ask for less at once; nothing else was harmed.",
        code="process_ended",
    )


def _worded(head: dict[str, Any], limits: Limits) -> InvalidInput | TooLarge:
    if head["kind"] == "memory":
        most = f"{limits.memory_bytes / 1_000_000:,.0f} MB"
        return TooLarge(f"The statement needs more memory than {most}.", fix="Group earlier, or ask for fewer days.", code="out_of_memory")
    if head["kind"] == "statement":
        return InvalidInput(str(head["text"]), code="engine_refused")
    if head["kind"] == "refused":
        return InvalidInput(str(head["text"]), fix="Write one SELECT.", code="engine_refused")
    return InvalidInput(f"The engine refused the statement ({head['text']}).", fix="Read the listed tables only.", code="engine_refused")
