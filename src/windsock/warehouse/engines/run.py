"""ASOF joins for engines that have none: both sides in one order, and for each row of the left the last row of the right that came before.

    FROM a ASOF JOIN b ON a.k = b.k AND a.t <= b.t

becomes the rows of both, each as one value (``a``, ``b``), ordered by k and from the latest t on; of the values of ``b`` seen so far the last one.
It is one sort, however many events a person has; at one instant the sides stand in the order that the comparison asks for.
"""

from __future__ import annotations

from sqlglot import exp

from windsock.warehouse.engines.refuse import refuse

_LATER = (exp.LT, exp.LTE)
_EARLIER = (exp.GT, exp.GTE)


def add_runs(tree: exp.Expr, engine: str) -> None:
    """Replace the ASOF joins of a statement, in place.

    Raises:
        NotAvailable: one whose condition is not equal keys and one comparison of instants.
    """
    for select in list(tree.find_all(exp.Select)):
        joins: list[exp.Join] = select.args.get("joins") or []
        rest = [join for join in joins if join.method != "ASOF"]
        if len(rest) == len(joins):
            continue
        if any(join.method != "ASOF" for join in joins[: len(joins) - len(rest)]):
            refuse(engine, "A join before one in time")
        source, aliases = _text(select.args["from_"].this), [select.args["from_"].this.alias_or_name]
        for number, join in enumerate(joins[: len(joins) - len(rest)]):
            source = _run(source, aliases, join, engine, f"j{number}")
            aliases.append(join.this.alias_or_name)
        select.args["from_"].set("this", exp.Var(this=source))
        select.set("joins", rest)


def _text(node: exp.Expr) -> str:
    return node.sql(dialect="spark", identify=True)


def _run(source: str, aliases: list[str], join: exp.Join, engine: str, name: str) -> str:
    right = join.this.alias_or_name
    keys, instants, operator = _condition(join, right, engine)
    forward = isinstance(operator, _LATER)
    left_first = isinstance(operator, (exp.LT, exp.GT))
    lefts = ", ".join(f"struct(`{alias}`.*) AS `{alias}`" for alias in aliases)
    nothing = ", ".join(f"NULL AS `{alias}`" for alias in aliases)
    left_keys = "".join(f", {_text(left)} AS `_k{place}`" for place, (left, _) in enumerate(keys))
    right_keys = "".join(f", {_text(other)} AS `_k{place}`" for place, (_, other) in enumerate(keys))
    present = " AND ".join(f"{_text(other)} IS NOT NULL" for _, other in keys) or "TRUE"
    # All of it is printed from trees; values stand in it as parameters.
    places = (0, 1) if left_first else (1, 0)
    own = f"{_text(instants[0])} AS `_t`, {places[0]} AS `_s`, TRUE AS `_l`"
    other_own = f"{_text(instants[1])} AS `_t`, {places[1]} AS `_s`, FALSE AS `_l`"
    ours = f"SELECT {lefts}, NULL AS `{right}`{left_keys}, {own} FROM {source}"  # noqa: S608 - as told above
    found = f"SELECT {nothing}, struct(`{right}`.*) AS `{right}`{right_keys}, {other_own} FROM {_text(join.this)}"  # noqa: S608 - as above
    both = f"{ours} UNION ALL {found} WHERE {present} AND {_text(instants[1])} IS NOT NULL"
    way = ", ".join(f"`_k{place}`" for place in range(len(keys)))
    apart = f"PARTITION BY {way} " if way else ""
    order = f"{apart}ORDER BY `_t` {'DESC' if forward else 'ASC'}, `_s`"
    last = f"last_value(`{right}`) IGNORE NULLS OVER ({order} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    kept = ", ".join(f"`{alias}`" for alias in aliases)
    run = f"SELECT {kept}, {last} AS `{right}`, `_l`, `_t` FROM ({both})"  # noqa: S608 - as above
    kept_rows = "`_l`" if join.side == "LEFT" else f"`_l` AND `_t` IS NOT NULL AND `{right}` IS NOT NULL"
    return f"(SELECT {kept}, `{right}` FROM ({run}) WHERE {kept_rows}) AS `{name}`"  # noqa: S608 - as above


def _condition(join: exp.Join, right: str, engine: str) -> tuple[list[tuple[exp.Expr, exp.Expr]], tuple[exp.Expr, exp.Expr], exp.Expr]:
    """Return the equal keys (left, right), the instants (left, right), and how the left instant is compared with the right one."""
    on = join.args.get("on")
    keys: list[tuple[exp.Expr, exp.Expr]] = []
    found: tuple[tuple[exp.Expr, exp.Expr], exp.Expr] | None = None
    for test in on.flatten() if isinstance(on, exp.And) else [on]:
        if not isinstance(test, (exp.EQ, *_LATER, *_EARLIER)) or not (isinstance(test.this, exp.Column) and isinstance(test.expression, exp.Column)):
            refuse(engine, "A join in time by more than instants")
        turned = test.this.table == right
        pair = (test.expression, test.this) if turned else (test.this, test.expression)
        if isinstance(test, exp.EQ):
            keys.append(pair)
        elif found is not None or turned:
            refuse(engine, "A join in time by two instants")
        else:
            found = pair, test
    if found is None:
        refuse(engine, "A join in time without an instant")
    return keys, found[0], found[1]
