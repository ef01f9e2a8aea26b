"""A call as a message to the destination that the settings name: queued with what happened, sent by a job."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import structlog

from windsock.destinations import Message, deliver
from windsock.itsm.call import Call
from windsock.kernel.errors import InvalidInput, NotFound, TooMany
from windsock.kernel.money import text
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from windsock.records import Session
    from windsock.workspace import Workspace

Language = Literal["zh", "en"]
_log = structlog.get_logger(__name__)


def send_call(workspace: Workspace, session: Session, call: Call) -> None:
    """Queue the message of a call, if and only if the session commits; an incident never fails for a destination that can't be used."""
    settings = workspace.settings.itsm
    if not settings.destination:
        return
    try:
        deliver(workspace, settings.destination, message_of(workspace, call), settings.recipients, session=session)
    except (NotFound, InvalidInput, TooMany) as error:
        _log.warning("an incident was not told", incident=call.record.id, destination=settings.destination, error=str(error))


def message_of(workspace: Workspace, call: Call) -> Message:
    """Return a call in the workspace's language; the same call has the same id."""
    language: Language = "zh" if workspace.settings.workspace.language == "zh" else "en"
    record, book = call.record, _words()
    title = record.title_zh if language == "zh" else record.title_en
    subject: str = book[call.why][language].format(title=title, level=call.level)
    money = None if record.money_per_hour is None else text(record.money_per_hour)
    parts = [] if money is None else [book["money"][language].format(money=money, currency=workspace.settings.workspace.currency)]
    parts += [book["people"][language].format(people=record.people)] if record.people else []
    parts += [book["duty"][language].format(to=call.to)] if call.to else []
    line = (" · " if language == "en" else "，").join([*parts, book["number"][language].format(id=record.id)])
    return Message(
        id=f"{record.id}.{call.why}.{record.version}.{record.escalated}",
        subject=subject[:250],
        text=f"{subject}\n{line}",
        html=f"<p><b>{escape(subject)}</b></p><p>{escape(line)}</p>",
        data={"incident": record.id, "why": call.why, "severity": record.severity, "money_per_hour": money, "cause": record.cause},
        severity="critical" if record.severity == 1 else "warning",
        language=language,
    )


@cache
def _words() -> dict[str, dict[Language, str]]:
    return read_yaml(files("windsock.itsm").joinpath("words.yaml").read_text("utf-8"))["message"]
