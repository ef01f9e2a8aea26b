"""Chains of steps as parts of one statement: for every entry, how far it came and when, exactly by the rules of ``model.steps``.

A chain where the earliest next step is always the best one is followed forward: one join a step, from what has come so far to the next event at
or after it. All others are solved backward, one target after another: for each event of a step, the earliest end that can be reached from it. The
earliest later event that reaches the target dominates all later ones, as every limit of a hop is a limit of the step that it leads to; so each
join has one partner a row. Where one event could serve several steps, an instant serves a run of steps if it has events enough for every choice of
the run's kinds (Hall's condition), so that no event is used twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlglot import exp

from windsock.conditions.events import Reach, events, is_among
from windsock.conditions.fields import event_field, event_text
from windsock.conditions.model.rows import Test
from windsock.conditions.model.steps import Chain
from windsock.conditions.plan import Plan, ours, ours_any
from windsock.metrics import local_day_sql

_NEVER = -(1 << 60)
_END = 's."end"'


@dataclass(frozen=True)
class Search:
    """What is looked for.

    Attributes:
        chain: the steps.
        low_ms, high_ms: entries are taken from ``low_ms`` on and before ``high_ms``; None is open.
        until_ms: later steps are taken before this instant; None: as long as the window allows.
        where: tests that every event must pass.
        place: where the chain stands, for errors.
        value: fields and a step (from 0) at which their value is taken: the least one of the step's events at its instant.
        among: a part with the column ``person``: those people only.
    """

    chain: Chain
    low_ms: int | None
    high_ms: int | None
    until_ms: int | None = None
    where: tuple[Test, ...] = ()
    place: str = "steps"
    value: tuple[tuple[str, ...], int] | None = None
    among: str | None = None

    @property
    def latest_ms(self) -> int | None:
        """Before which instant events are read."""
        window = self.chain.window_ms
        open_end = self.high_ms if self.high_ms is None or window is None else self.high_ms + window
        return open_end if self.until_ms is None else self.until_ms if open_end is None else min(open_end, self.until_ms)


@dataclass(frozen=True)
class Shape:
    """Names that the parts of one chain have in common."""

    prefix: str
    chain: Chain
    value_at: int | None

    @property
    def keys(self) -> tuple[str, ...]:
        """By what entries are told apart, beside their instant."""
        return ("person",) if self.chain.hold is None else ("person", "h")

    def of(self, alias: str) -> str:
        """Return the keys of an alias as a list of columns."""
        return ", ".join(f"{alias}.{key}" for key in self.keys)

    def same(self, left: str, right: str) -> str:
        """Return the condition that two rows have the same keys."""
        return " AND ".join(f"{left}.{key} = {right}.{key}" for key in self.keys)

    def held(self) -> str:
        """Return the condition that an event has the held field at all."""
        return "TRUE" if self.chain.hold is None else "NOT h IS NULL"

    def name(self, *words: object) -> str:
        """Return the name of a part."""
        return "_".join(str(word) for word in (self.prefix, *words))


def add_chain(plan: Plan, search: Search, *, last_only: bool = False) -> str:
    """Add the parts that follow a chain; returns the name of the last one.

    Its rows are ways, several for an entry: ``person``, ``h`` (the held value), ``t0`` (the entry's instant), ``deep`` (the step reached, from 0),
    ``"end"`` (its instant), ``t1`` ... (the instants of the steps between, NULL for one left out) and ``v``. For an entry and a step there is one
    row: the way that gets there first, and among those the one whose steps come first, from the second on.

    Args:
        plan: where the parts are added.
        search: what is looked for; its chain is checked already.
        last_only: ways to the last step only.

    Raises:
        InvalidInput: an unknown field, or a value that is not of its kind.
    """
    shape = Shape(plan.fresh("c"), search.chain, None if search.value is None else search.value[1])
    add_events(plan, search, shape)
    targets = [len(search.chain.steps) - 1] if last_only else list(range(len(search.chain.steps)))
    if search.chain.plain:
        reached = [(target, _forward(plan, search, shape, target)) for target in targets]
    else:
        reached = [(target, _backward(plan, shape, target)) for target in targets]
    return plan.add(shape.name("ways"), _ways(plan, search, shape, reached))


def add_events(plan: Plan, search: Search, shape: Shape) -> None:
    """Add the events of a chain with a column for each kind (``k0`` ...) and each breaker (``x0`` ...)."""
    chain, params = search.chain, plan.params
    columns: list[exp.Expr] = []
    if chain.hold is not None:
        columns.append(exp.alias_(event_field(chain.hold, f"{search.place}.same").text(), "h"))
    columns += [exp.alias_(is_among(rows, search.place, params), f"k{index}") for index, rows in enumerate(chain.kinds)]
    columns += [exp.alias_(is_among(one.rows, search.place, params), f"x{index}") for index, one in enumerate(chain.breakers)]
    if search.value is not None:
        columns.append(exp.alias_(event_text(search.value[0], "breakdown"), "v"))
    rows = (*chain.kinds, *(one.rows for one in chain.breakers))
    found = events(plan, columns, Reach(search.low_ms, search.latest_ms, search.where, rows, f"{search.place.partition('.')[0]}.where"))
    if search.among is not None:
        every = plan.add(shape.name("all"), found)
        found = ours(f"SELECT e.* FROM {every} AS e SEMI JOIN {search.among} AS l ON l.person = e.person")  # noqa: S608 - names of ours
    plan.add(shape.name("ev"), found)


def in_time(plan: Plan, search: Search, start: str, end: str) -> exp.Expr:
    """Return the condition that an instant lies within the window of an entry."""
    if search.chain.window_ms is not None:
        return ours_any(f"{end} - {start} <= {search.chain.window_ms}")
    latest = search.latest_ms
    days = plan.frame.days(search.low_ms, None if latest is None else max(latest, plan.frame.now_ms))
    first, last = (local_day_sql(ours_any(column), days, plan.frame.zone) for column in (start, end))
    return exp.EQ(this=first, expression=last)


def _ways(plan: Plan, search: Search, shape: Shape, reached: list[tuple[int, str]]) -> exp.Expr:
    """Return all ways as one part."""
    steps = len(search.chain.steps)
    before = "TRUE" if search.high_ms is None else f"r.t0 < {search.high_ms}"
    held = "r.h" if search.chain.hold is not None else "CAST(NULL AS TEXT)"
    found: exp.Expr | None = None
    for target, name in reached:
        times = ", ".join(f"{f'r.t{step}' if step <= target else 'CAST(NULL AS BIGINT)'} AS t{step}" for step in range(1, steps))
        value = "r.v" if shape.value_at is not None else "CAST(NULL AS TEXT)"
        select = ours(f'SELECT r.person, {held} AS h, r.t0, {target} AS deep, r."end", {times}, {value} AS v FROM {name} AS r WHERE {before}')  # noqa: S608 - names of ours
        select = select.where(in_time(plan, search, "r.t0", 'r."end"'), copy=False)
        found = select if found is None else exp.Union(this=found, expression=select, distinct=False)
    assert found is not None  # noqa: S101 - a chain has steps
    return found


def _forward(plan: Plan, search: Search, shape: Shape, target: int) -> str:
    """Add the entries that reach a step by taking the earliest next event each time."""
    name = shape.name("f", target)
    if name in plan.parts:
        return name
    at = shape.value_at
    value = ", MIN(e.v) AS v" if at == target else ", CAST(NULL AS TEXT) AS v" if at is not None and target == 0 else ""
    kind, keys = search.chain.kind_of(target), shape.of("e")
    rows = f"SELECT {keys}, e.t{value} FROM {shape.name('ev')} AS e WHERE e.k{kind} AND {shape.held()} GROUP BY {keys}, e.t"  # noqa: S608 - names of ours
    if target == 0:
        tail = ", e.v" if at is not None else ""
        return plan.add(name, ours(f'SELECT {keys}, e.t AS t0, e.t AS "end"{tail} FROM ({rows}) AS e'))  # noqa: S608 - names of ours
    before = _forward(plan, search, shape, target - 1)
    if at != target:  # nothing is taken from the step's rows but their instant, so those of one instant need not become one
        rows = f"SELECT {keys}, e.t FROM {shape.name('ev')} AS e WHERE e.k{kind} AND {shape.held()}"  # noqa: S608 - names of ours
    times = "".join(f", f.t{step}" for step in range(1, target))
    tail = "" if at is None else ", s.v AS v" if at == target else ", f.v AS v"
    select = ours(
        f'SELECT {shape.of("f")}, f.t0, s.t AS "end"{times}, s.t AS t{target}{tail} FROM {before} AS f '  # noqa: S608 - names of ours
        f'ASOF JOIN ({rows}) AS s ON {shape.same("f", "s")} AND f."end" <= s.t'
    )
    return plan.add(name, select.where(in_time(plan, search, "f.t0", "s.t"), copy=False))


def _backward(plan: Plan, shape: Shape, target: int) -> str:
    """Add, for every instant of the first step, the earliest end at a target."""
    if shape.name("g") not in plan.parts:
        _add_instants(plan, shape)
    name = shape.name("e", 0, target)
    for step in range(target, -1, -1):
        name = _add_from(plan, shape, step, target)
    times = "".join(f", e.t{step}" for step in range(1, target + 1))
    value = ", e.v" if shape.value_at is not None else ""
    return plan.add(shape.name("r", target), ours(f'SELECT {shape.of("e")}, e.t AS t0, e."end"{times}{value} FROM {name} AS e'))  # noqa: S608 - names of ours


def _add_instants(plan: Plan, shape: Shape) -> None:
    """Add one row for each instant at which a person had events of steps: how many of each choice of kinds, and the last breakers before it."""
    chain = shape.chain
    sets = {kinds for group in chain.groups() for kinds in chain.kind_sets(group)}
    counts = ", ".join(f"COUNT(*) FILTER (WHERE {' OR '.join(f'e.k{kind}' for kind in kinds)}) AS {_counted(kinds)}" for kinds in sorted(sets))
    value = "" if shape.value_at is None else f", MIN(e.v) FILTER (WHERE e.k{chain.kind_of(shape.value_at)}) AS v"
    some = " OR ".join(f"e.k{kind}" for kind in range(len(chain.kinds)))
    keys, source = shape.of("e"), shape.name("ev")
    select = ours(f"SELECT {keys}, e.t, {counts}{value} FROM {source} AS e WHERE ({some}) AND {shape.held()} GROUP BY {keys}, e.t")  # noqa: S608 - names of ours
    last = plan.add(shape.name("g"), select)
    for index in range(len(chain.breakers)):
        last = plan.add(shape.name("g", index), _with_breaker(plan, shape, last, index))


def _with_breaker(plan: Plan, shape: Shape, last: str, index: int) -> exp.Select:
    """Return the instants with ``b<index>``: the last breaker strictly before each; one without the held field is one for all its values."""
    source = shape.name("ev")
    found = plan.add(shape.name("x", index), ours(f"SELECT DISTINCT {shape.of('e')}, e.t FROM {source} AS e WHERE e.x{index} AND {shape.held()}"))  # noqa: S608 - names of ours
    joins = f"ASOF LEFT JOIN {found} AS a ON {shape.same('g', 'a')} AND g.t > a.t"
    instants = f"COALESCE(a.t, {_NEVER})"
    if shape.chain.hold is not None:
        every = plan.add(shape.name("y", index), ours(f"SELECT DISTINCT e.person, e.t FROM {source} AS e WHERE e.x{index} AND e.h IS NULL"))  # noqa: S608 - names of ours
        joins += f" ASOF LEFT JOIN {every} AS y ON g.person = y.person AND g.t > y.t"
        instants = f"GREATEST({instants}, COALESCE(y.t, {_NEVER}))"
    return ours(f"SELECT g.*, {instants} AS b{index} FROM {last} AS g {joins}")  # noqa: S608 - names of ours


def _counted(kinds: tuple[int, ...]) -> str:
    return "n_" + "_".join(str(kind) for kind in kinds)


def _instants(shape: Shape) -> str:
    """Return the name of the part with all instants."""
    breakers = len(shape.chain.breakers)
    return shape.name("g", breakers - 1) if breakers else shape.name("g")


def _not_before(shape: Shape, step: int) -> str | None:
    """Return the earliest instant from which a hop may lead to a row ``g`` of a step; None: any."""
    limits = [f"g.b{index}" for index, one in enumerate(shape.chain.breakers) if one.first <= step <= one.last]
    within = shape.chain.steps[step].within_ms
    limits += [] if within is None else [f"g.t - {within}"]
    return None if not limits else limits[0] if len(limits) == 1 else f"GREATEST({', '.join(limits)})"


def _row(shape: Shape, step: int, target: int, end: str, time: Callable[[int], str], value: str) -> str:
    """Return the columns of a row of a step on its way to a target."""
    times = "".join(f", {time(other)} AS t{other}" for other in range(step + 1, target + 1))
    limit = _not_before(shape, step) if step else None
    return "".join(
        [
            f'{shape.of("g")}, g.t, {end} AS "end"{times}',
            "" if shape.value_at is None else f", {value} AS v",
            "" if limit is None else f", {limit} AS lo",
        ]
    )


def _add_from(plan: Plan, shape: Shape, step: int, target: int) -> str:
    """Add the rows of a step with the earliest end at a target."""
    name, shares = shape.name("e", step, target), shape.chain.shares
    here = f"g.{_counted((shape.chain.kind_of(step),))} > 0"
    if step == target:
        value = "g.v" if shape.value_at == step else "CAST(NULL AS TEXT)"
        columns = _row(shape, step, target, "g.t", str, value)
        plan.add(name, ours(f"SELECT {columns} FROM {_instants(shape)} AS g WHERE {here}"))  # noqa: S608 - names of ours
        if shares:
            plan.add(shape.name("h", step, target), ours(f"SELECT g.* FROM {name} AS g"))  # noqa: S608 - names of ours
        return name
    direct = [_hop(shape, step, other, target) for other in shape.chain.following(step, target)]
    if not shares:
        return plan.add(name, _first(shape, direct, step, target))
    plan.add(shape.name("h", step, target), _first(shape, direct, step, target))
    ways = [f"SELECT g.* FROM {shape.name('h', step, target)} AS g", *_runs(shape, step, target)]  # noqa: S608 - names of ours
    return plan.add(name, _first(shape, ways, step, target))


def _hop(shape: Shape, step: int, other: int, target: int) -> str:
    """Return the SELECT of a hop to the earliest event of another step: later than this one where one event could serve both."""

    def time(number: int) -> str:
        return "CAST(NULL AS BIGINT)" if number < other else "s.t" if number == other else f"s.t{number}"

    at = shape.value_at
    value = "CAST(NULL AS TEXT)" if at is None or step < at < other or at < step or at > target else "g.v" if at == step else "s.v"
    limit = " AND g.t >= s.lo" if _not_before(shape, other) is not None else ""
    sign = "<" if shape.chain.shares else "<="
    return (
        f"SELECT {_row(shape, step, target, _END, time, value)} FROM {_instants(shape)} AS g "  # noqa: S608 - names of ours
        f"ASOF JOIN {shape.name('e', other, target)} AS s ON {shape.same('g', 's')} AND g.t {sign} s.t "
        f"WHERE g.{_counted((shape.chain.kind_of(step),))} > 0{limit}"
    )


def _runs(shape: Shape, step: int, target: int) -> Iterator[str]:
    """Yield the SELECTs of ways that take several steps at one instant, and go on later from the last of them."""
    for run in shape.chain.together(step, target):
        if len(run) == 1:
            continue

        def time(number: int, run: tuple[int, ...] = run) -> str:
            return f"s.t{number}" if number > run[-1] else "g.t" if number in run else "CAST(NULL AS BIGINT)"

        at = shape.value_at
        value = "g.v" if at in run else "s.v" if at is not None and run[-1] < at <= target else "CAST(NULL AS TEXT)"
        yield (
            f"SELECT {_row(shape, step, target, _END, time, value)} FROM {_instants(shape)} AS g "  # noqa: S608 - names of ours
            f"JOIN {shape.name('h', run[-1], target)} AS s ON {shape.same('g', 's')} AND g.t = s.t WHERE {_serves(shape.chain, run)}"
        )


def _serves(chain: Chain, run: tuple[int, ...]) -> str:
    """Return the condition that an instant has an event of its own for each step of a run."""
    tests: list[str] = []
    for group in chain.groups():
        for kinds in chain.kind_sets(group):
            needed = sum(1 for step in run if step in group and chain.kind_of(step) in kinds)
            tests += [f"g.{_counted(kinds)} >= {needed}"] if needed else []
    return " AND ".join(tests)


def _first(shape: Shape, ways: list[str], step: int, target: int) -> exp.Expr:
    """Return of several ways from a row the one that ends first, and among those the one whose steps come first."""
    found: exp.Expr = ours(ways[0])
    if len(ways) == 1:
        return found
    for way in ways[1:]:
        found = exp.Union(this=found, expression=ours(way), distinct=False)
    order = ", ".join(['w."end"', *(f"w.t{number} NULLS LAST" for number in range(step + 1, target + 1))])
    select = ours(f"SELECT w.* FROM w QUALIFY ROW_NUMBER() OVER (PARTITION BY {shape.of('w')}, w.t ORDER BY {order}) = 1")  # noqa: S608 - names of ours
    select.args["from_"].set("this", exp.Subquery(this=found, alias=exp.TableAlias(this=exp.to_identifier("w"))))
    return select
