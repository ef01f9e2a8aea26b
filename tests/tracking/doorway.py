"""A real server with a real socket before a workspace, and what its inbox holds."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn

from windsock.governance import cli_actor
from windsock.http.raw import RawDoors
from windsock.tracking import keys
from windsock.tracking.door import Door, open_door
from windsock.tracking.inbox import Body, open_inbox
from windsock.workspace import Workspace

WAIT_S = 20.0


@dataclass
class Doorway:
    """A door that listens, a source ``web`` and its two keys."""

    workspace: Workspace
    door: Door
    url: str
    public: str
    public_id: str
    server: str
    http: httpx.Client

    def bodies(self) -> list[Body]:
        """Return everything that the inbox holds, in order."""
        return read_all(self.workspace)

    def last(self) -> Body:
        """Return what was kept last."""
        return self.bodies()[-1]

    def send(self, path: str = "/v1/batch", **request: Any) -> httpx.Response:
        """Post with the public key in the header, unless told otherwise."""
        given: dict[str, Any] = {"auth": (self.public, ""), **request}
        return self.http.post(path, **given)


def read_all(workspace: Workspace) -> list[Body]:
    """Return everything that the inbox of a workspace holds, in order."""
    with contextlib.closing(open_inbox(workspace, write=False)) as inbox:
        found, at = [], 0
        while blocks := inbox.read(at, 10_000):
            found += [body for block in blocks for body in block.bodies]
            at = blocks[-1].seq
        return found


async def _nothing_else(scope: object, receive: object, send: object) -> None:
    raise AssertionError("the request went past the door")


@contextlib.contextmanager
def doorway(workspace: Workspace) -> Iterator[Doorway]:
    """Serve the door of a workspace on a free port."""
    actor = cli_actor()
    keys.create_source(workspace, actor, "web", "Site", "web")
    public, made = keys.create_key(workspace, actor, "web", "page", "public")
    server, _ = keys.create_key(workspace, actor, "web", "shop", "server")
    door = open_door(workspace)
    config = uvicorn.Config(RawDoors(_nothing_else, doors=[door]), log_config=None, ws="none", lifespan="off", proxy_headers=False)
    running = uvicorn.Server(config)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until = time.monotonic() + WAIT_S
        while not running.started and time.monotonic() < until:
            time.sleep(0.01)
        try:
            with httpx.Client(base_url=url, trust_env=False, timeout=WAIT_S) as http:
                yield Doorway(workspace, door, url, public, made.id, server, http)
        finally:
            running.should_exit = True
            thread.join(WAIT_S)
            door.close()


def eventually(condition, wait_s: float = WAIT_S):
    """Wait until something is true; returns it."""
    until = time.monotonic() + wait_s
    while True:
        found = condition()
        if found or time.monotonic() > until:
            return found
        time.sleep(0.02)
