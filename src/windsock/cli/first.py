"""What answers first after a start: intake, as senders wait; the pages and their interface follow when they are loaded.

Loading the whole application takes longer than everything else of a start, and intake needs little of it. So intake answers as soon as the
workspace is open, a thread loads the rest, and requests for that are held until it is there.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from windsock.cli.quiet import keep, unkeep
from windsock.rooms import ROOMS
from windsock.worker import Streams, Worker, worker_of

if TYPE_CHECKING:
    import uvicorn

    from windsock.workspace import Workspace

_FIRST_ANSWERS_S = 0.3
"""So long the work behind the door waits after a start: whoever has waited for the server is answered first."""
_LOOK_S = 0.005
"""So often a held request looks whether it can go on."""

Asgi = Callable[[Any, Any, Any], Any]


class First:
    """ASGI: raw doors answer at once, and everything else when the application is there."""

    def __init__(self, workspace: Workspace) -> None:
        """Open the raw doors of a workspace."""
        self.doors = tuple(open_door(workspace) for room in ROOMS for open_door in room.raw_doors())
        self._app: Asgi | None = None
        self._gone = False

    def go_on(self, app: Asgi) -> None:
        """Let the application answer from now on; it has the same doors."""
        self._app = app

    def give_up(self) -> None:
        """Let nobody wait any more."""
        self._gone = True

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as ASGI has it
        """Answer, or hold."""
        if self._app is None and scope["type"] == "http":
            for door in self.doors:
                if door.takes(scope["path"]):
                    await door(scope, receive, send)
                    return
        while self._app is None:
            if self._gone:
                await send({"type": "http.response.start", "status": 503, "headers": [(b"retry-after", b"10")]})
                await send({"type": "http.response.body", "body": b""})
                return
            await asyncio.sleep(_LOOK_S)
        await self._app(scope, receive, send)


class Rest:
    """A thread that loads the application, lets it answer, and then starts the work behind the door."""

    def __init__(self, workspace: Workspace, first: First, server: uvicorn.Server) -> None:
        """Prepare it, not started yet."""
        self._workspace, self._first, self._server = workspace, first, server
        self._leaving = threading.Event()
        self._workers: list[Streams | Worker] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="load-application")

    @contextmanager
    def loading(self) -> Generator[None]:
        """Load inside the ``with``; after it everything is stopped.

        Raises:
            BaseException: what kept the application from being made, which has ended the server.
        """
        self._thread.start()
        try:
            yield
        finally:
            self._leaving.set()
            self._thread.join()
            for one in reversed(self._workers):
                one.stop()
            unkeep()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            app = self._made()
            if app is None:
                self._first.give_up()
                return
        except BaseException as error:  # noqa: BLE001 - it is raised again where the server was started
            self._error, self._server.should_exit = error, True
            self._first.give_up()
            return
        keep()
        self._first.go_on(app)
        if not self._leaving.wait(_FIRST_ANSWERS_S):
            for one in self._workers:
                one.start()

    def _made(self) -> Asgi | None:
        """Return the application; None when the server leaves meanwhile."""
        for room in ROOMS:
            for part in (room.routers, room.job_kinds, room.schedules, room.reactions, room.streams):
                part()
                if self._leaving.is_set():
                    return None
        from windsock.http import create_app  # noqa: PLC0415 - it brings all of the interface, which is what must wait

        app = create_app(self._workspace, raw=self._first.doors)
        self._workers.append(Streams(self._workspace))
        if self._workspace.settings.worker.embedded:
            self._workers.append(worker_of(self._workspace))
        return app
