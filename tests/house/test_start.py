"""A command starts with what it needs: the list of rooms imports none of them, and the first answer waits for no library it doesn't use."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module

import click
import pytest

from tests.house.tree import ROOT
from tests.house.walls import DOORS
from windsock.cli.main import LISTED, main
from windsock.rooms import ROOMS, Command, Parts

SRC = ROOT / "src"
HEAVY = {"duckdb", "pyarrow", "numpy", "sqlalchemy", "fastapi", "pydantic", "sqlglot", "alembic", "structlog", "rich"}
ASKING = """
import json, sys
from windsock.cli.main import main
try:
    main({arguments})
except SystemExit:
    pass
sys.stderr.write(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""


def _imported(*arguments: str) -> set[str]:
    asked = subprocess.run([sys.executable, "-c", ASKING.format(arguments=list(arguments))], capture_output=True, text=True, check=True)
    assert "windsock" in asked.stdout.lower()
    return set(json.loads(asked.stderr))


@pytest.mark.parametrize("arguments", [("--version",), ("--help",)])
def test_what_says_nothing_of_a_workspace_imports_no_heavy_library(arguments: tuple[str, ...]) -> None:
    found = _imported(*arguments)
    assert "click" in found
    assert not found & HEAVY


def test_a_command_that_is_asked_for_its_help_imports_its_libraries() -> None:
    assert _imported("metrics", "list", "--help") & HEAVY  # so the test above looks at the right place


@pytest.mark.parametrize("listed", LISTED.values(), ids=LISTED)
def test_a_command_is_listed_as_it_calls_itself(listed: Command) -> None:
    command = listed.load()
    assert isinstance(command, click.Command)
    assert command.name == listed.name
    assert command.get_short_help_str(300) == listed.about


def test_every_command_of_every_room_is_listed() -> None:
    written = {
        command.name
        for path in (SRC / "windsock").rglob("commands.py")
        for command in getattr(import_module(".".join(path.relative_to(SRC).with_suffix("").parts)), "COMMANDS", ())
    }
    assert written
    assert written <= set(LISTED)
    assert main.list_commands(click.Context(main)) == sorted({*LISTED, *main.commands})


def test_the_list_of_rooms_names_doors_only() -> None:
    given = [part for room in ROOMS for part in vars(room).values() if isinstance(part, Parts)]
    places = {place for part in given for place in part.places} | {place for room in ROOMS for one in room.commands for place in _places(one)}
    assert places
    for place in places:
        assert place.rpartition(".")[2] in {*DOORS, "door"}, place
    for part in given:
        assert part(), part


def _places(command: Command) -> list[str]:
    return [command.place, *(place for place, _ in command.below)]
