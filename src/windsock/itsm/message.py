"""A call as a message: to who is on duty, and to the destination that the settings name; queued with what happened, sent by jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

import structlog

from windsock.destinations import Button, Message, deliver, find, put, ways_of
from windsock.governance import members_called, members_in_charge
from windsock.itsm import store
from windsock.itsm.call import Call
from windsock.itsm.picture import picture_of
from windsock.itsm.quiet import is_quiet
from windsock.kernel.errors import InvalidInput, NotFound, TooMany
from windsock.kernel.money import text
from windsock.kernel.written import read_yaml
from windsock.monitoring import under_maintenance, whys

if TYPE_CHECKING:
    from windsock.itsm.model.record import Record
    from windsock.records import Session
    from windsock.workspace import Workspace

Language = Literal["zh", "en"]
DIGEST_MOST = 30
_log = structlog.get_logger(__name__)


def send_call(workspace: Workspace, session: Session, call: Call) -> None:
    """Queue the message of a call, if and only if the session commits; an incident never fails for a way that can't be used.

    It goes to the destination that the settings name, to the inbox of who is on duty (of admins and leads where nobody is), and to the
    destinations that who is on duty chose besides: by e-mail at their own address. Under maintenance nothing is told; in quiet hours what is less
    grave waits for the morning.
    """
    now_ms = workspace.clock.now_ms()
    if under_maintenance(session, now_ms):
        return  # once it is over, who has not seen the incident is told of it as of any that waits unseen
    if is_quiet(workspace, call.record, now_ms):
        store.wait_for_morning(session, call.record.id, now_ms)
        return
    tell_all(workspace, session, message_of(workspace, call, _why(session, call)), call.to)


def tell_all(workspace: Workspace, session: Session, message: Message, to: str) -> None:
    """Queue a message to the destination of the settings and to who is on duty (see ``send_call``), if and only if the session commits."""
    settings = workspace.settings.itsm
    if settings.destination:
        _queue(workspace, session, settings.destination, message, settings.recipients)
    meant = members_called(session, [to]) if to else []
    put(workspace, session, [one.id for one in meant or members_in_charge(session)], message)
    for one in meant:
        for name in ways_of(session, one.id):
            # Two people may be told at one place: each message is its own.
            _queue(workspace, session, name, replace(message, id=f"{message.id}.{one.id}"), (one.email,))


def _queue(workspace: Workspace, session: Session, name: str, message: Message, recipients: Sequence[str]) -> None:
    try:
        mail = find(workspace, name).kind == "email"
        deliver(workspace, name, message, recipients if mail else (), session=session)
    except (NotFound, InvalidInput, TooMany) as error:
        _log.warning("an incident was not told", message=message.id, destination=name, error=str(error))


def message_of(workspace: Workspace, call: Call, why: Mapping[str, Any] | None = None) -> Message:
    """Return a call in the workspace's language, with the known event that its alert is likest and its picture; the same call has the same id."""
    language: Language = "zh" if workspace.settings.workspace.language == "zh" else "en"
    record, book, why = call.record, _words(), why or {}
    known_event: Mapping[str, str] | None = why["matches"][0]["title"] if why.get("matches") else None
    title = record.title_zh if language == "zh" else record.title_en
    subject: str = book[call.why][language].format(title=title, level=call.level)
    money = None if record.money_per_hour is None else text(record.money_per_hour)
    parts = [] if money is None else [book["money"][language].format(money=money, currency=workspace.settings.workspace.currency)]
    parts += [book["people"][language].format(people=record.people)] if record.people else []
    parts += [book["duty"][language].format(to=call.to)] if call.to else []
    lines = [(" · " if language == "en" else "，").join([*parts, book["number"][language].format(id=record.id)])]
    # The cause's sentence names the place already; an incident that somebody opened by hand does not.
    where = {} if record.body.get("alert") else dict(record.body.get("where") or {})
    lines += [book["place"][language].format(place=", ".join(f"{name} = {value}" for name, value in where.items()))] if where else []
    lines += [book["known"][language].format(event=known_event[language])] if known_event else []
    picture = picture_of(workspace, why.get("course") or {}, subject, language)
    shown = "" if picture is None else f'<p><img src="cid:{picture.name}" alt="{escape(picture.alt)}" width="640" style="max-width:100%"></p>'
    return Message(
        id=f"{record.id}.{call.why}.{record.version}.{record.escalated}",
        subject=subject[:250],
        text="\n".join([subject, *lines]),
        html=f"<p><b>{escape(subject)}</b></p>" + "".join(f"<p>{escape(line)}</p>" for line in lines) + shown + _linked(workspace, call, language),
        data={
            "incident": record.id, "why": call.why, "severity": record.severity, "money_per_hour": money, "cause": record.cause,
            "alert": record.body.get("alert"), "where": record.body.get("where") or {}, "known_event": known_event and known_event["en"],
        },
        severity="critical" if record.severity == 1 else "warning",
        buttons=_buttons(workspace, call),
        language=language,
        type=f"incident.{call.why}",
        path=f"/watch/incidents/{record.id}",
        pictures=() if picture is None else (picture,),
    )  # fmt: skip


