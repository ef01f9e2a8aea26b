"""Answer a driver tree: the leaves with honest figures, how steady the first split is, and the people behind each leaf."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from windsock.analyses.drivers.bins import PEOPLE, UNITS, Bins, add_codes, bins_of, plan_people
from windsock.analyses.drivers.grow import RESAMPLES, Feature, Flags, Floats, Leaf, grow, in_structure, steadiness
from windsock.analyses.drivers.model import Drivers
from windsock.analyses.model.association import Z_95, wilson
from windsock.analyses.named import never_stored
from windsock.conditions import Frame, ours, ours_any
from windsock.kernel.errors import Broken, InvalidInput, TooLarge

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.warehouse import Cancel, Warehouse

PEOPLE_MOST = 2_000_000
"""A person takes some 8 bytes for each driver and 50 more: 300 MB at most."""
PAGE_MOST = 10_000


@dataclass(frozen=True)
class Figure:
    """A mean (or rate) of the half that estimates, its interval of 95 %, and of how many people it is."""

    people: int
    mean: float
    low: float
    high: float

    def json(self) -> dict[str, Any]:
        """Return it as it travels, to six digits."""
        return {"people": self.people, "mean": _six(self.mean), "low": _six(self.low), "high": _six(self.high)}


@dataclass(frozen=True)
class LeafFigure:
    """A leaf: the way to it as (driver, labels), all people in it, and the figure by the half that did not decide the splits."""

    way: tuple[tuple[str, tuple[str, ...]], ...]
    people: int
    figure: Figure


@dataclass(frozen=True)
class NodeFigure:
    """A node of the tree: under which it stands (by its place), what parts it from its sibling, its people and figure, its leaf if it is one."""

    parent: int | None
    driver: str | None
    labels: tuple[str, ...]
    people: int
    figure: Figure
    leaf: int | None


@dataclass(frozen=True)
class DriversAnswer:
    """The answer: all people, the leaves from the least to the most, the nodes above them (parents first), how often which split came first."""

    drivers: Drivers
    days: Period
    people: int
    young: int
    total: Figure | None
    leaves: tuple[LeafFigure, ...]
    nodes: tuple[NodeFigure, ...]
    first: tuple[tuple[str, int], ...]
    same_split: int
    resamples: int
    sql: str

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels."""
        share = f"{self.first[0][1] / self.resamples:.2f}" if self.first and self.resamples else None
        return {
            "name": self.drivers.asked.name,
            "what": "rate" if self.drivers.target.sum_of is None else "mean",
            "period": {"from": self.days.start.isoformat(), "to": self.days.end.isoformat()},
            "people": self.people,
            "young": self.young,
            "total": None if self.total is None else self.total.json(),
            "leaves": [
                {
                    "leaf": place,
                    "way": [{"driver": driver, "is": list(labels)} for driver, labels in leaf.way],
                    "people": leaf.people,
                    "figure": leaf.figure.json(),
                }
                for place, leaf in enumerate(self.leaves, 1)
            ],
            "nodes": [
                {
                    "node": place,
                    "parent": None if node.parent is None else node.parent + 1,
                    "driver": node.driver,
                    "is": list(node.labels),
                    "people": node.people,
                    "figure": node.figure.json(),
                    "leaf": None if node.leaf is None else node.leaf + 1,
                }
                for place, node in enumerate(self.nodes, 1)
            ],
            "steady": {
                "resamples": self.resamples,
                "same_split": self.same_split,
                "first": [{"driver": driver, "times": times} for driver, times in self.first],
                "share": share,
            },
            "seed": self.drivers.seed,
        }


def _six(figure: float) -> str:
    return str(Decimal(repr(float(figure))).quantize(Decimal("0.000001"), ROUND_HALF_UP))


@dataclass(frozen=True)
class _Grown:
    """A tree that was grown, with what it was grown of."""

    bins: tuple[Bins, ...]
    values: tuple[tuple[str, ...], ...]
    features: list[Feature]
    y: Floats
    structure: Flags
    leaves: list[Leaf]
    days: Period
    young: int
    sql: str


def _grown(warehouse: Warehouse, drivers: Drivers, frame: Frame, cancel: Cancel | None) -> _Grown:
    bins, values = bins_of(warehouse, drivers, frame, cancel)
    plan, days = plan_people(drivers, frame)
    units = add_codes(plan, bins, values)
    young = f"(SELECT COUNT(*) FROM {PEOPLE} AS p WHERE p.young) AS young"  # noqa: S608 - names of ours
    listed = plan.statement(ours(f"SELECT u.* EXCLUDE (t), {young} FROM {units} AS u ORDER BY u.person LIMIT {PEOPLE_MOST + 1}"))  # noqa: S608 - as above
    table = warehouse.query(listed, plan.params.values, cancel=cancel)
    if table.num_rows > PEOPLE_MOST:
        fix = "Ask for a shorter period, or some of them."
        raise TooLarge(f"More than {PEOPLE_MOST:,} people.", where="drivers.period", fix=fix)
    persons = table.column("person").to_numpy().astype(np.int64)
    y = np.array([float(one) for one in table.column("y").to_pylist()], dtype=np.float64)
    features = [
        Feature(table.column(f"c{place}").to_numpy().astype(np.int64), len(one.labels), one.driver.as_ == "number") for place, one in enumerate(bins)
    ]
    structure = in_structure(persons, drivers.seed)
    leaves = grow(features, y, structure, depth=drivers.depth, least=drivers.least)
    return _Grown(
        bins,
        values,
        features,
        y,
        structure,
        leaves,
        days,
        int(table.column("young")[0].as_py()) if table.num_rows else 0,
        listed.sql(dialect="duckdb", pretty=True),
    )


