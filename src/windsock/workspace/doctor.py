"""What a workspace is like: settings and where each comes from, versions, stores, room on disk, who owns it.

Nothing here opens the warehouse's file, so it can be asked while a server runs, or after one has died.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import shutil
import sqlite3
import stat
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import BaseModel

import windsock
from windsock import warehouse
from windsock.kernel.errors import Fault, WindsockError
from windsock.kernel.settings import Settings
from windsock.records import migrate, open_records
from windsock.workspace import layout

State = Literal["ok", "warning", "failed", "info"]
Source = Literal["env", "file", "default", ""]

DISK_LOW_BYTES = 2 << 30
DISK_GONE_BYTES = 200 << 20
_SECRET = re.compile(r"//[^@/]*@")
_HIDDEN = "//***@"


@dataclass(frozen=True)
class Check:
    """One line of `windsock doctor`.

    Attributes:
        group: settings, versions, stores or system.
        name: what was looked at.
        value: what was found; secrets are hidden.
        state: ok, warning, failed, or info where there is nothing to judge.
        source: of a setting: env, file or default.
        fix: what to do when it is not ok.
    """

    group: str
    name: str
    value: str
    state: State = "info"
    source: Source = ""
    fix: str = ""


def checks(workspace_home: Path) -> list[Check]:
    """Look at everything that can go wrong with a workspace.

    Args:
        workspace_home: its folder; it may be missing or broken.

    Returns:
        Lines in the order in which they are best read. What can't be looked at is a failed line, never an error.
    """
    home = workspace_home
    found = [
        _guard("system", "workspace", lambda: _folder(home)),
        _guard("system", "owner", lambda: _owner(home)),
        _guard("system", "disk", lambda: _disk(home)),
        _guard("system", "ui", _ui),
        Check("versions", "windsock", windsock.__version__),
        Check("versions", "python", f"{platform.python_version()} ({sys.executable})", "ok"),
        Check("versions", "duckdb", importlib.metadata.version("duckdb")),
        Check("versions", "sqlite", sqlite3.sqlite_version),
        _guard("stores", "warehouse", lambda: _warehouse(home)),
    ]
    try:
        settings = layout.read_settings(home)
    except WindsockError as error:
        return [*found, Check("settings", "settings", _hide(str(error)), "failed", fix=error.fix)]
    found += [_guard("stores", "records", lambda: _records(home, settings)), _guard("stores", "migration", lambda: _migration(home, settings))]
    return [*found, *_settings(home, settings)]


def _guard(group: str, name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except WindsockError as error:
        return Check(group, name, _hide(str(error)), "failed", fix=error.fix)
    except Exception as error:  # noqa: BLE001 - the doctor survives every illness
        return Check(group, name, _hide(f"{type(error).__name__}: {error}".splitlines()[0][:300]), "failed")


def _settings(home: Path, settings: Settings) -> Iterator[Check]:
    written: dict[str, Any] = {}
    if (home / layout.SETTINGS).is_file():
        written = tomllib.loads((home / layout.SETTINGS).read_text(encoding="utf-8"))
    environment = {name.upper(): value for name, value in os.environ.items()}
    for part in sorted(type(settings).model_fields):
        values = cast("BaseModel", getattr(settings, part))
        in_file = cast("dict[str, Any]", written.get(part, {}))
        whole = _keys_of(environment.get(f"WINDSOCK_{part.upper()}", ""))
        for name in type(values).model_fields:
            source: Source = "file" if name in in_file else "default"
            if name in whole or f"WINDSOCK_{part.upper()}__{name.upper()}" in environment:
                source = "env"
            value: object = getattr(values, name)
            if name == "password" and value:
                value = "(set)"
            yield Check("settings", f"{part}.{name}", _hide(value if isinstance(value, str) else json.dumps(value)), source=source)


def _keys_of(text: str) -> set[str]:
    # A whole part may be given as JSON in one variable.
    try:
        value: object = json.loads(text)
    except ValueError:
        return set()
    return set(cast("dict[str, Any]", value)) if isinstance(value, dict) else set()


def _hide(text: str) -> str:
    """Hide user and password of URLs."""
    return _SECRET.sub(_HIDDEN, text)


def _folder(home: Path) -> Check:
    layout.require_workspace(home)
    mode = stat.S_IMODE(home.stat().st_mode)
    if mode & 0o077:
        return Check("system", "workspace", f"{home} (mode {mode:04o})", "warning", fix=f"Others can read it: chmod 700 {home}")
    return Check("system", "workspace", str(home), "ok")


def _disk(home: Path) -> Check:
    at = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(at).free
    state: State = "ok" if free >= DISK_LOW_BYTES else "warning" if free >= DISK_GONE_BYTES else "failed"
    return Check("system", "disk", f"{free / (1 << 30):.1f} GB free", state, fix="" if state == "ok" else "Make room on the disk.")


def _ui() -> Check:
    index = Path(windsock.__file__).parent / "http" / "static" / "index.html"
    if index.is_file():
        return Check("system", "ui", "built", "ok")
    return Check("system", "ui", "not built", "warning", fix="Install Node 20 and run: make web. Commands and HTTP work without it.")


def _owner(home: Path) -> Check:
    socket = home / layout.SOCKET
    try:
        warehouse.connect_socket(socket).close()
    except FileNotFoundError:
        return Check("system", "owner", "no process serves this workspace")
    except ConnectionRefusedError:
        return Check("system", "owner", "the last owner died and left its socket", "warning", fix="The next one replaces it; nothing to do.")
    except (Fault, OSError) as error:
        return Check("system", "owner", f"a process holds the socket but does not answer: {error}", "failed", fix="Stop it and start it again.")
    return Check("system", "owner", "a process serves this workspace", "ok")


def _warehouse(home: Path) -> Check:
    file = home / layout.WAREHOUSE
    if not file.is_file():
        return Check("stores", "warehouse", "missing", "failed", fix="Restore it from a backup.")
    return Check("stores", "warehouse", f"{file.stat().st_size / (1 << 20):.1f} MB", "ok")


def _records(home: Path, settings: Settings) -> Check:
    url = layout.records_url(home, settings)
    if url.startswith("sqlite") and not (home / layout.RECORDS).is_file() and not settings.records.url:
        return Check("stores", "records", "missing", "failed", fix="Restore it from a backup.")
    records = open_records(url)
    try:
        with records.engine.connect() as connection:
            major = connection.dialect.server_version_info or ()
        kind = f"{records.dialect} {'.'.join(str(part) for part in major)}"
        return Check("stores", "records", f"{kind} at {_hide(url)}", "ok")
    finally:
        records.close()


def _migration(home: Path, settings: Settings) -> Check:
    url = layout.records_url(home, settings)
    if url.startswith("sqlite") and not (home / layout.RECORDS).is_file() and not settings.records.url:
        return Check("stores", "migration", "no records", "failed")
    records = open_records(url)
    try:
        at, newest = migrate.current(records.engine), migrate.head()
    finally:
        records.close()
    if at == newest:
        return Check("stores", "migration", f"{at} (newest)", "ok")
    fix = "Use the Windsock that wrote them, or a newer one." if at is not None and at > newest else "Back the folder up and run: windsock migrate"
    return Check("stores", "migration", f"{at or 'none'}, newest is {newest}", "failed", fix=fix)
