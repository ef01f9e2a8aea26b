"""Answer an attribution: the credits of every model, the conversions behind a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from windsock.analyses.attribution.credit import Chain, Spot, Step, Value, by_removal, chain_of, settled, shares
from windsock.analyses.attribution.model import Attribution, Model
from windsock.analyses.attribution.touches import CONVERSIONS, IDLE, TOUCHES, planned
from windsock.conditions import Frame, Plan, ours, ours_any
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.kernel.period import Period
    from windsock.warehouse import Cancel, Warehouse

PAGE_MOST = 10_000
_NO = Decimal(0)
_WITH, _WITHOUT, _OF_VALUE = 2, 3, 4
_SHOWN = ("person", "t", "worth", "key_hi", "key_lo")


@dataclass(frozen=True)
class Credit:
    """Conversions and worth that a model gives; both to six digits."""

    conversions: Decimal
    worth: Decimal


@dataclass(frozen=True)
class Row:
    """A value: in how many conversions it has a touch, how many touches, and its credit by each model.

    ``kind`` is value, missing (touches without a value), other (all values beyond the top) or untouched (conversions without any touch, which
    every model credits to nobody). ``members`` are the values that it stands for.
    """

    kind: str
    value: str | None
    conversions: int
    touches: int
    credits: Mapping[Model, Credit]
    members: tuple[Value, ...] = ()


@dataclass(frozen=True)
class AttributionAnswer:
    """The answer: how many conversions and their worth, the rows, whose credits add up to both by each model, and the chain behind markov."""

    asked: Attribution
    days: Period
    conversions: int
    worth: Decimal
    people: int
    rows: tuple[Row, ...]
    chain: Chain
    sql: str

    def json(self) -> dict[str, Any]:
        """Return the answer as it travels; credits as exact decimal text."""
        valued = self.asked.value is not None
        return {
            "name": self.asked.asked.name,
            "period": {"from": self.days.start.isoformat(), "to": self.days.end.isoformat()},
            "by": self.asked.by,
            "models": [*self.asked.models],
            "conversions": self.conversions,
            "people": self.people,
            **({"value": f"{self.worth:f}"} if valued else {}),
            "rows": [
                {
                    "kind": row.kind,
                    **({"value": row.value} if row.kind == "value" else {}),
                    "conversions": row.conversions,
                    "touches": row.touches,
                    "credits": {
                        model: {"conversions": f"{credit.conversions:f}", **({"value": f"{credit.worth:f}"} if valued else {})}
                        for model, credit in row.credits.items()
                    },
                }
                for row in self.rows
            ],
            **({"markov": self._chain()} if "markov" in self.asked.models else {}),
        }

    def _chain(self) -> dict[str, Any]:
        named = [{"value": value, "missing": value is None, "removal_effect": round(effect, 9)} for value, effect in self.chain.without.items()]
        return {"converts": round(self.chain.converts, 9), "removal": named}


def ask_attribution(warehouse: Warehouse, asked: Attribution, frame: Frame, *, cancel: Cancel | None = None) -> AttributionAnswer:
    """Answer an attribution.

    Args:
        warehouse: where to ask.
        asked: read by ``read_attribution``.
        frame: the moment of asking, its zone, and what counts.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: the definition can't be asked: says what, where and what to write instead.
        QueryTimeout, Busy, Cancelled, TooLarge: as the warehouse.
    """
    plan, days = planned(asked, frame)
    statement = _statement(plan)
    rows = warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist()
    head = next(row for row in rows if row["part"] == 0)
    touches, ways = ([_spot(row) for row in rows if row["part"] == part] for part in (1, _OF_VALUE))
    chain = chain_of([*_steps(row for row in rows if row["part"] in (_WITH, _WITHOUT))]) if "markov" in asked.models else Chain(0.0, {})
    conversions, worth = int(head["ways"]), Decimal(head["worth"])
    told = _rows(asked, (touches, ways), chain, (conversions, worth), cancel)
    return AttributionAnswer(asked, days, conversions, worth, int(head["people"]), told, chain, statement.sql(dialect="duckdb", pretty=True))


def _statement(plan: Plan) -> exp.Select:
    """Return the whole statement.

    Parts: 0 the total, 1 touches that are alike, 2 and 3 how ways with and without a conversion went from touch to touch, 4 ways that have a value,
    by how many different ones they have, with its share of them by decay.
    """
    way = "PARTITION BY e.person ORDER BY e.t, e.key_hi, e.key_lo"
    idled = f"SELECT e.ch, LEAD(e.ch) OVER ({way}) AS onto, LEAD(e.t) OVER ({way}) IS NULL AS last FROM {IDLE} AS e"  # noqa: S608 - names of ours
    idle = plan.add("idled", ours(idled))
    went = plan.add("went", ours(f"SELECT t.ch, t.onto, t.i = t.n AS last FROM {TOUCHES} AS t"))  # noqa: S608 - as above
    each = f"SELECT t.id, t.ch, MAX(t.worth) AS worth, SUM(t.pull) AS pull FROM {TOUCHES} AS t GROUP BY t.id, t.ch"  # noqa: S608 - as above
    valued = plan.add("valued", ours(each))
    summed = plan.add("summed", ours(f"SELECT v.id, COUNT(*) AS d, SUM(v.pull) AS pull FROM {valued} AS v GROUP BY v.id"))  # noqa: S608 - as above
    parts = [
        f"""SELECT 1 AS part, t.ch, CAST(NULL AS TEXT) AS onto, t.n, t.i = 1 AS first, t.i = t.n AS last, t.chosen, 0 AS d, COUNT(*) AS ways,
        SUM(t.worth) AS worth, CAST(0 AS DOUBLE) AS weighed, CAST(0 AS DOUBLE) AS weighed_worth, 0 AS people
        FROM {TOUCHES} AS t GROUP BY ALL""",  # noqa: S608 - as above
        *(
            f"SELECT {part}, s.ch, s.onto, 0, NULL, s.last, NULL, 0, COUNT(*), 0, 0, 0, 0 FROM {name} AS s GROUP BY s.ch, s.onto, s.last"  # noqa: S608 - as above
            for part, name in ((_WITH, went), (_WITHOUT, idle))
        ),
        f"""SELECT 4, v.ch, NULL, 0, NULL, NULL, NULL, s.d, COUNT(*), SUM(v.worth), SUM(v.pull / s.pull),
        SUM(CAST(v.worth AS DOUBLE) * (v.pull / s.pull)), 0 FROM {valued} AS v JOIN {summed} AS s ON s.id = v.id GROUP BY v.ch, s.d""",  # noqa: S608 - as above
        f"SELECT 0, NULL, NULL, 0, NULL, NULL, NULL, 0, COUNT(*), COALESCE(SUM(c.worth), 0), 0, 0, COUNT(DISTINCT c.person) FROM {CONVERSIONS} AS c",  # noqa: S608 - as above
    ]
    return plan.statement(ours(f"SELECT r.* FROM ({' UNION ALL '.join(parts)}) AS r"))  # noqa: S608 - as above


def _spot(row: Mapping[str, Any]) -> Spot:
    """Return touches that are alike (part 1), or of part 4 the ways themselves: the first touch of each of a way's values, and nothing else of it."""
    return Spot(
        row["ch"], int(row["n"]), bool(row["first"]), bool(row["last"]), bool(row["chosen"]), row["part"] == _OF_VALUE, int(row["d"]),
        int(row["ways"]), Decimal(row["worth"]), float(row["weighed"]), float(row["weighed_worth"]),
    )  # fmt: skip


