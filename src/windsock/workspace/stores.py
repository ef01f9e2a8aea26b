"""Open the warehouse of a workspace: as its owner, through its owner, or by itself when nobody owns it."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from windsock import warehouse
from windsock.kernel.errors import Busy, Conflict, NotAvailable
from windsock.workspace import layout

if TYPE_CHECKING:
    from pathlib import Path

    from windsock.kernel.settings import Settings

_PAUSE_S = 0.05


def make_warehouse(home: Path, settings: Settings) -> None:
    """Make the file of the warehouse with its tables."""
    warehouse.open_local(home / layout.WAREHOUSE, settings.warehouse).close()


def own_warehouse(home: Path, settings: Settings, closing: ExitStack) -> warehouse.Warehouse:
    """Open the warehouse's file and answer others on the socket.

    Args:
        home: the workspace's folder.
        settings: the workspace's settings.
        closing: takes what must be closed, in the right order.

    Raises:
        Conflict: another process owns it.
        NotAvailable: the settings name another engine.
    """
    _own_only(settings)
    try:
        local = warehouse.open_local(home / layout.WAREHOUSE, settings.warehouse)
    except Busy:
        raise Conflict(
            "Another process has this workspace open.", where=str(home), fix="Stop it first; `windsock doctor` shows whether one is running."
        ) from None
    closing.callback(local.close)
    server = warehouse.serve_socket(local, home / layout.SOCKET)
    closing.callback(server.close)
    return local


def ask_warehouse(home: Path, settings: Settings, closing: ExitStack) -> warehouse.Warehouse:
    """Ask the owner, never opening the file; wait for one to start for as long as a query may.

    Raises:
        Busy: nobody owns the workspace.
        NotAvailable: the settings name another engine.
    """
    _own_only(settings)
    last = time.monotonic() + settings.warehouse.wait_s
    while True:
        try:
            remote = warehouse.connect_socket(home / layout.SOCKET)
        except (Busy, OSError):
            if time.monotonic() > last:
                raise Busy("No process serves this workspace.", where=str(home), fix=f"Start one: windsock serve --home {home}") from None
            time.sleep(_PAUSE_S)
        else:
            closing.callback(remote.close)
            return remote


def _own_only(settings: Settings) -> None:
    if settings.warehouse.engine != "duckdb":
        raise NotAvailable(
            f"Serving pages and taking in events are not available on {settings.warehouse.engine}: commands are.",
            where="warehouse.engine",
            fix="Serve with WINDSOCK_WAREHOUSE__ENGINE=duckdb, and move again from time to time.",
        )


def reach_warehouse(home: Path, settings: Settings, closing: ExitStack) -> warehouse.Warehouse:
    """Reach the warehouse that the settings name: the engine that the facts were moved to, or the workspace's own.

    Raises:
        NotAvailable: the other engine can't be had.
        Busy: as ``_reach_own``.
    """
    if settings.warehouse.engine == "duckdb":
        return _reach_own(home, settings, closing)
    moved = warehouse.open_elsewhere(settings.warehouse.engine, settings)
    closing.callback(moved.close)
    return moved


def _reach_own(home: Path, settings: Settings, closing: ExitStack) -> warehouse.Warehouse:
    """Ask the owner, or open the file when nobody owns it; wait for another short-lived command for as long as a query may.

    Raises:
        Busy: another process held the file, without answering, for the whole wait.
    """
    last = time.monotonic() + settings.warehouse.wait_s
    while True:
        try:
            remote = warehouse.connect_socket(home / layout.SOCKET)
        except (Busy, OSError):
            pass
        else:
            closing.callback(remote.close)
            return remote
        try:
            local = warehouse.open_local(home / layout.WAREHOUSE, settings.warehouse)
        except Busy:
            if time.monotonic() > last:
                raise
            time.sleep(_PAUSE_S)
        else:
            closing.callback(local.close)
            return local
