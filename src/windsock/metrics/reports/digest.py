"""A dashboard as a message: headline numbers, why revenue moved, courses as pictures, bars and tables, in one language, as text and as HTML.

The HTML is what mail programmes show: tables, styles on the elements, pictures inside the mail, nothing fetched from anywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any

import structlog

from windsock.destinations import Message, Picture
from windsock.kernel.clock import iso
from windsock.kernel.errors import WindsockError
from windsock.metrics.dashboards.fill import Filled, fill
from windsock.metrics.dashboards.model import Dashboard
from windsock.metrics.dashboards.shown import panel_json
from windsock.metrics.reports.picture.course import Day, draw_course
from windsock.metrics.reports.said import Language, brief, change, figure, word
from windsock.metrics.restate import restated_mark
from windsock.metrics.value_names import namer

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.metrics.dashboards.ask import Asked
    from windsock.metrics.model.definition import Words
    from windsock.workspace import Workspace

_log = structlog.get_logger(__name__)
COURSE_DAYS = 28
ROWS_MAX = 12
PICTURES_MAX = 6
_CELL = 'style="padding:4px 12px 4px 0;border-bottom:1px solid #E4E7EC;font-size:13px"'
_RIGHT = 'style="padding:4px 0 4px 12px;border-bottom:1px solid #E4E7EC;font-size:13px;text-align:right;white-space:nowrap"'


@dataclass
class _Made:
    """The parts of a message as they grow."""

    text: list[str] = field(default_factory=list[str])
    html: list[str] = field(default_factory=list[str])
    pictures: list[Picture] = field(default_factory=list[Picture])

    def title(self, title: str) -> None:
        self.text += ["", title]
        self.html.append(f'<h2 style="font-size:15px;margin:22px 0 6px">{escape(title)}</h2>')

    def line(self, text: str) -> None:
        self.text.append(text)
        self.html.append(f'<p style="margin:3px 0">{escape(text)}</p>')

    def table(self, rows: list[list[str]]) -> None:
        for row in rows:
            self.text.append("  ".join(row))
        body = "".join(
            "<tr>" + "".join(f"<td {_CELL if index == 0 else _RIGHT}>{escape(cell)}</td>" for index, cell in enumerate(row)) + "</tr>" for row in rows
        )
        self.html.append(f'<table cellspacing="0" cellpadding="0" style="border-collapse:collapse;width:100%">{body}</table>')


def compose(workspace: Workspace, board: Dashboard, period: Period, language: Language, message_id: str) -> Message:
    """Return a dashboard of a period as a message.

    Numbers and tables are of the period itself; a course shows the 28 days that end with it, so that a day has something to stand against.

    Raises:
        QueryTimeout, Busy: only where nothing at all could be asked; a panel that fails says so in its place.
    """
    panels = [panel for panel in board.panels if panel.kind != "text"]
    filled = fill(workspace, [panel for panel in panels if panel.kind != "line"], dates=(period.start, period.end), compare=board.compare)
    first = min(period.start, period.end - dt.timedelta(days=COURSE_DAYS - 1))
    courses = fill(workspace, [panel for panel in panels if panel.kind == "line"], dates=(first, period.end), compare=board.compare)
    by_id = {one.panel.id: one for one in (*filled.asked, *courses.asked)}
    say = _Sayer(workspace, language, filled.currency)
    made, data = _Made(), list[dict[str, Any]]()
    heads = [one for one in filled.asked if one.panel.kind == "number"]
    span = _span(period, language)
    made.line(f"{span}, {word('compared', language, start=filled.span.before.start, end=filled.span.before.end)}")
    made.table([say.number(one) for one in heads])
    for panel in sorted(panels, key=lambda one: (one.at.y, one.at.x)):
        one = by_id[panel.id]
        data.append(panel_json(workspace, one))
        if panel.kind != "number":
            say.panel(one, made)
    _foot(workspace, board, filled, made, language)
    title = board.title.zh if language == "zh" else board.title.en
    headline = next((f": {' '.join(say.number(one)[:2])}" for one in heads if one.error is None), "")
    subject = f"{workspace.settings.workspace.name} · {title} · {span}{headline}"
    html = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><body style="margin:0;background:#F6F7F9">'
        '<div style="max-width:680px;margin:0 auto;padding:20px 24px;background:#FFFFFF;color:#17202E;'
        "font:14px/1.5 -apple-system,'Segoe UI','PingFang SC','Microsoft YaHei',sans-serif\">"
        f'<h1 style="font-size:20px;margin:0 0 4px">{escape(title)}</h1>{"".join(made.html)}</div></body></html>'
    )
    body = {"title": board.title.json(), "period": {"from": str(period.start), "to": str(period.end)}, "panels": data}
    return Message(message_id, subject, "\n".join([title, *made.text]) + "\n", html, tuple(made.pictures), body)


def _span(period: Period, language: Language) -> str:
    return word("one_day" if period.days == 1 else "period", language, start=period.start, end=period.end)


def _restated(workspace: Workspace, board: Dashboard, period: Period, language: Language) -> str:
    """Say how many closed days of the period changed; nothing where none did, or where it could not be found out in time."""
    try:
        mark = restated_mark(workspace, period, board.metrics())
    except WindsockError as error:
        _log.warning("reports.mark_left_out", period=str(period), error=str(error))
        return ""
    if not mark.days:
        return ""
    key = "restated_least" if not mark.whole else "restated_one" if len(mark.days) == 1 else "restated"
    return word(key, language, days=len(mark.days))


def _foot(workspace: Workspace, board: Dashboard, filled: Filled, made: _Made, language: Language) -> None:
    notes = {note.code: (note.zh if language == "zh" else note.en) for one in filled.asked if one.answer for note in one.answer.notes}
    marks = [one.answer.complete_until_ms for one in filled.asked if one.answer and one.answer.complete_until_ms is not None]
    made.title(word("notes", language))
    for note in notes.values():
        made.line(note)
    if changed := _restated(workspace, board, filled.span.period, language):
        made.line(changed)
    if marks:
        made.line(word("until", language, at=iso(min(marks), workspace.zone)))
    made.line(word("foot", language, company=workspace.settings.workspace.name, at=iso(workspace.clock.now_ms(), workspace.zone)))


class _Sayer:
    """Panels in words and pictures of one language and currency."""

    def __init__(self, workspace: Workspace, language: Language, currency: str) -> None:
        self.workspace = workspace
        self.language: Language = language
        self.currency = currency
        self.named = namer(workspace)

    def say(self, words: Words) -> str:
        return words.zh if self.language == "zh" else words.en

    def value(self, dimension: str, value: object) -> str:
        if value is None:
            return word("empty", self.language)
        return self.say(self.named(dimension, str(value).lower() if isinstance(value, bool) else str(value)))

    def name(self, one: Asked) -> str:
        own = self.say(one.panel.title) or (one.tile.name if one.tile else "")
        if own or one.answer is None:
            return own or ", ".join(one.panel.metrics) or word("why", self.language)
        return ", ".join(self.say(metric.title) for metric in one.answer.metrics)

    def number(self, one: Asked) -> list[str]:
        if one.answer is None or not one.answer.rows:
            return [self.name(one), "—", "" if one.error is None else str(one.error.what)]
        metric, row = one.answer.metrics[0], one.answer.rows[0]
        now, before = _decimal(row.get(metric.name)), _decimal(row.get(f"{metric.name}.previous"))
        return [self.name(one), figure(now, metric.unit, self.language, self.currency), change(before, now, metric.unit, self.language)]

    def panel(self, one: Asked, made: _Made) -> None:
        if one.error is not None:
            made.title(self.name(one))
            made.line(word("missing", self.language, name=self.name(one), reason=str(one.error)))
        elif one.tree is not None:
            self._why(one, made)
        elif one.tile is not None:
            made.title(self.name(one))
            made.line(self.say(one.tile.sentence))
        elif one.panel.kind == "line":
            self._course(one, made)
        elif one.answer is not None and one.answer.rows:
            made.title(self.name(one))
            made.table(list(self._rows(one)))

    def _why(self, one: Asked, made: _Made) -> None:
        assert one.tree is not None  # noqa: S101 - the caller looked
        sentences = [sentence[self.language] for sentence in one.tree["sentences"]][:4]
        if sentences:
            made.title(self.name(one))
            for sentence in sentences:
                made.line(sentence)

    def _rows(self, one: Asked) -> Iterator[list[str]]:
        """The head, the rows and what is left over."""
        answer = one.answer
        assert answer is not None  # noqa: S101 - the caller looked
        by, units = answer.query.by, {metric.name: metric.unit for metric in answer.metrics}
        yield ["", *(self.say(metric.title) for metric in answer.metrics), ""]
        first = answer.metrics[0]
        for row in answer.rows[:ROWS_MAX]:
            name = " · ".join(self.value(field, row[field]) for field in by)
            cells = [figure(_decimal(row.get(metric)), unit, self.language, self.currency) for metric, unit in units.items()]
            moved = change(_decimal(row.get(f"{first.name}.previous")), _decimal(row.get(first.name)), first.unit, self.language)
            yield [name, *cells, moved]
        if len(answer.rows) <= ROWS_MAX and answer.next_cursor is not None and answer.total is not None and first.additivity == "additive":
            whole, shown = _decimal(answer.total.get(first.name)), [_decimal(row.get(first.name)) for row in answer.rows]
            if whole is not None:
                rest = whole - sum((value for value in shown if value is not None), Decimal(0))
                yield [word("others", self.language), figure(rest, first.unit, self.language, self.currency), *[""] * len(units)]

    def line(self, one: Asked, line: dict[str, Any]) -> str:
        """Name a line of a course: a metric, a value, or what is left over."""
        if line["kind"] == "rest":
            return word("others", self.language)
        if line["kind"] == "value":
            return self.value(one.panel.by[0], line["key"])
        titles = {metric.name: metric.title for metric in one.answer.metrics} if one.answer else {}
        return self.say(titles[line["key"]])

    def _course(self, one: Asked, made: _Made) -> None:
        if len(made.pictures) >= PICTURES_MAX or one.answer is None:
            return
        shown = panel_json(self.workspace, one)
        unit, money = one.answer.metrics[0].unit, one.answer.metrics[0].unit in ("money", "money_ratio")
        known: list[dict[str, Any]] = shown["lines"] or []
        found = [line for line in known if line["kind"] != "before"]
        lines: list[list[dict[str, Any]]] = [shown["band"]] if shown["band"] else [line["points"] for line in found]
        names = [self.name(one)] if shown["band"] else [self.line(one, line) for line in found]
        courses = [[_day(point, shown["whole_until"]) for point in line] for line in lines]

        def axis(value: float) -> str:
            exact = Decimal(str(round(value, 6)))
            return figure(exact, "ratio", "en", "") if unit == "ratio" else brief(exact, self.language, self.currency if money else "")

        png = draw_course(courses, axis) if courses else None
        if png is None:
            return
        alt = word("picture", self.language, name=self.name(one))
        made.title(self.name(one))
        name = f"course_{one.panel.id}"
        made.pictures.append(Picture(name, alt, png))
        made.html.append(f'<img src="cid:{name}" alt="{escape(alt)}" width="640" style="max-width:100%;height:auto;border:0">')
        if len(names) > 1:
            made.line(" · ".join(names))
        made.text.append(alt)


def _day(point: dict[str, Any], whole_until: str | None) -> Day:
    value, low, high = (None if point.get(key) is None else float(point[key]) for key in ("value", "low", "high"))
    partial = bool(point.get("partial", whole_until is not None and _instant(point["period"]) > _instant(whole_until)))
    return Day(_instant(point["period"]).date(), value, low, high, partial)


def _instant(period: str) -> dt.datetime:
    """Return the start of a day or of an hour, whose names are in order by time only."""
    return dt.datetime.fromisoformat(period)


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
