"""The group ``windsock``: every command of the house under one name."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

import windsock
from windsock.cli.quiet import no_collection
from windsock.kernel.errors import UserError, WindsockError
from windsock.rooms import ROOMS, Command

_INTERRUPTED = 130
_OWN = (
    Command("init", "Make a workspace in a folder that is new or empty.", "cli.keep"),
    Command("doctor", "Look at settings, versions, stores and disk; exit 1 when something fails.", "cli.keep"),
    Command("migrate", "Bring the records to this version's schema; back the folder up first.", "cli.keep"),
    Command("serve", "Serve the workspace: pages, interface and worker, until Ctrl-C.", "cli.serve"),
    Command("worker", "Run background work as a process of its own (records on PostgreSQL).", "cli.serve"),
    Command("openapi", "Print the OpenAPI description of the HTTP interface.", "cli.publish"),
)
LISTED = {command.name: command for command in (*_OWN, *(command for room in ROOMS for command in room.commands))}


class Windsock(click.Group):
    """The group that imports a command when it is called, and words errors: what, where, what to do; a traceback only with ``--debug``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return sorted({*LISTED, *self.commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command that can be called, imported at the first time; None where there is none of that name."""
        if cmd_name in LISTED and cmd_name not in self.commands:
            with no_collection():
                from windsock.cli.wrap import with_home  # noqa: PLC0415 - it opens workspaces, of which `--version` and `--help` have none

                self.commands[cmd_name] = with_home(LISTED[cmd_name].load())
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        shown = [self.commands.get(name) or click.Command(name, help=LISTED[name].about) for name in self.list_commands(ctx)]
        room = formatter.width - 6 - max(len(command.name or "") for command in shown)
        with formatter.section("Commands"):
            formatter.write_dl([(command.name or "", command.get_short_help_str(room)) for command in shown])

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
    from windsock.kernel.settings import LogSettings  # noqa: PLC0415 - `--version` and `--help` log nothing
    from windsock.workspace import configure_logs  # noqa: PLC0415 - as above

    configure_logs(LogSettings(level="debug" if debug else "warning"))
