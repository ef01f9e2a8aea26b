"""The command-line door of a person's rights: hand over, erase."""

from __future__ import annotations

import json
from collections.abc import Callable

import click

from windsock.governance import cli_actor
from windsock.kernel.counted import counted
from windsock.kernel.errors import InvalidInput
from windsock.tracking.people.rights import did_of, erase_person, export_person
from windsock.workspace import Workspace

Open = Callable[..., Workspace]
_ID = click.argument("person", metavar="NAMESPACE:ID")


def _split(person: str) -> tuple[str, str]:
    namespace, colon, text = person.partition(":")
    if not colon or not text:
        raise InvalidInput(f"'{person[:40]}' names no id.", where="NAMESPACE:ID", fix="Write it as email:anna@example.com or member:GA1234.")
    return namespace, text


@click.command("hand-over")
@_ID
def hand_over(open_it: Open, person: str) -> None:
    """Write all that is held of a person, named by any of their ids, as JSON."""
    with open_it() as workspace:
        held = export_person(workspace, cli_actor(), did_of(workspace, *_split(person)))
    click.echo(json.dumps(held, ensure_ascii=False, default=str, indent=1))


@click.command("erase")
@_ID
@click.option("--reason", required=True, help="Why; kept in the audit trail, so name nobody in it.")
@click.option("--yes", is_flag=True, help="Don't ask: it can't be undone.")
def erase(open_it: Open, person: str, reason: str, *, yes: bool) -> None:
    """Forget a person, named by any of their ids, in every table; counts and money stay, and nothing brings the person back."""
    with open_it() as workspace:
        did = did_of(workspace, *_split(person))
        if not yes:
            click.confirm("This can't be undone. Erase the person?", abort=True)
        done = erase_person(workspace, cli_actor(), did, reason)
    for room, rows in done.touched.items():
        click.echo(f"{room:<12} {rows:>10,} rows")
    if done.left:
        where = ", ".join(f"{table} {rows:,}" for table, rows in done.left.items())
        click.echo(f"{counted(done.ids, 'id')} erased. Their texts still stand in: {where} (as part of somebody else's data, or of a free text).")
    else:
        click.echo(f"{counted(done.ids, 'id')} erased; a search finds none of their texts any more.")


COMMANDS = (hand_over, erase)
