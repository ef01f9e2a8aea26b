"""The command-line doors: incidents, and who is on duty."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from windsock.governance import cli_actor
from windsock.itsm import amend, escalate, hand_over, read, review, step, store
from windsock.itsm.begin import Opening
from windsock.itsm.begin import open_incident as begun
from windsock.itsm.model.record import cents
from windsock.itsm.model.rota import Duty
from windsock.kernel.errors import NotFound

if TYPE_CHECKING:
    from windsock.itsm.model.record import Record
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

_FORMAT = click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="For people or programmes.")
_REASON = click.option("--reason", required=True, help="Why; it is kept.")
_LISTED = 200


@click.group("incident")
def incident() -> None:
    """Incidents: what costs money now, who works on it, and what came of it."""


@click.command("list")
@click.option("--all", "every", is_flag=True, help="Also those that are over.")
@_FORMAT
def list_(open_it: Opener, every: bool, form: str) -> None:  # noqa: FBT001 - click's own value
    """List incidents, those that cost most per hour first."""
    with open_it() as workspace:
        found = read.listed(workspace, store.Wanted("incident", None if every else (*hand_over.OPEN, "resolved")), _LISTED)
        rows = [read.record_json(workspace, one) for one in found.items]
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['id']}  {row['plain']['en']:<9} {row['severity']}  {row['money_per_hour'] or '?':>12}/h  {row['title_en']}")
    if not rows:
        click.echo("There is no incident.")


@click.command("show")
@click.argument("incident_id")
@_FORMAT
def show(open_it: Opener, incident_id: str, form: str) -> None:
    """Show one incident with its timeline."""
    with open_it() as workspace:
        found = read.whole(workspace, incident_id)
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    _tell(found["record"])
    for line in found["timeline"]:
        click.echo(f"  {line['at']}  {line['by']}: {line['what']} {line['text']}")


@click.command("open")
@click.argument("title")
@click.option("--cause", help="What explains it; an open incident of this cause is joined.")
@click.option("--money", help="Money lost per hour, in the workspace's currency.")
@click.option("--people", type=click.IntRange(0), help="How many people are touched.")
@_REASON
def open_(open_it: Opener, title: str, reason: str, **given: Any) -> None:  # noqa: ANN401 - click's own values
    """Open an incident, or join the one of its cause."""
    with open_it() as workspace:
        asked = Opening(given["cause"], "", title, reason, cents(given["money"], "--money"), given["people"])
        found = begun(workspace, cli_actor(), asked)
        _tell(read.record_json(workspace, found.record), found.how)


@click.command("move")
@click.argument("incident_id")
@click.argument("event")
@_REASON
def move(open_it: Opener, incident_id: str, event: str, reason: str) -> None:
    """Move an incident: see, work, watch, wait, resume, resolve or reopen."""
    with open_it() as workspace:
        _tell(read.record_json(workspace, _moved(workspace, incident_id, event, reason)))


@click.command("note")
@click.argument("incident_id")
@click.argument("text")
def note(open_it: Opener, incident_id: str, text: str) -> None:
    """Write a line into an incident's timeline."""
    with open_it() as workspace:
        amend.note(workspace, cli_actor(), incident_id, text)
    click.echo("Noted.")


@click.command("close")
@click.argument("incident_id")
@_REASON
def close(open_it: Opener, incident_id: str, reason: str) -> None:
    """Close an incident that is resolved."""
    with open_it() as workspace:
        _tell(read.record_json(workspace, _moved(workspace, incident_id, "close", reason)))


