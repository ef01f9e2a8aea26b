"""The option ``--home``: which workspace a command is about."""

from __future__ import annotations

from pathlib import Path

import click

from windsock.kernel.errors import InvalidInput

HOME = "WINDSOCK_HOME"


def home_option() -> click.Option:
    """Return the option ``--home DIR``, also taken from the environment."""
    folder = click.Path(path_type=Path, file_okay=False)
    return click.Option(["--home"], type=folder, envvar=HOME, show_envvar=True, metavar="DIR", help="The workspace's folder.")


def checked_home(home: Path | None) -> Path:
    """Return the folder as an absolute path.

    Raises:
        InvalidInput: none was given.
    """
    if home is None:
        raise InvalidInput("No workspace is given.", where="--home", fix=f"Add --home DIR or set {HOME}.")
    return home.absolute()