def _why(session: Session, call: Call) -> Mapping[str, Any] | None:
    """Return what explains the incident's alert: the known events that it is like, and its course; None where nothing does yet."""
    alert = call.record.body.get("alert")
    return whys(session, [str(alert)]).get(str(alert)) if alert else None


def _buttons(workspace: Workspace, call: Call) -> tuple[Button, ...]:
    """Return acknowledge, mute and open as links to the pages, where each asks for one click: whoever only fetches a link does nothing."""
    home, book = workspace.settings.http.public_url.rstrip("/"), _words()
    if not home:
        return ()
    alert = call.record.body.get("alert")
    found = {} if not alert else {act: f"{home}/watch/alerts?{urlencode({'alert': alert, 'do': act})}" for act in ("ack", "mute")}
    found["open"] = f"{home}/watch/incidents/{call.record.id}"
    return tuple(Button(book[f"do_{act}"]["zh"], book[f"do_{act}"]["en"], url) for act, url in found.items())


def _linked(workspace: Workspace, call: Call, language: Language) -> str:
    shown = [(one.zh if language == "zh" else one.en, one.url) for one in _buttons(workspace, call)]
    return "<p>" + " · ".join(f'<a href="{escape(url)}">{escape(label)}</a>' for label, url in shown) + "</p>" if shown else ""


def digest_of(workspace: Workspace, records: Sequence[Record], message_id: str) -> Message:
    """Return one message of several incidents, those that cost most first; at most thirty are named."""
    language: Language = "zh" if workspace.settings.workspace.language == "zh" else "en"
    book, currency = _words(), workspace.settings.workspace.currency
    dearest = sorted(records, key=lambda one: (-(one.cents_per_hour or 0), one.opened_ms, one.id))
    lines: list[str] = []
    for one in dearest[:DIGEST_MOST]:
        money = book["unknown_money"][language] if one.money_per_hour is None else f"{text(one.money_per_hour)} {currency}"
        title = one.title_zh if language == "zh" else one.title_en
        lines.append(book["night_line"][language].format(title=title, money=money, state=book["over" if one.resolved_ms else "open"][language]))
    if len(dearest) > DIGEST_MOST:
        lines.append(book["night_more"][language].format(count=len(dearest) - DIGEST_MOST))
    subject: str = book["night"][language].format(count=len(records))
    html = f"<p><b>{escape(subject)}</b></p><ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"
    data = {"incidents": [one.id for one in dearest]}
    plain = "\n".join([subject, *lines])
    home = workspace.settings.http.public_url.rstrip("/")
    buttons = (Button(book["do_open"]["zh"], book["do_open"]["en"], f"{home}/watch/incidents"),) if home else ()
    return Message(
        message_id, subject, plain, html, data=data, buttons=buttons, language=language, type="incident.digest", path="/watch/incidents"
    )  # fmt: skip


@cache
def _words() -> dict[str, dict[Language, str]]:
    return read_yaml(files("windsock.itsm").joinpath("words.yaml").read_text("utf-8"))["message"]