def _steps(rows: Iterable[Mapping[str, Any]]) -> Iterable[Step]:
    """Yield what the chain did at touches: the step onward, and for those by which nothing came from another touch, the one from the start."""
    begun: Counter[Value] = Counter()
    for row in rows:
        ways = int(row["ways"])
        begun[row["ch"]] += ways
        if row["last"]:
            yield Step(row["ch"], None, ways, to="conversion" if row["part"] == _WITH else "nothing")
        else:
            begun[row["onto"]] -= ways
            yield Step(row["ch"], row["onto"], ways)
    for value, ways in begun.items():
        if ways:
            yield Step(None, value, ways, start=True)


def _rows(
    asked: Attribution, found: tuple[list[Spot], list[Spot]], chain: Chain, total: tuple[int, Decimal], cancel: Cancel | None
) -> tuple[Row, ...]:
    spots, valued = found
    ways, touches = _counted(valued), _counted(spots)
    touched = sum(spot.ways for spot in spots if spot.first)
    worth = sum((spot.worth for spot in spots if spot.first), _NO)
    credited: dict[Model, dict[Value, Credit]] = {}
    for model in asked.models:
        if cancel is not None:
            cancel.check()
        if model == "markov":
            share = by_removal(chain)
            each = {value: (one, one) for value, one in share.items() if value in ways}
        else:
            each = shares(valued if model in ("decay", "shapley") else spots, model, asked.ends)
        counts = settled({value: one for value, (one, _) in each.items()}, Decimal(touched))
        worths = settled(_or_counts({value: two for value, (_, two) in each.items()}, each), worth)
        credited[model] = {value: Credit(counts[value], worths[value]) for value in each}
    ranked = sorted((value for value in ways if value is not None), key=lambda value: (-ways[value], value))
    groups: list[tuple[str, str | None, list[Value]]] = [("value", value, [value]) for value in ranked[: asked.top]]
    if ranked[asked.top :]:
        groups.append(("other", None, [*ranked[asked.top :]]))
    if None in ways:
        groups.append(("missing", None, [None]))
    rows = [_row(kind, value, members, (ways, touches), credited) for kind, value, members in groups]
    left = Credit(Decimal(total[0] - touched), total[1] - worth)
    if left.conversions:
        nobody: dict[Model, Credit] = dict.fromkeys(asked.models, left)
        rows.append(Row("untouched", None, total[0] - touched, 0, nobody))
    return tuple(rows)


