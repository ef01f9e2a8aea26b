"""Serve a workspace, and run a worker beside it."""

from __future__ import annotations

import errno
import signal
import socket
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from windsock.cli.first import First, Rest
from windsock.cli.home import checked_home, home_option
from windsock.cli.quiet import no_collection
from windsock.governance import cli_actor, first_run, new_admin_link
from windsock.kernel.errors import Conflict, InvalidInput
from windsock.rooms import ROOMS
from windsock.worker import run_worker
from windsock.workspace import Workspace, configure_logs, migrate_workspace, open_workspace

if TYPE_CHECKING:
    import uvicorn

_GRACE_S = 10
_BACKLOG = 512
_TURN_S = 0.001
"""Whoever answers a request needs the interpreter many times for it, and waits so long for every turn while something is loaded beside it."""


class _Stopped(SystemExit):
    """SIGTERM: leave by the normal way, so that both stores are closed."""


def serve_workspace(home: Path, port: int | None = None, host: str | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C: owns the workspace, upgrades its records, runs the worker, prints where to look.

    Args:
        home: the workspace's folder.
        port: 0 picks a free one; None is what the settings say.
        host: address to listen on; None is what the settings say.

    Raises:
        Conflict: another process owns the workspace, or the port is taken.
        InvalidInput: the address isn't ours.
    """
    http = {key: value for key, value in (("host", host), ("port", port)) if value is not None}
    given: dict[str, Any] = {"http": http} if http else {}
    with _stop_on_sigterm(), no_collection():
        migrate_workspace(home)
        with _importing() as importing, open_workspace(home, own=True, **given) as workspace:
            configure_logs(workspace.settings.log)
            importing.join()
            _serve(workspace)
    click.echo("Stopped.", err=True)


@contextmanager
def _importing() -> Generator[threading.Thread]:
    """Import what answers first beside: what was written ahead is meanwhile read back by the engine, outside the interpreter."""
    thread = threading.Thread(target=_import_first, name="import-first")
    thread.start()
    try:
        yield thread
    finally:
        thread.join()  # an interpreter that ends while modules are imported complains


def _import_first() -> None:
    import_module("uvicorn.protocols.http.auto")
    for room in ROOMS:
        room.raw_doors()


def _serve(workspace: Workspace) -> None:
    settings = workspace.settings
    with listen(settings.http.host, settings.http.port) as door:
        import uvicorn  # noqa: PLC0415 - the web server is heavy, and no other command needs it

        first = First(workspace)
        config = uvicorn.Config(
            first,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # a forwarded address is anybody's word; the throttle counts the real one
            ws="none",
            lifespan="off",
            timeout_graceful_shutdown=_GRACE_S,
        )
        server = uvicorn.Server(config)
        with _noting_stops(server), Rest(workspace, first, server).loading(), _short_turns():
            _announce(workspace, url_of(settings.http.host, door.getsockname()[1]))
            server.run(sockets=[door])


@contextmanager
def _noting_stops(server: uvicorn.Server) -> Generator[None]:
    """Note SIGTERM and Ctrl-C instead of raising: an exception that falls into a finaliser is swallowed, and nobody stops."""

    def note(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _short_turns() -> Generator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, _TURN_S))
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@contextmanager
def listen(host: str, port: int) -> Generator[socket.socket]:
    """Listen on an address.

    Raises:
        Conflict: somebody listens there.
        InvalidInput: the address isn't this machine's, or the port isn't ours to take.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host.strip("[]"), port))
            door.listen(_BACKLOG)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Conflict(f"Something listens on port {port} already.", where="--port", fix="Use another port, or 0 for a free one.") from None
            reason = error.strerror or str(error)
            raise InvalidInput(f"It can't listen on {host}:{port}: {reason}.", where="--host, --port", fix="Use 127.0.0.1 and 8900.") from None
        yield door


def url_of(host: str, port: int) -> str:
    """Return the address to open in a browser on this machine."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host and not host.startswith("[") else host)  # noqa: S104 - compared, not bound
    return f"http://{name}:{port}"


def _announce(workspace: Workspace, url: str) -> None:
    click.echo(f"Windsock serves {workspace.settings.workspace.name} at {url}")
    if first_run(workspace):
        click.echo("Nobody can sign in yet. Open this link within 24 hours to become the admin; it works once:")
        click.echo(f"  {url}/welcome#link={new_admin_link(workspace, cli_actor())}")
    if workspace.settings.http.host not in ("127.0.0.1", "localhost", "::1", "[::1]"):
        click.echo("It listens beyond this machine: put HTTPS before it, and set http.allowed_hosts and http.secure_cookies.", err=True)
    click.echo("Ctrl-C stops it.", err=True)


@contextmanager
def _stop_on_sigterm() -> Generator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _Stopped(0)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@click.command(params=[home_option()])
@click.option("--host", help="Address to listen on; 127.0.0.1 by default.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 8900 by default, 0 picks a free one.")
def serve(home: Path | None, host: str | None, port: int | None) -> None:
    """Serve the workspace: pages, interface and worker, until Ctrl-C."""
    serve_workspace(checked_home(home), port, host)


@click.command(params=[home_option()])
def worker(home: Path | None) -> None:
    """Run background work as a process of its own (records on PostgreSQL)."""
    folder = checked_home(home)
    with open_workspace(folder) as looked_at:
        dialect = looked_at.records.dialect
    if dialect != "postgresql":
        raise InvalidInput(
            "With records on SQLite the worker runs inside `windsock serve`.",
            where="records.url",
            fix="Set it to a PostgreSQL URL to run workers as processes of their own.",
        )
    # It lives long: opening the warehouse's file itself would keep `serve` out.
    with open_workspace(folder, guest=True) as workspace:
        configure_logs(workspace.settings.log)
        run_worker(workspace)


COMMANDS = (serve, worker)
