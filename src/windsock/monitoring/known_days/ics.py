"""Read the events of a calendar file: DTSTART, DTEND, SUMMARY and UID of each VEVENT, as RFC 5545 writes them.

What repeats by a rule (RRULE, RDATE) is refused: a holiday that moves is not described by one. Instants without a zone are those of the workspace.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from windsock.kernel.errors import InvalidInput

BYTES_MAX, EVENTS_MAX = 2_000_000, 5_000
UID_MAX, TITLE_MAX = 255, 200
_WRITTEN = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?", re.ASCII)
_LINE = re.compile(r"([A-Za-z0-9-]+)((?:;[^:\";]*(?:\"[^\"]*\")?[^:\";]*)*):(.*)", re.DOTALL)
_ESCAPED = re.compile(r"\\([\\;,nN])")


@dataclass(frozen=True)
class Event:
    """An event: its UID (empty where it has none), its title, and its first millisecond and the first one after it, UTC."""

    uid: str
    title: str
    starts_ms: int
    ends_ms: int


def read_events(body: bytes, zone: str) -> list[Event]:
    """Return the events of a calendar file as it orders them.

    Args:
        body: the file, 2 MB at most, in UTF-8.
        zone: the workspace's, for days and for instants that name none.

    Raises:
        InvalidInput: too large, no calendar, more than 5,000 events, one that repeats, or one without a beginning; ``where`` names the line.
    """
    if len(body) > BYTES_MAX:
        raise InvalidInput("The calendar file has more than 2 MB.", where="file", fix="Export fewer years.")
    try:
        lines = _unfolded(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidInput("The calendar file is not in UTF-8.", where="file", fix="Export it as iCalendar (.ics).") from error
    if not lines or lines[0][1].strip().upper() != "BEGIN:VCALENDAR":
        raise InvalidInput("The file is no calendar.", where="line 1", fix="Export it as iCalendar (.ics): it begins with BEGIN:VCALENDAR.")
    found, inside = list[Event](), _Inside()
    for number, line in lines:
        if inside.take(number, line):
            if len(found) == EVENTS_MAX:
                raise InvalidInput(f"The calendar file has more than {EVENTS_MAX:,} events.", where=f"line {number}", fix="Export fewer years.")
            found.append(_event(inside.fields, inside.began, zone))
    if inside.nested:
        raise InvalidInput("The file ends within an event.", where=f"line {inside.began}", fix="Export it again; it was cut off.")
    return found


class _Inside:
    """Which event a line stands in: its fields by name, each with its parameters, its text and its line."""

    def __init__(self) -> None:
        self.nested: list[str] = []
        self.fields: dict[str, tuple[str, str, int]] = {}
        self.began = 0

    def take(self, number: int, line: str) -> bool:
        """Read a line; say whether it ended an event. What stands in parts of an event, such as alarms, is passed over."""
        read = _LINE.fullmatch(line)
        if read is None:
            return False
        name, parameters, text = read[1].upper(), read[2], read[3]
        what = text.strip().upper()
        if name == "BEGIN" and (self.nested or what == "VEVENT"):
            if not self.nested:
                self.fields, self.began = {}, number
            self.nested.append(what)
        elif name == "END" and self.nested and self.nested[-1] == what:
            self.nested.pop()
            return not self.nested
        elif len(self.nested) == 1:
            self.fields.setdefault(name, (parameters, text, number))
        return False


def _unfolded(text: str) -> list[tuple[int, str]]:
    """Return the lines with their numbers; one that begins with a blank goes on from the one before."""
    found = list[tuple[int, list[str]]]()
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if line[:1] in (" ", "\t") and found:
            found[-1][1].append(line[1:])
        elif line:
            found.append((number, [line]))
    return [(number, "".join(parts)) for number, parts in found]


def _event(fields: dict[str, tuple[str, str, int]], began: int, zone: str) -> Event:
    for name in ("RRULE", "RDATE"):
        if name in fields:
            fix = "Export each day as an event of its own."
            raise InvalidInput(f"An event repeats by a rule ({name}); that is not read.", where=f"line {fields[name][2]}", fix=fix)
    if "DTSTART" not in fields:
        raise InvalidInput("An event has no beginning (DTSTART).", where=f"line {began}")
    if "DURATION" in fields:
        raise InvalidInput("An event ends by DURATION; that is not read.", where=f"line {fields['DURATION'][2]}", fix="Write DTEND.")
    starts, day = _instant(fields["DTSTART"], zone)
    # An event without an end takes its day, or no time at all: then an hour, so that it is seen.
    ends = _instant(fields["DTEND"], zone)[0] if "DTEND" in fields else _later(starts, day, zone)
    if ends <= starts:
        raise InvalidInput("An event ends before it starts.", where=f"line {fields.get('DTEND', fields['DTSTART'])[2]}")
    title = _plain(fields["SUMMARY"][1])[:TITLE_MAX] if "SUMMARY" in fields else ""
    uid = fields["UID"][1].strip() if "UID" in fields else ""
    if len(uid) > UID_MAX:
        raise InvalidInput(f"A UID has more than {UID_MAX} letters.", where=f"line {fields['UID'][2]}")
    return Event(uid, title or "-", starts, ends)


def _instant(given: tuple[str, str, int], zone: str) -> tuple[int, bool]:
    """Return an instant in ms UTC, and whether it is a day."""
    parameters, text, number = given
    written = _WRITTEN.fullmatch(text.strip())
    if written is None:
        raise InvalidInput(f"'{text[:40]}' is no date.", where=f"line {number}", fix="Write 20261001 or 20261001T080000Z.")
    named = next((one[5:].strip('"') for one in parameters.split(";") if one.upper().startswith("TZID=")), zone)
    try:
        place = dt.UTC if written[3] else ZoneInfo(named)
        moment = dt.datetime.strptime(written[1] + (written[2] or "000000"), "%Y%m%d%H%M%S").replace(tzinfo=place)
        return round(moment.timestamp() * 1000), written[2] is None
    except (ZoneInfoNotFoundError, ValueError, OSError, OverflowError) as error:
        what = f"'{text[:40]}' is no date in a known time zone ('{named[:40]}')."
        raise InvalidInput(what, where=f"line {number}", fix="Name a zone such as Asia/Shanghai.") from error


def _later(starts_ms: int, day: bool, zone: str) -> int:  # noqa: FBT001 - read from the file
    if not day:
        return starts_ms + 3_600_000
    moment = dt.datetime.fromtimestamp(starts_ms / 1000, ZoneInfo(zone))
    return round((moment + dt.timedelta(days=1)).timestamp() * 1000)


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text).replace("\n", " ").strip()
