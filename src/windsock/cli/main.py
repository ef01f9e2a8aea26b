"""The group ``windsock``: every command of the house under one name."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import MutableMapping, Sequence
from typing import Any

import click

import windsock
from windsock.cli import keep, publish, serve
from windsock.cli.wrap import with_home
from windsock.kernel.errors import UserError, WindsockError
from windsock.kernel.settings import LogSettings
from windsock.rooms import ROOMS
from windsock.workspace import configure_logs

_INTERRUPTED = 130


class Windsock(click.Group):
    """The group that words errors: what, where, what to do; a traceback only with ``--debug``."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - click's own signature
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002 - as above
        **extra: Any,  # noqa: ANN401 - as above
    ) -> Any:  # noqa: ANN401 - as above
        """Run a command and exit with its code."""
        given = list(sys.argv[1:] if args is None else args)
        try:
            done = super().main(given, prog_name or "windsock", complete_var, standalone_mode=False, windows_expand_args=windows_expand_args, **extra)
        except BaseException as error:
            if not standalone_mode:
                raise
            sys.exit(_tell(error, debug="--debug" in given))
        if not standalone_mode:
            return done
        sys.exit(done if isinstance(done, int) else 0)


def _tell(error: BaseException, *, debug: bool) -> int:
    """Print an error for a person and return the exit code."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    if debug:
        traceback.print_exception(error)
    code = 1
    match error:
        case click.ClickException():
            error.show()
            code = error.exit_code
        case click.Abort() | KeyboardInterrupt():
            click.echo("Interrupted.", err=True)
            code = _INTERRUPTED
        case BrokenPipeError():
            # The reader of our output has gone: what is left in the buffer goes nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = 0
        case WindsockError():
            _print_error(error)
            code = 2 if isinstance(error, UserError) else 1
        case _:
            click.echo(f"Error: unexpected {type(error).__name__}: {error}", err=True)
            click.echo("  fix: run it again as `windsock --debug ...` and report what it prints.", err=True)
    return code


def _print_error(error: WindsockError) -> None:
    click.echo(f"Error: {error.what}", err=True)
    if error.where:
        click.echo(f"  where: {error.where}", err=True)
    if error.fix:
        click.echo(f"  fix: {error.fix}", err=True)


@click.group(cls=Windsock, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(windsock.__version__, prog_name="windsock")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(*, debug: bool) -> None:
    """The operations desk of a travel seller."""
    configure_logs(LogSettings(level="debug" if debug else "warning"))


def _add(commands: MutableMapping[str, click.Command], found: Sequence[click.Command]) -> None:
    for command in found:
        commands[command.name or ""] = command


_add(main.commands, (keep.init, keep.doctor, keep.migrate, serve.serve, serve.worker, publish.openapi))
_add(main.commands, [with_home(command) for room in ROOMS for command in room.commands])
