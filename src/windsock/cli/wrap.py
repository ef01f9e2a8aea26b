"""Give a room's command its ``--home`` and a way to open the workspace.

A room's callback takes ``open_it`` first and calls it where it needs the workspace: ``with open_it() as workspace``; one that takes none works
on plain files and is left as it is. One that serves
afterwards has a parameter ``serve`` and gets ``serve(home, port)``; one that has its own option ``home`` keeps it.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from windsock.cli.home import checked_home, home_option
from windsock.workspace import Workspace, open_workspace


def opener(home: Path | None) -> Callable[..., Workspace]:
    """Return what opens the workspace when it is called; keywords go to ``open_workspace``."""

    def open_it(**given: Any) -> Workspace:  # noqa: ANN401 - pydantic checks settings
        return open_workspace(checked_home(home), **given)

    return open_it


def with_home(command: click.Command) -> click.Command:
    """Return a copy of a room's command, or of a group and all below it, that opens the workspace by itself."""
    wrapped = copy.copy(command)
    if isinstance(wrapped, click.Group):
        wrapped.commands = {name: with_home(one) for name, one in wrapped.commands.items()}
        return wrapped
    callback = wrapped.callback
    if callback is None or "open_it" not in inspect.signature(callback).parameters:
        return wrapped
    serves = "serve" in inspect.signature(callback).parameters
    drains = "drain" in inspect.signature(callback).parameters
    own_home = any(parameter.name == "home" for parameter in wrapped.params)
    if not own_home:
        wrapped.params = [*wrapped.params, home_option()]

    def run(**given: Any) -> Any:  # noqa: ANN401 - a command's own options
        home = given.get("home") if own_home else given.pop("home")
        if serves:
            from windsock.cli.serve import serve_workspace  # noqa: PLC0415 - the worker and all its rooms come with it

            given["serve"] = serve_workspace
        if drains:
            from windsock.worker import worker_of  # noqa: PLC0415 - as above

            def drain(workspace: Workspace) -> int:
                """Do the jobs that wait, and all that follows."""
                return worker_of(workspace).drain()

            given["drain"] = drain
        return callback(opener(home), **given)

    wrapped.callback = run
    return wrapped
