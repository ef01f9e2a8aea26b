"""Where things lie in a workspace's folder, and how its settings are read."""

from __future__ import annotations

import contextlib
import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from windsock.kernel import settings as kernel_settings
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.kernel.seal import new_key

SETTINGS = "windsock.toml"
RECORDS = "records.sqlite"
WAREHOUSE = "warehouse.duckdb"
SOCKET = "owner.sock"
SECRET = "secret.key"  # noqa: S105 - the name of a file
INBOX = "inbox.sqlite"


def require_workspace(home: Path) -> None:
    """Check that a folder is a workspace.

    Raises:
        NotFound: it is none.
    """
    if not (home / SETTINGS).is_file():
        raise NotFound(f"There is no workspace in {home}.", where="--home", fix=f"Make one with: windsock init --home {home}")


def read_secret(home: Path) -> bytes:
    """Return the workspace's secret; a workspace that has none yet gets one (mode 0600), once, whoever else asks at the same moment."""
    path = home / SECRET
    if not path.exists():
        draft = home / f"{SECRET}.{os.getpid()}.new"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(new_key())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_bytes()


def read_settings(home: Path | None, **given: Any) -> kernel_settings.Settings:  # noqa: ANN401 - pydantic checks each field's own type
    """Read the settings of a workspace, wording what is wrong for the user.

    Args:
        home: the workspace's folder, or None for environment and defaults only.
        given: values that win over everything.

    Raises:
        InvalidInput: a value is out of its bounds or the file is no TOML.
    """
    try:
        return kernel_settings.load(home, **given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = [str(part) for part in first["loc"]]
        raise InvalidInput(
            f"The setting {'.'.join(path)} is wrong: {first['msg']}.",
            where=f"{SETTINGS} or WINDSOCK_{'__'.join(path).upper()}",
            fix="Correct it; `windsock doctor` lists every setting.",
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"The file {SETTINGS} can't be read: {error}.", where=str((home or Path()) / SETTINGS), fix="Correct its TOML.") from None


def records_url(home: Path, settings: kernel_settings.Settings) -> str:
    """Return the URL of the records: the one that is set, else SQLite in the folder."""
    return settings.records.url or f"sqlite:///{home / RECORDS}"
