"""Make a workspace: a folder with settings and two empty, migrated stores."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from windsock.kernel.errors import Conflict, InvalidInput
from windsock.records import migrate, open_records
from windsock.workspace import layout
from windsock.workspace.stores import make_warehouse

if TYPE_CHECKING:
    from pathlib import Path

_UNFINISHED = ".unfinished"


def create_workspace(home: Path, *, name: str, timezone: str, currency: str, language: str) -> None:
    """Make a workspace in a folder that does not exist yet or is empty.

    Args:
        home: the folder; made with mode 0700.
        name: the company's name.
        timezone: an IANA zone: the zone of all periods.
        currency: ISO 4217 code of the answers.
        language: ``zh`` or ``en``, for new users.

    Raises:
        Conflict: the folder holds something already.
        InvalidInput: a value is wrong; nothing was made.
    """
    given = {"name": name, "timezone": timezone, "currency": currency, "language": language}
    settings = layout.read_settings(None, workspace=given)
    _check_zone(timezone)
    if home.exists() and (not home.is_dir() or (any(home.iterdir()) and not (home / _UNFINISHED).exists())):
        raise Conflict(f"{home} is not empty.", where="--home", fix="Choose another folder, or open the workspace that is there.")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)
    # A creation that was killed leaves the marker and no settings file: the next one starts again.
    (home / _UNFINISHED).touch()
    for left in (*home.glob(f"{layout.RECORDS}*"), *home.glob(f"{layout.WAREHOUSE}*")):
        left.unlink()
    records = open_records(layout.records_url(home, settings))
    try:
        migrate.upgrade(records.engine)
    finally:
        records.close()
    make_warehouse(home, settings)
    for made in (*home.glob(f"{layout.RECORDS}*"), *home.glob(f"{layout.WAREHOUSE}*")):
        made.chmod(0o600)
    draft = home / f"{layout.SETTINGS}.new"
    draft.write_text(_settings_text(given), encoding="utf-8")
    draft.chmod(0o600)
    draft.rename(home / layout.SETTINGS)
    (home / _UNFINISHED).unlink()


def migrate_workspace(home: Path) -> str:
    """Bring the records of an existing workspace to this version's schema.

    Returns:
        The revision they are at now.

    Raises:
        NotFound: there is no workspace in the folder.
    """
    layout.require_workspace(home)
    records = open_records(layout.records_url(home, layout.read_settings(home)))
    try:
        migrate.upgrade(records.engine)
        return migrate.current(records.engine) or ""
    finally:
        records.close()


def _check_zone(timezone: str) -> None:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidInput(f"'{timezone[:60]}' is not a time zone.", where="workspace.timezone", fix="Write one such as Asia/Shanghai.") from None


def _settings_text(given: dict[str, str]) -> str:
    # A JSON string without raw DEL is a TOML basic string.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False).replace(chr(127), '')}" for key, value in given.items()]
    return "\n".join(
        [
            "# Settings of this workspace. The environment (WINDSOCK_<ROOM>__X) wins over them; `windsock doctor` shows each one.",
            "[workspace]",
            *lines,
            "",
        ]
    )