def ask_drivers(warehouse: Warehouse, drivers: Drivers, frame: Frame, *, cancel: Cancel | None = None) -> DriversAnswer:
    """Answer a driver tree.

    Args:
        warehouse: where to ask.
        drivers: read by ``read_drivers``.
        frame: the moment of asking, its zone, and what counts.
        cancel: a switch that stops the queries.

    Raises:
        InvalidInput: the definition can't be asked: says what, where and what to write instead.
        TooLarge: more than two million people.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    grown = _grown(warehouse, drivers, frame, cancel)
    rate, estimating = drivers.target.sum_of is None, ~grown.structure
    total = figure_of(grown.y[estimating], rate=rate) if estimating.any() else None
    leaves = tuple(
        LeafFigure(_told(grown, leaf), int(leaf.inside.sum()), figure_of(grown.y[leaf.inside & estimating], rate=rate))
        for leaf in (grown.leaves if total is not None else ())
    )
    splits = steadiness(grown.features, grown.y, grown.structure, drivers.least, drivers.seed) if len(grown.leaves) > 1 else []
    first = Counter("(no split)" if one is None else grown.bins[one.feature].driver.told for one in splits)
    root = grown.leaves[0].way[0] if len(grown.leaves) > 1 else None
    same = sum(1 for one in splits if one is not None and root is not None and _same(one.feature, one.left, root, grown.features))
    ranked = tuple(sorted(first.items(), key=lambda one: (-one[1], one[0])))
    nodes = () if total is None else _nodes(grown, rate=rate)
    return DriversAnswer(drivers, grown.days, len(grown.y), grown.young, total, leaves, nodes, ranked, same, RESAMPLES if splits else 0, grown.sql)


def _same(feature: int, left: frozenset[int], root: tuple[int, frozenset[int]], features: Sequence[Feature]) -> bool:
    """Whether a split parts the bins that anybody has in the same two, whichever side is called left."""
    if feature != root[0]:
        return False
    known = frozenset(np.unique(features[feature].codes).tolist())
    return (left & known) in (root[1] & known, known - root[1])


def _told(grown: _Grown, leaf: Leaf) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the way to a leaf in words; several splits of one driver become one, and bins that nobody is in are not told."""
    kept: dict[int, frozenset[int]] = {}
    for feature, codes in leaf.way:
        known = frozenset(np.unique(grown.features[feature].codes).tolist())
        kept[feature] = kept.get(feature, known) & codes
    return tuple(
        (grown.bins[feature].driver.told, tuple(grown.bins[feature].labels[code] for code in sorted(codes))) for feature, codes in kept.items()
    )


def _nodes(grown: _Grown, *, rate: bool) -> tuple[NodeFigure, ...]:
    """Return the nodes from the root on, each before what stands below it: every beginning of a way to a leaf is one."""
    places: dict[tuple[tuple[int, frozenset[int]], ...], int] = {}
    found: list[NodeFigure] = []
    for number, leaf in enumerate(grown.leaves):
        for length in range(len(leaf.way) + 1):
            way = leaf.way[:length]
            if way in places:
                continue
            places[way] = len(found)
            inside = _inside(grown, way)
            labels: tuple[str, ...] = ()
            if way:
                feature, codes = way[-1]
                known = frozenset(np.unique(grown.features[feature].codes[_inside(grown, way[:-1])]).tolist())
                labels = tuple(grown.bins[feature].labels[code] for code in sorted(codes & known))
            found.append(
                NodeFigure(
                    places[way[:-1]] if way else None,
                    grown.bins[way[-1][0]].driver.told if way else None,
                    labels,
                    int(inside.sum()),
                    figure_of(grown.y[inside & ~grown.structure], rate=rate),
                    number if length == len(leaf.way) else None,
                )
            )
    return tuple(found)


def _inside(grown: _Grown, way: tuple[tuple[int, frozenset[int]], ...]) -> Flags:
    """Return who is in the node of a way."""
    return np.logical_or.reduce([one.inside for one in grown.leaves if one.way[: len(way)] == way])


def figure_of(y: Floats, *, rate: bool) -> Figure:
    """Return the mean of some people and its interval: of a rate Wilson's, of a mean the normal one of the mean (n - 1 in the variance)."""
    if rate:
        return Figure(len(y), *wilson(int(y.sum()), len(y)))
    mean = float(y.mean())
    wide = Z_95 * float(y.std(ddof=1)) / len(y) ** 0.5 if len(y) > 1 else 0.0
    return Figure(len(y), mean, mean - wide, mean + wide)