def _or_counts(worths: dict[Value, Fraction], each: Mapping[Value, tuple[Fraction, Fraction]]) -> dict[Value, Fraction]:
    """Return worths, or the counts where nothing is worth anything, so that a total of nothing is divided as well."""
    return worths if sum(worths.values(), Fraction(0)) else {value: one for value, (one, _) in each.items()}


def _counted(spots: Iterable[Spot]) -> dict[Value, int]:
    found: Counter[Value] = Counter()
    for spot in spots:
        found[spot.of] += spot.ways
    return found


def _row(
    kind: str, value: str | None, members: list[Value], counted: tuple[dict[Value, int], dict[Value, int]], credited: dict[Model, dict[Value, Credit]]
) -> Row:
    none = Credit(_NO, _NO)
    summed: dict[Model, Credit] = {
        model: Credit(sum((found.get(one, none).conversions for one in members), _NO), sum((found.get(one, none).worth for one in members), _NO))
        for model, found in credited.items()
    }
    return Row(kind, value, sum(counted[0][one] for one in members), sum(counted[1][one] for one in members), summed, tuple(members))


@dataclass(frozen=True)
class Wanted:
    """Which conversions a list is to show: those with a touch of a value, without a value (``missing``), without a touch (``untouched``), or all."""

    value: str | None = None
    kind: str = "all"


@dataclass(frozen=True)
class Conversions:
    """Conversions behind a figure: their number, rows of person, instant, worth and touches in order; where the next page begins."""

    total: int
    rows: list[dict[str, Any]]
    next_cursor: int | None


def conversions_behind(
    warehouse: Warehouse, asked: Attribution, frame: Frame, wanted: Wanted, *, page: tuple[int, int] = (0, 100), cancel: Cancel | None = None
) -> Conversions:
    """Return the conversions that a row stands for.

    Args:
        warehouse: where to ask.
        asked: the very definition that was answered.
        frame: the very moment and circumstances of the answer, so that the number is the same.
        wanted: which row.
        page: how many to pass over, and how many to return.
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: a page too large.
    """
    skip, want = page
    if skip < 0 or not 0 < want <= PAGE_MOST:
        raise InvalidInput(f"A page has 1 to {PAGE_MOST} rows.", where="limit")
    plan, _days = planned(asked, frame)
    select = ours(f"SELECT c.id, c.person, c.t, c.worth, c.key_hi, c.key_lo FROM {CONVERSIONS} AS c")  # noqa: S608 - names of ours
    if wanted.kind != "all":
        touched = ours(f"SELECT t.id FROM {TOUCHES} AS t")  # noqa: S608 - as above
        if wanted.kind == "value":
            touched = touched.where(ours_any("t.ch").eq(plan.params.bind(wanted.value or "")), copy=False)
        elif wanted.kind == "missing":
            touched = touched.where(ours_any("t.ch IS NULL"), copy=False)
        among = ours_any("c.id").isin(query=touched)
        select = select.where(among.not_() if wanted.kind == "untouched" else among, copy=False)
    listed = plan.add("listed", select)
    shown = plan.add("shown", ours(f"SELECT l.* FROM {listed} AS l ORDER BY l.id LIMIT {int(want)} OFFSET {int(skip)}"))  # noqa: S608 - names and numbers of ours
    touch = "{'value': t.ch, 't': t.t, 'key_hi': t.key_hi, 'key_lo': t.key_lo}"
    touches = f"(SELECT LIST({touch} ORDER BY t.i) FROM {TOUCHES} AS t WHERE t.id = s.id) AS touches"  # noqa: S608 - as above
    told = plan.statement(ours(f"SELECT s.*, (SELECT COUNT(*) FROM {listed}) AS total, {touches} FROM {shown} AS s"))  # noqa: S608 - as above
    rows = warehouse.query(told, plan.params.values, cancel=cancel).to_pylist()
    rows.sort(key=lambda row: row["id"])
    total = int(rows[0]["total"]) if rows else 0
    found: list[dict[str, Any]] = [{**{name: row[name] for name in _SHOWN}, "touches": row["touches"] or []} for row in rows]
    return Conversions(total, found, skip + want if skip + want < total else None)
