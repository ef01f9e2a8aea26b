"""A statement of many parts as steps: parts that would be computed again and again are held, the others stay where they are used.

Our own engine computes each part once. ClickHouse and Spark put a part wherever it is named, so that a chain of steps, each named twice by the
one before, doubles with every step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp


@dataclass(frozen=True)
class Written:
    """A statement in another engine's words: parts to hold first, by name and text, in order; then the text of the answer."""

    held: tuple[tuple[str, str], ...]
    text: str


def cut(tree: exp.Expr, token: str, heavy: int, say: Callable[[exp.Expr], str]) -> Written:
    """Return a statement as steps.

    Args:
        tree: the whole statement; it is used up.
        token: what the names of held parts begin with, so that no two statements share one.
        heavy: a part that is named at least twice is held when so many parts are computed for it.
        say: prints a tree.
    """
    with_: exp.With | None = tree.args.get("with_")
    if with_ is None:
        return Written((), say(tree))
    parts: dict[str, exp.CTE] = {cte.alias: cte for cte in with_.expressions}
    named = {name: Counter(_named(cte, parts)) for name, cte in parts.items()}
    tree.set("with_", None)
    uses: Counter[str] = Counter(_named(tree, parts))
    for found in named.values():
        uses.update(found)
    sizes: dict[str, int] = {}
    kept: set[str] = set()
    for name, found in named.items():
        sizes[name] = 1 + sum((1 if other in kept else sizes.get(other, 1)) * times for other, times in found.items())
        if uses[name] > 1 and sizes[name] >= heavy:
            kept.add(name)
    held = [(f"{token}_{name}", say(_whole(part.this, parts, named, kept, token))) for name, part in parts.items() if name in kept]
    return Written(tuple(held), say(_whole(tree, parts, named, kept, token)))


def _named(tree: exp.Expr, parts: dict[str, exp.CTE]) -> list[str]:
    return [table.name for table in tree.find_all(exp.Table) if table.name in parts and not table.db]


def _whole(tree: exp.Expr, parts: dict[str, exp.CTE], named: dict[str, Counter[str]], kept: set[str], token: str) -> exp.Expr:
    """Return a copy of a tree with the parts before it that are not held, and the names of those that are."""
    made = tree.copy()
    needed: set[str] = set()
    waiting = _named(made, parts)
    while waiting:
        name = waiting.pop()
        if name not in needed and name not in kept:
            needed.add(name)
            waiting += list(named[name])
    ctes = [cte.copy() for name, cte in parts.items() if name in needed]
    for one in (made, *ctes):
        for table in one.find_all(exp.Table):
            if table.name in kept and not table.db:
                alias = table.alias_or_name
                table.set("this", exp.to_identifier(f"{token}_{table.name}"))
                table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
    if ctes:
        made.set("with_", exp.With(expressions=ctes))
    return made
