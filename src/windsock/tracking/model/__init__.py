"""Rules of events: which are known, which make a visitor, whom to believe, what time it was, and when a session ends.

Stages of an event's time, each with what it is good for:

    client_ms     what the device said, kept as it came
    corrected     client_ms + skew of the device, when its clock is off by more than a minute
    ts_ms         corrected, or received_ms when that is more than a year away; never more than five minutes after it was received;
                  one device's events keep the order of their client clock
    received_ms   when it reached us: balance and lateness are counted by it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from windsock.kernel.errors import Broken

Trust = Literal["server", "public", "import"]
TYPES = ("text", "integer", "decimal", "date", "boolean")
SESSION_GAP_MS = 30 * 60_000
SKEW_LEAST_MS = 60_000
FUTURE_MS = 5 * 60_000
YEARS_OFF_MS = 366 * 86_400_000
SANE_MS = (0, 4_102_444_800_000)
"""1970 to 2100: a collector's clock outside of it is not believed, a client's is reckoned as off by years."""
PROPERTIES_LONGEST = 32_768
NAME_PATTERN = r"^[A-Za-z_$][A-Za-z0-9_$]{0,99}$"

REASONS = (
    "missing_event", "bad_event_name", "unknown_event", "untrusted_event", "missing_time", "missing_property", "negative_price", "bad_currency",
    "bad_properties", "too_large", "bad_traits", "bad_ids", "undecodable", "suppressed", "unknown_property", "wrong_type", "out_of_range",
)  # fmt: skip
"""Why an event is kept apart; the words are in ``words.yaml``."""


@dataclass(frozen=True)
class EventKind:
    """An event of the catalogue.

    Attributes:
        name: the word on the wire.
        en: English title.
        zh: Chinese title.
        means_en: what it means, in English.
        means_zh: what it means, in Chinese.
        who: ``client`` events are believed from public keys, ``server`` events are not.
        activity: whoever did it is a visitor (UV).
        needs: columns that must have a value.
        properties: name -> type, one of ``TYPES``.
    """

    name: str
    en: str
    zh: str
    means_en: str
    means_zh: str
    who: Literal["client", "server"]
    activity: bool = False
    needs: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict[str, str])


@cache
def catalogue() -> Mapping[str, EventKind]:
    """Return the built-in events by name.

    Raises:
        Broken: the catalogue's file is not as it should be.
    """
    text = files("windsock.tracking").joinpath("catalogue.yaml").read_text("utf-8")
    return {name: _kind(name, entry) for name, entry in yaml.safe_load(text).items()}


def _kind(name: str, entry: Mapping[str, Any]) -> EventKind:
    properties = dict(entry.get("properties", {}))
    wrong = [f"{key}: {kind}" for key, kind in properties.items() if kind not in TYPES]
    if wrong or entry.get("who") not in ("client", "server"):
        raise Broken(f"The catalogue's event '{name}' is not well formed.", where=", ".join(wrong) or "who")
    return EventKind(
        name, entry["en"], entry["zh"], entry["means"]["en"], entry["means"]["zh"], entry["who"], bool(entry.get("activity")),
        tuple(entry.get("needs", ())), properties,
    )  # fmt: skip


def activity_events() -> tuple[str, ...]:
    """Return the events that make a visitor: page view, screen view, app start."""
    return tuple(name for name, kind in catalogue().items() if kind.activity)


def makes_visitor(event: str, *, bot: bool, internal: bool, did: int | None) -> bool:
    """Say whether an event counts for UV: somebody known by an id saw something, and is neither a robot nor one of us.

    >>> makes_visitor("page_view", bot=False, internal=False, did=7), makes_visitor("order_placed", bot=False, internal=False, did=7)
    (True, False)
    """
    return did is not None and not bot and not internal and event in activity_events()


def allowed(key_kind: Trust, event: str) -> bool:
    """Say whether an event is believed from a kind of key: a public key can't create an order or a payment.

    >>> allowed("public", "order_placed"), allowed("server", "order_placed"), allowed("public", "page_view")
    (False, True, True)
    """
    kind = catalogue().get(event)
    return kind is not None and (key_kind != "public" or kind.who == "client")


def sessions(times_ms: Sequence[int]) -> list[int]:
    """Return the number of the session of each of one person's events: a new one after 30 minutes without any.

    Args:
        times_ms: times in any order.

    >>> sessions([0, 1_800_000, 3_600_001, 10])
    [0, 0, 1, 0]
    """
    numbers = [0] * len(times_ms)
    number, last = 0, None
    for place in sorted(range(len(times_ms)), key=lambda place: times_ms[place]):
        if last is not None and times_ms[place] - last > SESSION_GAP_MS:
            number += 1
        numbers[place], last = number, times_ms[place]
    return numbers


@dataclass(frozen=True)
class LoadReport:
    """What became of a batch of events: ``received == stored + duplicate + quarantined``.

    Attributes:
        received: events in the batch.
        stored: new events.
        duplicate: events stored before or twice in the batch.
        quarantined: events kept apart.
        reasons: quarantined by reason.
        first_ms: earliest time of a stored event, or None.
        last_ms: latest time of a stored event, or None.
        persons_changed: ids whose person changed by evidence of the batch.
    """

    received: int
    stored: int
    duplicate: int
    quarantined: int
    reasons: Mapping[str, int] = field(default_factory=dict[str, int])
    first_ms: int | None = None
    last_ms: int | None = None
    persons_changed: int = 0

    def plus(self, other: LoadReport) -> LoadReport:
        """Return the sum of two batches."""
        reasons = {name: self.reasons.get(name, 0) + other.reasons.get(name, 0) for name in {**self.reasons, **other.reasons}}
        firsts = [ms for ms in (self.first_ms, other.first_ms) if ms is not None]
        lasts = [ms for ms in (self.last_ms, other.last_ms) if ms is not None]
        return LoadReport(
            self.received + other.received, self.stored + other.stored, self.duplicate + other.duplicate, self.quarantined + other.quarantined,
            reasons, min(firsts, default=None), max(lasts, default=None), self.persons_changed + other.persons_changed,
        )  # fmt: skip
