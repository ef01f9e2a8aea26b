"""What conditions learn of segments: who is in one, now or as of then, and that it is there at all."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from windsock import definitions
from windsock.conditions import NamedPort, Plan, known, ours, plug_named
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.workspace import Workspace

KIND = "segment"


def add_members(plan: Plan, name: str) -> str:
    """Add the part with the members of a segment; see ``conditions.NamedPort``.

    Membership is read as it was last evaluated, for every kind: the stays that had begun and not ended at the asked time, each person as they
    are merged at that time.
    """
    params, frame = plan.params, plan.frame
    person = exp.Coalesce(this=exp.column("pid", "al"), expressions=[exp.column("person", "m")])
    select = ours("SELECT CAST(NULL AS TEXT) AS value, CAST(NULL AS DOUBLE) AS weight FROM segment_member AS m")
    select = select.select(exp.alias_(person.copy(), "person"), copy=False).distinct(copy=False)
    on = exp.and_(exp.EQ(this=exp.column("did", "al"), expression=exp.column("person", "m")), known("al", frame, params))
    select = select.join(exp.to_table("alias").as_("al"), on=on, join_type="left", copy=False)
    select = select.where(exp.EQ(this=exp.column("segment", "m"), expression=params.bind(name)), copy=False)
    gone = exp.Is(this=exp.column("left_ms", "m"), expression=exp.Null())
    if frame.as_of_ms is None:
        select = select.where(gone, copy=False)
    else:
        begun = exp.LTE(this=exp.column("entered_ms", "m"), expression=params.bind(frame.as_of_ms))
        later = exp.GT(this=exp.column("left_ms", "m"), expression=params.bind(frame.as_of_ms))
        select = select.where(begun, exp.paren(exp.or_(gone, later)), copy=False)
    if frame.person is not None:
        select = select.where(exp.EQ(this=person.copy(), expression=params.bind(frame.person)), copy=False)
    if frame.people is not None:
        among = exp.Subquery(this=ours(f"SELECT d.did FROM {frame.people} AS d"))  # noqa: S608 - a name of ours
        select = select.where(exp.In(this=exp.column("person", "m"), query=among), copy=False)
    return plan.add(plan.fresh("n"), select)


def check_segment(workspace: Workspace, name: str, place: str) -> None:
    """Refuse a segment that is not in force.

    Raises:
        InvalidInput: says what is close to it.
    """
    with workspace.records.read() as session:
        known_names = [one.name for one in definitions.list_definitions(session, kind=KIND, limit=200).items if one.state == "active"]
    if name not in known_names:
        close = get_close_matches(name, known_names, n=3)
        fix = f"Did you mean {' or '.join(close)}?" if close else "See windsock segment list."
        raise InvalidInput(f"There is no segment '{name[:60]}'.", where=place, fix=fix)


def told_segment(name: str, language: Literal["zh", "en"]) -> str:
    """Return the name: titles are people's own, and none ships."""
    del language
    return name


def plug() -> None:
    """Tell conditions who knows segments."""
    plug_named("segment", NamedPort(add_members, check_segment, told_segment))
