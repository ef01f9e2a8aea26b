"""The loader's end of the decoder: start it, ask it, let it go."""

from __future__ import annotations

import fcntl
import select
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
import structlog

from windsock.tracking.decoder.frames import LENGTH_BYTES, Answer, Ask, Start, packed, table_of, write_all

if TYPE_CHECKING:
    from windsock.tracking.body import Trust

_log = structlog.get_logger(__name__)

CHILD = Path(__file__).with_name("child.py")
_PATIENCE_S = 60.0
_AGAIN_S = 60.0
_IDLE_S = 60.0
_PIPE_BYTES = 1 << 20
_MESSAGE_MOST = 64 << 20
_ANSWER_MOST = 4 << 30


class DecoderLost(Exception):
    """The decoder gave no answer that can be used; what was asked must be read otherwise."""


class Decoder:
    """The process, and how it is asked. One thread at a time; ``kill`` may be called by any."""

    def __init__(self, start: Start) -> None:
        """Take what it needs to know; it is not started yet."""
        self._start = start
        self._process: subprocess.Popen[bytes] | None = None
        self._greeted = False
        self._again_s, self._used_s = 0.0, 0.0

    @property
    def pid(self) -> int | None:
        """Number of the process while there is one."""
        return self._process.pid if self._process is not None else None

    def ready(self) -> bool:
        """Say whether it can be asked; starts it when there is none, and never waits for it."""
        now_s = time.monotonic()
        try:
            if self._process is None:
                if now_s >= self._again_s:
                    self._open()
            elif not self._greeted and self._readable(0.0):
                self._answer()
                self._greeted, self._used_s = True, now_s
            elif not self._greeted and now_s - self._used_s > _PATIENCE_S:
                raise DecoderLost("It did not start in time.")
        except (DecoderLost, OSError, ValueError) as error:
            self._lose(error)
        return self._greeted

    def take(self, ask: Ask) -> tuple[int, int, list[tuple[str, Trust, pa.Table]]]:
        """Return the numbers of the first and last block after a number, and their events by source and trust; (0, 0, []) without any.

        Raises:
            DecoderLost: it gave no answer that can be used.
        """
        try:
            if self._process is None or self._process.stdin is None:
                raise DecoderLost("It does not run.")
            self._used_s = time.monotonic()
            write_all(self._process.stdin.fileno(), [packed(ask)])
            answer = self._answer()
            if answer.error is not None:
                raise DecoderLost(answer.error)
            if not (answer.first > ask.after and answer.last >= answer.first) and answer.parts:
                raise DecoderLost(f"It answered with blocks {answer.first} to {answer.last} after {ask.after}.")
            return answer.first, answer.last, self._parts(answer)
        except (DecoderLost, OSError, ValueError, MemoryError, msgspec.MsgspecError, pa.ArrowException) as error:
            self._lose(error)
            raise DecoderLost(str(error)) from error

    def rest(self) -> None:
        """Let it go when it was not needed for a while."""
        if self._process is not None and time.monotonic() - self._used_s > _IDLE_S:
            self.close()

    def kill(self) -> None:
        """End it at once, also while somebody waits for its answer."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """End it and forget it; a new one is started when it is needed."""
        process, self._process, self._greeted = self._process, None, False
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.wait()

    def _open(self) -> None:
        self._used_s = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - our own file
            [sys.executable, "-P", str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise DecoderLost("It has no pipes.")
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            for pipe in (self._process.stdin, self._process.stdout):
                with suppress(OSError):  # only slower without
                    fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        write_all(self._process.stdin.fileno(), [packed(self._start)])

    def _lose(self, error: Exception) -> None:
        self.close()
        self._again_s = time.monotonic() + _AGAIN_S
        _log.warning("the decoder is lost; the loader decodes itself", reason=f"{type(error).__name__}: {error}"[:500], again_in_s=int(_AGAIN_S))

    def _answer(self) -> Answer:
        size = int.from_bytes(self._read(LENGTH_BYTES), "big")
        if size > _MESSAGE_MOST:
            raise DecoderLost(f"It sent a message of {size} bytes.")
        return msgspec.msgpack.decode(self._read(size), type=Answer)

    def _parts(self, answer: Answer) -> list[tuple[str, Trust, pa.Table]]:
        size = sum(part.size for part in answer.parts)
        if size > _ANSWER_MOST:
            raise DecoderLost(f"It sent {size} bytes of events.")
        streams, at = self._read(size), 0
        parts: list[tuple[str, Trust, pa.Table]] = []
        for part in answer.parts:
            parts.append((part.source, part.trust, table_of(streams[at : at + part.size], part.rows)))
            at += part.size
        return parts

    def _read(self, size: int) -> memoryview:
        """Read so many bytes into memory of their own; the interpreter is free meanwhile."""
        whole = view = memoryview(pa.allocate_buffer(size))
        while view:
            pipe = self._process.stdout if self._process is not None else None
            if pipe is None or not self._readable(_PATIENCE_S):
                raise DecoderLost("It did not answer in time.")
            read = pipe.readinto(view)  # type: ignore[attr-defined] - without a buffer it is a raw file
            if not read:
                raise DecoderLost("It ended.")
            view = view[read:]
        return whole

    def _readable(self, timeout_s: float) -> bool:
        pipe = self._process.stdout if self._process is not None else None
        if pipe is None:
            raise DecoderLost("It does not run.")
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        return bool(poll.poll(timeout_s * 1000))
