"""What a running job holds in its hands."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from windsock.jobs.lease import Progress
from windsock.kernel.errors import Cancelled
from windsock.warehouse import Cancel

_LOOK_S = 0.5


def _never() -> bool:
    return False


class JobContext:
    """Payload in, progress out, and the wish to stop.

    Attributes:
        payload: the JSON given at enqueue.
        job_id: the job's id.
        attempt: which attempt this is; the first is 1.
        cancel: fires when the job should stop; hand it to the warehouse's queries.
    """

    def __init__(self, payload: Mapping[str, Any], *, job_id: str = "", attempt: int = 1, stopping: Callable[[], bool] = _never) -> None:
        """Make one; rooms' tests need only a payload.

        Args:
            payload: the job's payload.
            job_id: the job's id.
            attempt: which attempt this is.
            stopping: whether the job should stop; asked at most twice a second.
        """
        self.payload: dict[str, Any] = dict(payload)
        self.job_id, self.attempt = job_id, attempt
        self.cancel = Cancel()
        self._stopping = stopping
        self._stop = False
        self._next_look = 0.0
        self._progress = Progress()

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say how far it is. Cheap: the worker writes it now and then, never inside the caller's own transaction."""
        self._progress = Progress(done, total, note)

    @property
    def reported(self) -> Progress:
        """The last progress."""
        return self._progress

    def stop(self) -> None:
        """Ask the job to stop."""
        self._stop = True
        self.cancel.cancel()

    def check_cancelled(self) -> None:
        """Give way where it is safe to stop; call it between steps.

        Raises:
            Cancelled: somebody asked for it, the worker stops, or the lease was lost.
        """
        if not self._stop and time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + _LOOK_S
            if self._stopping():
                self.stop()
        if self._stop:
            raise Cancelled("The job was asked to stop.", where=self.job_id)
