"""A statement that never changes: read and printed once, at its first use, so that a module full of them costs nothing to import."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

_KEPT_MOST = 2_000


class Statement:
    """A constant of the programme in the engine's dialect; users' values stand in it as literals that SQLGlot printed, or not at all."""

    def __init__(self, written: str) -> None:
        """Keep the text as it is written."""
        self._written = written

    @cached_property
    def tree(self) -> exp.Expr:
        """The statement as a SQLGlot tree, to look at; whoever adds to it gets a copy from SQLGlot.

        Raises:
            sqlglot.ParseError: it is no SQL.
        """
        from sqlglot import parse_one  # noqa: PLC0415 - a fifth of a second, which a command that asks nothing needn't spend

        return parse_one(self._written, read="duckdb")

    @cached_property
    def text(self) -> str:
        """The statement as the engine gets it: one statement and nothing behind it, as its tree says."""
        return self.tree.sql(dialect="duckdb")

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its placeholders."""
        from sqlglot import exp  # noqa: PLC0415 - as above

        return frozenset(node.name for node in self.tree.find_all(exp.Placeholder))


def printed(tree: exp.Expr) -> Statement:
    """Return a tree as a statement that is printed already, for whoever puts the same one again and again; the tree itself is let go."""
    text = tree.sql(dialect="duckdb")
    made = Statement(text)
    vars(made)["text"] = text  # what was printed from a tree need not be read to be printed
    return made


@lru_cache(maxsize=_KEPT_MOST)
def statement(written: str) -> Statement:
    """Return a statement of the programme; the same text gives the same object, so that it is read and printed once."""
    return Statement(written)


def render(asked: exp.Expr | Statement) -> str:
    """Print a statement in the engine's dialect."""
    return asked.text if isinstance(asked, Statement) else asked.sql(dialect="duckdb")
