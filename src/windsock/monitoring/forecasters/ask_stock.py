"""Which dates to come will sell out, and which stay empty: all products and dates read in four questions, each date judged by former ones."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from windsock.kernel.clock import local_date
from windsock.kernel.period import Period
from windsock.metrics import Words, whole_of
from windsock.monitoring.forecasters import queries
from windsock.monitoring.forecasters.model import quantile
from windsock.monitoring.forecasters.stock import COLUMNS, HISTORY, LEADS, LEAST, Course, Former, Standing, course_of

if TYPE_CHECKING:
    from windsock.monitoring.forecasters.model import Floats
    from windsock.workspace import Workspace

GOODS_MOST = 300
"""The products with most units on offer in the next 30 days; others are not looked at."""
USUAL_OVER = 0.95
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Product:
    """What is sold: its id, kind (flight, room ...), name, and route or property."""

    id: str
    kind: str
    title: Words
    place: str


@dataclass(frozen=True)
class Stock:
    """Products by date, and by days before travel what was taken.

    Attributes:
        products: rows of the arrays.
        first: the date of the first column.
        begun: before it no bookings are known.
        capacity: (products, dates) units on offer; 0 where a date is not open.
        sold: (products, dates) as it is known now.
        hard: (products, dates) whether it is ours whether it sells or not.
        taken: (products, dates, COLUMNS) units booked less those given back, by days before travel.
    """

    products: tuple[Product, ...]
    first: dt.date
    begun: dt.date
    capacity: Floats
    sold: Floats
    hard: np.ndarray[tuple[int, int], np.dtype[np.bool_]]
    taken: Floats


@dataclass(frozen=True)
class Dated:
    """A date of a product, and what becomes of it.

    Attributes:
        product: what.
        date: of travel, or of the night.
        capacity: units on offer.
        sold: units, as it is known now.
        hard: whether it is ours whether it sells or not.
        course: None where nothing is left, or former dates are too few.
        usual_over: by so much dates of its kind are oversold now and then: some of what is booked never comes.
    """

    product: Product
    date: dt.date
    capacity: float
    sold: float
    hard: bool
    course: Course | None
    usual_over: float = 0.0

    @property
    def left(self) -> float:
        """Units left; below 0 where more is sold than there is."""
        return self.capacity - self.sold


def today_of(workspace: Workspace) -> dt.date:
    """Return the day that stock is judged on: the first that is not whole of bookings, or the clock's where nothing says how far they are."""
    now_ms = workspace.clock.now_ms()
    until = whole_of(workspace, ("orders",), now_ms).until_ms
    return local_date(now_ms if until is None else min(until, now_ms), workspace.zone)


def dated(workspace: Workspace, days: int = LEADS) -> list[Dated]:
    """Return the dates from today on (31 at most) of the 300 products with most on offer, each with what becomes of it.

    Raises:
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    today = today_of(workspace)
    stock = read_stock(workspace, today, HISTORY)
    return [] if stock is None else list(judged(stock, today, min(days, LEADS)))


def read_stock(workspace: Workspace, today: dt.date, back: int) -> Stock | None:
    """Return the stock of so many days before today up to 30 after it; None where nothing is on offer.

    Raises:
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    first, last = today - back * _DAY, today + LEADS * _DAY
    bound = {"today": today, "last": last, "most": GOODS_MOST}
    ask = workspace.warehouse.query
    named = ask(queries.GOODS, bound).to_pylist()
    begun = ask(queries.FIRST_BOOKED).to_pylist()[0]["day"]
    if not named or begun is None:
        return None
    products = tuple(
        Product(row["goods_id"], row["kind"] or "", Words(row["name_en"] or row["goods_id"], row["name_zh"] or row["goods_id"]), row["place"] or "")
        for row in named
    )
    at = {one.id: number for number, one in enumerate(products)}
    shape = (len(products), (last - first).days + 1)
    capacity, sold, hard, taken = np.zeros(shape), np.zeros(shape), np.ones(shape, dtype=np.bool_), np.zeros((*shape, COLUMNS))
    for row in ask(queries.DATES, {**bound, "first": first}).to_pylist():
        place = at[row["goods_id"]], (row["travel_date"] - first).days
        capacity[place], sold[place], hard[place] = row["capacity"], row["sold"], row["hard"]
    period = Period(first - COLUMNS * _DAY, last)
    for row in ask(queries.taken(period, workspace.zone), {**bound, "first": first, "columns": COLUMNS}).to_pylist():
        taken[at[row["goods_id"]], (row["travel_date"] - first).days, row["leads"]] = row["units"]
    return Stock(products, first, begun, capacity, sold, hard, taken)


def judged(stock: Stock, today: dt.date, days: int = LEADS) -> list[Dated]:
    """Return the dates from a day on that are open for sale, each with what becomes of it as it stood when that day began."""
    at = (today - stock.first).days
    found: list[Dated] = []
    usual = usual_over(stock, at)
    for row, product in enumerate(stock.products):
        for lead in range(days + 1):
            column = at + lead
            if stock.capacity[row, column] <= 0:
                continue
            capacity, sold = float(stock.capacity[row, column]), float(stock.sold[row, column])
            course = None if sold >= capacity else course_on(stock, row, column, lead)
            found.append(Dated(product, today + lead * _DAY, capacity, sold, bool(stock.hard[row, column]), course, usual[product.kind]))
    return found


def usual_over(stock: Stock, at: int) -> dict[str, float]:
    """Return by how much dates are oversold now and then, by kind of product: 19 of 20 oversold dates before a column ended with no more.

    A seller who sells a few seats beyond has a rule for it; where fewer than 20 dates ended so, it is none, and every unit beyond is too many.
    """
    before = slice(max(0, at - HISTORY), at)
    over = np.where(stock.capacity[:, before] > 0, stock.sold[:, before] - stock.capacity[:, before], 0.0)
    found: dict[str, float] = {}
    for kind in {one.kind for one in stock.products}:
        rows = over[[number for number, one in enumerate(stock.products) if one.kind == kind]]
        beyond = sorted(rows[rows > 0].tolist())
        found[kind] = quantile(beyond, USUAL_OVER) if len(beyond) >= LEAST else 0.0
    return found


def course_on(stock: Stock, row: int, column: int, lead: int) -> Course | None:
    """Return what becomes of a date as it stood so many days before; None where nothing was left then, or former dates are too few.

    Former dates are over on that day, within 26 weeks before it, and have their whole course in what is known of bookings; the last first.
    """
    today = column - lead
    begun = (stock.begun - stock.first).days
    low = max(0, today - HISTORY, begun + lead + COLUMNS - LEADS - 1)
    former = np.arange(today - 1, low - 1, -1)
    former = former[stock.capacity[row, former] > 0]
    known = Former(stock.capacity[row, former], stock.sold[row, former], stock.taken[row, former])
    own = Former(stock.capacity[row, column : column + 1], stock.sold[row, column : column + 1], stock.taken[row, column : column + 1])
    start, capacity = float(own.before(lead)[0]), float(own.capacity[0])
    return None if start >= capacity else course_of(known, Standing(lead, capacity, start, float(own.pace(lead)[0])))