@click.command("review")
@click.argument("incident_id")
@click.option("--answer", "answers", multiple=True, help="QUESTION=ANSWER; questions are what, seen, cost, cause, change. Others stay as they are.")
@_FORMAT
def review_(open_it: Opener, incident_id: str, answers: tuple[str, ...], form: str) -> None:
    """Show the five answers on an incident, or save them with those that are given."""
    with open_it() as workspace:
        found = review.form(workspace, incident_id)
        if answers:
            given = {name: text for name, _, text in (one.partition("=") for one in answers)}
            review.save_review(workspace, cli_actor(), incident_id, {**found.answers, **given}, 0 if found.review is None else found.review.version)
            found = review.form(workspace, incident_id)
        shown = read.review_json(workspace, found)
    if form == "json":
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    click.echo(f"Review of {shown['record']}, version {shown['version']}{'' if shown['saved'] else ' (not saved)'}")
    for name, text in shown["answers"].items():
        click.echo(f"  {name:<7} {text}")


@click.group("rota")
def rota() -> None:
    """Who is on duty, and the note of a shift to the next."""


@click.command("show")
def show_rota(open_it: Opener) -> None:
    """Show the rota, and who is on duty now."""
    with open_it() as workspace:
        duties, now = escalate.rota(workspace)
    click.echo(", ".join(f"level {level}: {name or 'nobody'}" for level, name in now.items()))
    for one in duties:
        when = f"{one.from_ms} to {one.to_ms}" if one.weekday is None else f"day {one.weekday}, {_time(one.from_minute)} to {_time(one.to_minute)}"
        click.echo(f"{one.id}  level {one.level}  {when}  {one.member}")


@click.command("add")
@click.argument("member")
@click.option("--weekday", type=click.IntRange(0, 6), required=True, help="0 is Monday.")
@click.option("--from", "start", type=click.DateTime(["%H:%M"]), required=True, help="Local time, HH:MM.")
@click.option("--to", "end", type=click.DateTime(["%H:%M"]), required=True, help="Local time, HH:MM; not after the start: on the next day.")
@click.option("--level", type=click.IntRange(1, 3), default=1, show_default=True, help="1 is told first.")
def add(open_it: Opener, member: str, weekday: int, level: int, **given: Any) -> None:  # noqa: ANN401 - click's own values
    """Put MEMBER on the rota, every week."""
    start, end = (given[name].hour * 60 + given[name].minute for name in ("start", "end"))
    with open_it() as workspace:
        made = escalate.add_duty(workspace, cli_actor(), Duty("", level, member, weekday, start, end))
    click.echo(f"{made.id}  {made.member}")


@click.command("drop")
@click.argument("duty_id")
def drop(open_it: Opener, duty_id: str) -> None:
    """Take a line out of the rota."""
    with open_it() as workspace:
        escalate.drop_duty(workspace, cli_actor(), duty_id)
    click.echo("Taken out.")


@click.command("hand-over")
@click.option("--language", type=click.Choice(["zh", "en"]), default="en", show_default=True, help="Language of the note.")
def hand_over_(open_it: Opener, language: str) -> None:
    """Write the note of the last eight hours."""
    with open_it() as workspace:
        found = hand_over.hand_over(workspace)
    click.echo(found.zh if language == "zh" else found.en)


def _moved(workspace: Workspace, incident_id: str, event: str, reason: str) -> Record:
    with workspace.records.read() as session:
        known = store.read(session, incident_id[:40])
    if known is None or known.kind != "incident":
        raise NotFound(f"There is no incident '{incident_id[:40]}'.", where="INCIDENT_ID")
    return step.move(workspace, cli_actor(), known.id, step.Wish(event, reason, known.version))


def _tell(shown: dict[str, Any], how: str = "") -> None:
    money = f"{shown['money_per_hour']} per hour" if shown["money_per_hour"] else "cost unknown"
    click.echo(f"{shown['id']} {how + ' ' if how else ''}[{shown['plain']['en'] if shown['plain'] else shown['state']}] {shown['title_en']}: {money}")


def _time(minute: int | None) -> str:
    return f"{(minute or 0) // 60:02d}:{(minute or 0) % 60:02d}"


for _command in (list_, show, open_, move, note, close, review_):
    incident.add_command(_command)
for _command in (show_rota, add, drop, hand_over_):
    rota.add_command(_command)
COMMANDS = (incident, rota)
