"""How an owner is told of a launch: in the inbox, by the ways they chose, and at the destinations that the launch names."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import structlog

from windsock.destinations import Button, Message, deliver, find, put, ways_of
from windsock.governance import members_called, members_in_charge
from windsock.kernel.errors import InvalidInput, NotFound, TooMany
from windsock.kernel.written import read_yaml
from windsock.metrics import catalogue_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windsock.monitoring.launches.definition import Launch
    from windsock.monitoring.launches.judge import Status
    from windsock.records import Session
    from windsock.workspace import Workspace

Language = Literal["zh", "en"]
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class News:
    """What is told: of which line by its place (None: of the launch), what (a key of words.yaml), and how the line stands."""

    line: int | None
    what: str
    status: Status | None


def tell(workspace: Workspace, session: Session, launch: Launch, news: News) -> None:
    """Queue a message, if and only if the session commits; a launch never fails for a way that can't be used.

    Members whom ``owner`` means are told in their inbox and by the ways they chose; where it means none, admins and leads are.
    """
    message = message_of(workspace, launch, news)
    meant = members_called(session, [launch.owner])
    put(workspace, session, [one.id for one in meant or members_in_charge(session)], message)
    for name in launch.tell:
        _queue(workspace, session, name, message, [one.email for one in meant])
    for one in meant:
        for name in ways_of(session, one.id):
            if name not in launch.tell:
                _queue(workspace, session, name, replace(message, id=f"{message.id}.{one.id}"), (one.email,))


def message_of(workspace: Workspace, launch: Launch, news: News) -> Message:
    """Return a message in the workspace's language; the same news has the same id."""
    language: Language = "zh" if workspace.settings.workspace.language == "zh" else "en"
    title, book = launch.title.json()[language], _words()
    subject = book[news.what][language].format(title=title)
    text, data = subject, {"launch": launch.name, "what": news.what}
    if news.line is not None and news.status is not None:
        line, status = launch.lines[news.line], news.status
        metric = catalogue_of(workspace).metrics.get(line.metric)
        called = line.metric if metric is None else metric.title.json()[language]
        ratio = metric is not None and metric.unit == "ratio"
        told = {"metric": called, "line": _figure(line.value, ratio=ratio), "now": _figure(status.value, ratio=ratio)}
        text += "\n" + book[line.direction][language].format(**told)
        if status.probability is not None and status.low is not None and status.high is not None:
            low, high = _figure(status.low, ratio=ratio), _figure(status.high, ratio=ratio)
            text += "\n" + book["ahead"][language].format(probability=f"{status.probability:.0%}", low=low, high=high)
        data |= {"metric": line.metric, "value": status.value, "line": line.value, "probability": status.probability}
    home, path = workspace.settings.http.public_url.rstrip("/"), f"/watch/launches?launch={launch.name}"
    return Message(
        id=f"launch.{launch.name}.{'' if news.line is None else news.line}.{news.what}",
        subject=subject[:250],
        text=text,
        html="".join(f"<p>{escape(line)}</p>" for line in text.splitlines()),
        data=data,
        severity="info" if news.what == "succeeded" else "warning",
        buttons=(Button(book["open"]["zh"], book["open"]["en"], f"{home}{path}"),) if home else (),
        language=language,
        type=f"launch.{news.what}",
        path=path,
    )


def _figure(value: float | None, *, ratio: bool) -> str:
    return "-" if value is None else f"{value:.1%}" if ratio else f"{value:,.0f}"


def _queue(workspace: Workspace, session: Session, name: str, message: Message, emails: Sequence[str]) -> None:
    try:
        mail = find(workspace, name).kind == "email"
        deliver(workspace, name, message, emails if mail else (), session=session)
    except (NotFound, InvalidInput, TooMany) as error:
        _log.warning("a launch was not told", message=message.id, destination=name, error=str(error))


@functools.cache
def _words() -> dict[str, dict[Language, str]]:
    return read_yaml(files("windsock.monitoring.launches").joinpath("words.yaml").read_text("utf-8"))
