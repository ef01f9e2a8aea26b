"""Records as the doors show them: lists, dearest first; one whole with its timeline; a file. Plain words beside the states of ITIL."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from windsock.governance import audit, safe_cell
from windsock.itsm import store
from windsock.itsm.hand_over import words
from windsock.itsm.model.record import Record, clock_ms, cost_cents
from windsock.itsm.model.states import MACHINES, PLAIN
from windsock.kernel.clock import iso
from windsock.kernel.errors import NotFound
from windsock.kernel.money import text
from windsock.records import Page, decode, take

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.itsm.review import Form
    from windsock.workspace import Workspace

EXPORT_MAX, KEYS = 20_000, 3
_COLUMNS = ("id", "kind", "title_en", "state", "severity", "money_per_hour", "people", "owner", "opened", "seen", "resolved", "closed", "cost")


def listed(workspace: Workspace, wanted: store.Wanted, limit: int, cursor: str | None = None) -> Page[Record]:
    """Return a page of records, those that cost most per hour first, then the newest.

    Raises:
        InvalidInput: the cursor is of another list.
    """
    scope = f"itsm:{wanted}"
    after = None if cursor is None else decode(cursor, length=KEYS, scope=scope)
    key = None if after is None else (int(after[0] or 0), int(after[1] or 0), str(after[2]))
    with workspace.records.read() as session:
        return take(store.page(session, wanted, limit + 1, key), limit, store.sort_key, scope=scope)


def record_json(workspace: Workspace, record: Record) -> dict[str, Any]:
    """Return a record as JSON: money as decimal text, instants as ISO 8601 in the workspace's zone."""
    now_ms, zone = workspace.clock.now_ms(), workspace.zone
    spent = cost_cents(record, now_ms) if record.kind == "incident" else None
    times = {name: _iso(getattr(record, f"{name}_ms"), zone) for name in ("opened", "changed", "seen", "resolved", "closed")}
    plain = words()["states"][PLAIN[record.state]] if record.kind == "incident" else None
    kept = asdict(record)
    shown = ("id", "kind", "title_zh", "title_en", "state", "version", "cause", "owner", "severity", "people", "waiting", "escalated", "unverified")
    more = ("merged_into", "fallback", "accepted_risk", "rule", "review", "person", "opened_by", "body")
    return {
        **{name: kept[name] for name in (*shown, *more)},
        **times,
        "plain": plain,
        "money_per_hour": None if record.money_per_hour is None else text(record.money_per_hour),
        "cost": None if spent is None else f"{spent // 100}.{spent % 100:02d}",
        "worked_s": clock_ms(record, now_ms) // 1000 if record.kind == "incident" else None,
        "events": list(MACHINES[record.kind].events(record.state)),
    }


def whole(workspace: Workspace, record_id: str) -> dict[str, Any]:
    """Return a record with its timeline, what belongs to it, what it belongs to, and its automatic actions.

    Raises:
        NotFound: there is none.
    """
    zone = workspace.zone
    with workspace.records.read() as session:
        record = store.read(session, record_id[:40])
        if record is None:
            raise NotFound(f"There is no record '{record_id[:40]}'.", where="record")
        moves, entries, links = store.moves(session, record.id), store.entries(session, record.id), store.links(session, record.id)
        known = store.many(session, [link.target for link in links if link.kind != "alert"])
        of = store.many(session, store.linked_from(session, record.kind, record.id))
        actions = store.actions(session, record.id)
    lines = [(one.at_ms, 0, one.actor_name, one.event, one.reason, one.before, one.after, one.evidence) for one in moves]
    lines += [(one.at_ms, 1, one.actor_name, one.kind, one.text, "", "", {}) for one in entries]
    names = ("at", "by", "what", "text", "before", "after", "evidence")
    timeline = [dict(zip(names, (iso(line[0], zone), *line[2:]), strict=True)) for line in sorted(lines, key=lambda line: line[:2])]
    return {
        "record": record_json(workspace, record),
        "timeline": timeline,
        "alerts": [{"alert": one.target, "joined": iso(one.at_ms, zone), "ended": _iso(one.ended_ms, zone)} for one in links if one.kind == "alert"],
        "linked": [record_json(workspace, known[one.target]) for one in links if one.target in known],
        "of": [record_json(workspace, one) for one in of.values()],
        "actions": [{"run": one["run"], "what": one["what"], "outcome": one["outcome"], "at": iso(one["at_ms"], zone)} for one in actions],
    }


def review_json(workspace: Workspace, found: Form) -> dict[str, Any]:
    """Return a review, or the form of one."""
    review = found.review
    saved = None if review is None else iso(review.saved_ms, workspace.zone)
    return {
        "record": found.record.id, "review": None if review is None else review.id, "version": 0 if review is None else review.version,
        "saved": saved, "saved_by": None if review is None else review.saved_by, "answers": found.answers,
    }  # fmt: skip


def export(workspace: Workspace, actor: Actor, kind: str) -> str:
    """Return all records of a kind as CSV, at most 20,000; no cell is a formula. The audit trail says who took it."""
    with workspace.records.read() as session:
        found: Sequence[Record] = store.page(session, store.Wanted(kind), EXPORT_MAX)
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for one in found:
        shown = record_json(workspace, one)
        rows.writerow([safe_cell("" if shown[name] is None else str(shown[name])) for name in _COLUMNS])
    with workspace.records.write() as session:
        audit(session, actor, "itsm.exported", kind, {"rows": len(found)}, workspace.clock.now_ms())
    return out.getvalue()


def _iso(ms: int | None, zone: str) -> str | None:
    return None if ms is None else iso(ms, zone)