@dataclass(frozen=True)
class LeafBehind:
    """People of a leaf: their number, rows of person, start, what is driven, and whether they estimate; where the next page begins."""

    total: int
    rows: list[dict[str, Any]]
    next_cursor: int | None


def leaf_behind(
    warehouse: Warehouse, drivers: Drivers, frame: Frame, leaf: int | None, *, page: tuple[int, int] = (0, 100), cancel: Cancel | None = None
) -> LeafBehind:
    """Return the people of a leaf, or of all.

    Args:
        warehouse: where to ask.
        drivers: the very definition that was answered.
        frame: the very moment and circumstances of the answer, so that tree and numbers are the same.
        leaf: which leaf, from 0; None: all people.
        page: how many to pass over, and how many to return.
        cancel: a switch that stops the queries.

    Raises:
        InvalidInput: a page too large, or no such leaf.
        QueryTimeout, Busy, Cancelled: as the warehouse.
    """
    skip, want = page
    if skip < 0 or not 0 < want <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} rows.", where="limit")
    grown = _grown(warehouse, drivers, frame, cancel)
    if leaf is not None and not 0 <= leaf < len(grown.leaves):
        raise InvalidInput(f"There is no leaf {leaf + 1}.", where="leaf", fix=f"Leaves are 1 to {len(grown.leaves)}.")
    plan, _days = plan_people(drivers, frame)
    add_codes(plan, grown.bins, grown.values)
    select = ours(f"SELECT u.* FROM {UNITS} AS u")  # noqa: S608 - names of ours
    for feature, codes in grown.leaves[leaf].way if leaf is not None else ():
        select = select.where(ours_any(f"u.c{feature} IN ({', '.join(map(str, sorted(codes)))})"), copy=False)
    listed = plan.add("listed", select)
    told = f"SELECT u.*, (SELECT COUNT(*) FROM {listed}) AS total FROM {listed} AS u ORDER BY u.person LIMIT {int(want)} OFFSET {int(skip)}"  # noqa: S608 - as above
    rows = warehouse.query(plan.statement(ours(told)), plan.params.values, cancel=cancel).to_pylist()
    total = int(rows[0]["total"]) if rows else 0
    if leaf is not None and total != int(grown.leaves[leaf].inside.sum()):
        raise Broken("The people of a leaf are not those that were counted.", where=f"leaf {leaf + 1}")
    deciding = in_structure(np.array([row["person"] for row in rows], dtype=np.int64), drivers.seed)
    found = [
        {"person": int(row["person"]), "start": int(row["t"]), "y": Decimal(row["y"]), "estimates": not decides}
        for row, decides in zip(rows, deciding.tolist(), strict=True)
    ]
    return LeafBehind(total, found, skip + want if skip + want < total else None)


@dataclass(frozen=True)
class PersonLeaf:
    """Where a person is: what is known of each driver and its bin, the leaf (from 0), which half; None where they did not start or are young."""

    start_ms: int
    y: Decimal
    known: tuple[tuple[str, str], ...]
    leaf: int
    estimates: bool


def place_of(warehouse: Warehouse, drivers: Drivers, frame: Frame, person: int, *, cancel: Cancel | None = None) -> tuple[PersonLeaf | None, bool]:
    """Return where a person is in the tree, and whether they started but their time is not over.

    Raises:
        InvalidInput, QueryTimeout, Busy, Cancelled: as ``ask_drivers``.
    """
    grown = _grown(warehouse, drivers, frame, cancel)
    plan, _days = plan_people(drivers, frame)
    units = add_codes(plan, grown.bins, grown.values)
    bound = plan.params.bind(person)
    young = plan.statement(ours(f"SELECT p.young, u.* FROM {PEOPLE} AS p LEFT JOIN {units} AS u ON u.person = p.person"))  # noqa: S608 - names of ours
    rows = warehouse.query(young.where(ours_any("p.person").eq(bound), copy=False), plan.params.values, cancel=cancel).to_pylist()
    if not rows or rows[0]["young"]:
        return None, bool(rows)
    codes = [int(rows[0][f"c{place}"]) for place in range(len(grown.bins))]
    leaf = next(place for place, one in enumerate(grown.leaves) if all(codes[feature] in allowed for feature, allowed in one.way))
    known = tuple((one.driver.told, one.labels[code]) for one, code in zip(grown.bins, codes, strict=True))
    decides = bool(in_structure(np.array([person], dtype=np.int64), drivers.seed)[0])
    return PersonLeaf(int(rows[0]["t"]), Decimal(rows[0]["y"]), known, leaf, not decides), False


def unseen_in(warehouse: Warehouse, drivers: Drivers) -> tuple[str, ...]:
    """Return the names of events that are asked for and were never stored, most likely mistyped."""
    return never_stored(warehouse, (drivers.start, drivers.target.rows), drivers.asked.who)
