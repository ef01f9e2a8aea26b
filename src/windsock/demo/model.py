"""What a demo is made of: its plan (sizes, dates, seed), the trade's fixed words and the records of what was planted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from windsock.kernel.errors import InvalidInput

ZONE = "Asia/Shanghai"
ZONE_MS = 8 * 3_600_000
DAY_MS = 86_400_000
TICK_MS = 15 * 60_000
EPOCH = dt.date(1970, 1, 1)

FULL_PEOPLE = 150_000
FULL_DAYS = 396
CLICK_DAYS = 60
WARM_DAYS = 60
HORIZON_DAYS = 200
LIFE_DAYS = 761
ALPHA = 1e-4

PURPOSES = ("business", "leisure", "visit")
BUSINESS, LEISURE, VISIT = range(3)
CHANNELS = ("web", "app", "mini_program", "call_centre", "ota_a", "ota_b", "agent", "corporate")
WEB, APP, MINI, CALL, OTA_A, OTA_B, AGENT, CORPORATE = range(8)
TRACKED = 3
DEVICES = ("desktop", "android", "ios")
DESKTOP, ANDROID, IOS = range(3)
PROVIDERS = ("wechat_pay", "alipay", "bank_card", "ota_a", "ota_b", "agent_credit", "corporate_invoice")
WECHAT, ALIPAY, CARD, PAID_OTA_A, PAID_OTA_B, CREDIT, INVOICE = range(7)
FARE_CLASSES = ("V", "Q", "M", "B", "Y")
ANCILLARIES = ("bag", "seat", "meal", "insurance", "lounge", "transfer")
ROOM_TYPES = ("standard", "deluxe", "family")
RATE_PLANS = ("flexible", "advance")
AIR, HOTEL, PASS, LOST = range(4)


@dataclass(frozen=True)
class Plan:
    """The parameters of a demo world.

    Attributes:
        people: true persons, 500 to 2,000,000; the world's flights, rooms and visits grow with them.
        days: days of orders, 7 to 800, the last of which is ``end``.
        stories: names of the stories to plant; None plants all.
        dense: a flash sale of passes on the last day, at 300 direct payments an hour or more.
    """

    seed: int = 7
    people: int = FULL_PEOPLE
    days: int = FULL_DAYS
    end: dt.date = dt.date(2026, 10, 31)
    stories: tuple[str, ...] | None = None
    dense: bool = False

    def __post_init__(self) -> None:
        """Refuse sizes that the world cannot hold."""
        if not 500 <= self.people <= 2_000_000:
            raise InvalidInput(f"{self.people} people is outside 500 to 2,000,000.", where="--people", fix="Choose a number between.")
        if not 7 <= self.days <= 800:
            raise InvalidInput(f"{self.days} days is outside 7 to 800.", where="--days", fix="Choose a number between.")
        if self.seed < 0:
            raise InvalidInput("The seed is negative.", where="--seed", fix="Choose 0 or more.")

    @property
    def scale(self) -> float:
        """Size of this world relative to the full one."""
        return self.people / FULL_PEOPLE

    @property
    def start(self) -> dt.date:
        """The first day of orders."""
        return self.end - dt.timedelta(days=self.days - 1)

    @property
    def click_days(self) -> int:
        """Days of clickstream at the end."""
        return min(CLICK_DAYS, self.days)

    @property
    def first_click_day(self) -> int:
        """Index of the first day with clickstream, 0 being the first day of orders."""
        return self.days - self.click_days

    @property
    def start_ordinal(self) -> int:
        """Days from 1970-01-01 to the first day."""
        return (self.start - EPOCH).days

    def day_ms(self, day: int) -> int:
        """Return the instant at which a day (by index) starts in the company's zone, in ms."""
        return (self.start_ordinal + day) * DAY_MS - ZONE_MS

    @property
    def now_ms(self) -> int:
        """The instant at which the data ends: midnight after the last day."""
        return self.day_ms(self.days)

    def date(self, day: int) -> dt.date:
        """Return the civil date of a day index."""
        return self.start + dt.timedelta(days=day)


@dataclass(frozen=True)
class StoryTruth:
    """What a story planted, where and when, how large, and when an ideal test that knows the cut would fire.

    Attributes:
        start, end: first instant, and first instant after, in ms.
        where: dimension -> value; empty means everywhere.
        money: effect on revenue in CNY, exact decimal text, negative for a loss.
        detectable: whether the ideal test fires before the story ends.
        fires_ms: end of the tick at which it fires, None if never.
        figures: what was measured in the data: the observed rates and volumes in and outside the cut.
    """

    kind: str
    start: int
    end: int
    where: dict[str, str]
    metric: str
    direction: str
    size: str
    money: str
    tick_ms: int = 0
    detectable: bool = False
    fires_ms: int | None = None
    note: str = ""
    figures: dict[str, float | int | str] = field(default_factory=dict[str, "float | int | str"])
