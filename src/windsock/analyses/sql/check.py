"""Read a statement and refuse whatever is not allowed, saying what, where in the text and what to do; give it back as a tree to print anew.

The text itself never runs. It is parsed into a tree; each node of the tree must be of an allowed kind, each function and type an allowed one, each
table a view or a name that a WITH before it gives. What is printed of the tree, without comments, is parsed and checked once more.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlglot import exp
from sqlglot.dialects import DuckDB
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.parsers.duckdb import DuckDBParser
from sqlglot.tokenizer_core import Token, TokenType

from windsock.analyses.sql.allowed import ADVICE, FUNCTIONS, NAMED, NODES, TYPES
from windsock.analyses.sql.catalogue import BY_NAME
from windsock.kernel.errors import InvalidInput, TooLarge

TEXT_MOST: Final = 10_000
TOKENS_MOST: Final = 3_000
NODES_MOST: Final = 4_000
NESTED_MOST: Final = 40
JOINS_MOST: Final = 12
LITERAL_MOST: Final = 2_000
MOVES_MOST: Final = 40_000
logging.getLogger("sqlglot").setLevel(logging.ERROR)  # what it cannot read is refused here, and told to who wrote it
_ROOTS = (exp.Select, exp.SetOperation, exp.Subquery)
_SHOWN = 60


class _Endless(Exception):
    """The parser goes back and forth: some chains cost it twice the time with each link."""


class _Bounded(DuckDBParser):
    """The parser, with a bound on how often it moves over the tokens."""

    _moves = 0

    def _advance(self, times: int = 1) -> None:
        self._moves += 1
        if self._moves > MOVES_MOST:
            raise _Endless
        super()._advance(times)


@dataclass(frozen=True)
class Checked:
    """A statement that may run: its tree, what is printed of it, and the views that it reads, in alphabetical order."""

    tree: exp.Expr
    printed: str
    views: tuple[str, ...]


def check(text: str) -> Checked:
    """Read a statement.

    Raises:
        InvalidInput: it is no SQL, no single SELECT, or holds something that is not allowed.
        TooLarge: it is longer, deeper or has more parts than a statement may have.
    """
    tree = _parsed(text)
    _check_tree(tree, text)
    try:
        printed = tree.sql(dialect="duckdb", comments=False)
        again = _parsed(printed, most=TEXT_MOST * 4)
    except RecursionError:
        raise _deep() from None
    _check_tree(again, printed)
    return Checked(again, printed, tuple(sorted(set(_views(again)))))


def place(text: str, offset: int) -> str:
    r"""Return where an offset stands: ``line 2, column 7``.

    >>> place("SELECT\n  a", 9)
    'line 2, column 3'
    """
    before = text[: max(0, offset)]
    return f"line {before.count(chr(10)) + 1}, column {offset - (before.rfind(chr(10)) + 1) + 1}"


def find(text: str, name: str) -> str:
    """Return where a name stands first in a statement, or ""."""
    try:
        tokens = DuckDB().tokenize(text)
    except SqlglotError:
        return ""
    found = next((token for token in tokens if token.text.lower() == name.lower()), None)
    return "" if found is None else place(text, found.start)


def _parsed(text: str, most: int = TEXT_MOST) -> exp.Expr:
    if len(text) > most:
        raise TooLarge(f"A statement has at most {most:,} characters.", where="statement", fix="Shorten it.")
    if "\x00" in text or not text.strip():
        raise _nothing()
    try:
        tokens = _check_tokens(text)
        if not tokens or tokens[0].token_type not in _FIRST:
            raise _no_select(text, tokens[0]) if tokens else _nothing()
        found = [tree for tree in _Bounded(dialect=DuckDB()).parse(tokens, text) if tree is not None and not isinstance(tree, exp.Semicolon)]
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        raise InvalidInput(f"This is no SQL: {_told(first)}.", where=_near(text, first), fix="Mend the statement there.") from None
    except SqlglotError as error:
        raise InvalidInput("This is no SQL.", where="statement", fix=str(error).split("\n", 1)[0][:200]) from None
    except RecursionError:
        raise _deep() from None
    except _Endless:
        raise TooLarge("The statement is too tangled to be read.", where="statement", fix="Give each JOIN its ON, and name parts by WITH.") from None
    if len(found) != 1:
        raise InvalidInput(f"There are {len(found)} statements; one is run.", where=_second(text), fix="Remove the others.")
    if not isinstance(found[0], _ROOTS):
        raise _no_select(text, DuckDB().tokenize(text)[0])
    return found[0]


def _no_select(text: str, first: Token) -> InvalidInput:
    what = f"Only SELECT can be run, not {first.text[:20].upper()}."
    return InvalidInput(what, where=place(text, first.start), fix="Begin with SELECT or WITH.", code="not_in_sql")


def _told(found: dict[str, object]) -> str:
    """Return what the parser says, in the words of who writes SQL."""
    said = str(found.get("description") or "it cannot be read").rstrip(".")
    missing = re.search(r"missing for <class '[\w.]*\.(\w+)'>", said)
    if missing:
        return f"something is missing in {missing[1].upper()}"
    highlight = str(found.get("highlight") or "")[:_SHOWN]
    return f"'{highlight}' is not expected here" if "Unexpected token" in said and highlight else said


def _nothing() -> InvalidInput:
    return InvalidInput("There is no statement.", where="statement", fix="Write a SELECT over the listed tables.")


def _check_tokens(text: str) -> list[Token]:
    """Bound size and depth before anything recurses over them."""
    tokens = DuckDB().tokenize(text)
    if len(tokens) > TOKENS_MOST:
        raise TooLarge(f"A statement has at most {TOKENS_MOST:,} words and signs.", where="statement", fix="Shorten it.")
    depth = run = 0
    for token in tokens:
        if token.token_type in (TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE):
            depth += 1
        elif token.token_type in (TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END):
            depth -= 1
        run = run + 1 if token.token_type in _PREFIX else 0
        if depth > NESTED_MOST or run > NESTED_MOST:
            raise _deep(place(text, token.start))
        if token.token_type == TokenType.STRING and len(token.text) > LITERAL_MOST:
            raise TooLarge(f"A text has at most {LITERAL_MOST:,} characters.", where=place(text, token.start), fix="Shorten it.")
    return tokens


_FIRST = frozenset({TokenType.SELECT, TokenType.WITH, TokenType.FROM, TokenType.L_PAREN})
_PREFIX = frozenset({TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.TILDE})


def _deep(where: str = "statement") -> TooLarge:
    return TooLarge(f"The statement is nested more than {NESTED_MOST} deep.", where=where, fix="Name parts of it by WITH.")


def _near(text: str, found: dict[str, object]) -> str:
    line, column = found.get("line"), found.get("col")
    if not isinstance(line, int) or not isinstance(column, int):
        return "statement"
    width = len(str(found.get("highlight") or ""))
    lines = text.split("\n")
    shown = lines[line - 1] if 0 < line <= len(lines) else ""
    return f"line {line}, column {max(1, min(column - width + 1, len(shown) + 1))}"


def _second(text: str) -> str:
    token = next((token for token in DuckDB().tokenize(text) if token.token_type == TokenType.SEMICOLON), None)
    return "statement" if token is None else place(text, token.start)


def _check_tree(tree: exp.Expr, text: str) -> None:
    count = joins = 0
    try:
        for node in tree.walk():
            count += 1
            joins += isinstance(node, exp.Join)
            if count > NODES_MOST:
                raise TooLarge("The statement has too many parts.", where="statement", fix="Shorten it.")
            if joins > JOINS_MOST:
                raise TooLarge(f"A statement has at most {JOINS_MOST} joins.", where="statement", fix="Join fewer tables.")
            _check_node(node, text)
    except RecursionError:
        raise _deep() from None


def _check_node(node: exp.Expr, text: str) -> None:
    name = type(node).__name__
    if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc):
        called = str(node.this).lower()
        if called not in NAMED or not isinstance(node.this, str):
            raise _refused(f"The function {called[:_SHOWN]}", node, text, "Use the functions that are listed in the guide.")
    elif name not in NODES and name not in FUNCTIONS:
        what = f"The function {node.sql_name()}" if isinstance(node, exp.Func) else f"'{_shown(node)}'"
        raise _refused(what, node, text, ADVICE.get(name, "Use a plain SELECT: columns, conditions, joins, groups and windows."))
    if isinstance(node, exp.With) and node.args.get("recursive"):
        raise _refused("WITH RECURSIVE", node, text, "Write the steps out.")
    if isinstance(node, exp.DataType):
        _check_type(node, text)
    elif isinstance(node, exp.Table):
        _check_table(node, text)
    elif isinstance(node, exp.Column) and (node.args.get("catalog") or node.args.get("db")) and node.parts[-2].name.lower() != "properties":
        raise _refused(f"'{_shown(node)}'", node, text, "Name a column as column or table.column.")


def _check_type(node: exp.DataType, text: str) -> None:
    kind = node.this
    if not isinstance(kind, exp.DType | exp.Interval) or (isinstance(kind, exp.DType) and kind.value not in TYPES):
        raise _refused(f"The type {_shown(node)}", node, text, "Use BIGINT, DOUBLE, DECIMAL, VARCHAR, DATE, TIMESTAMP or BOOLEAN.")


def _check_table(node: exp.Table, text: str) -> None:
    called = node.this
    if not isinstance(called, exp.Identifier) or node.args.get("db") or node.args.get("catalog"):
        what = f"'{_shown(node)}'"
        raise _refused(what, node, text, f"Read the listed tables: {', '.join(BY_NAME)}.")
    extra = [key for key, value in node.args.items() if value and key not in ("this", "alias", "joins")]
    if extra:
        raise _refused(f"'{_shown(node)}'", node, text, "Name the table alone.")
    if called.name.lower() not in _given(node) and called.name.lower() not in BY_NAME:
        raise InvalidInput(
            f"There is no table '{called.name[:_SHOWN]}'.", where=_where(node, text), fix=f"Read one of: {', '.join(BY_NAME)}.", code="not_in_sql"
        )


def _given(node: exp.Expr) -> frozenset[str]:
    """Return the names that a WITH gives where a table stands: those of queries around it, written before it."""
    found: set[str] = set()
    below: exp.Expr | None = node
    above = node.parent
    while above is not None:
        if isinstance(above, exp.With):
            found.update(one.alias.lower() for one in _before(above, below))
        else:
            given = above.args.get("with_")
            if isinstance(given, exp.With) and below is not given:
                found.update(one.alias.lower() for one in given.expressions)
        below, above = above, above.parent
    return frozenset(found)


def _before(given: exp.With, one: exp.Expr | None) -> Iterator[exp.Expr]:
    for other in given.expressions:
        if other is one:
            return
        yield other


def _views(tree: exp.Expr) -> Iterator[str]:
    for table in tree.find_all(exp.Table):  # not as a set: equal ones stand in different places
        name = table.name.lower()
        if name not in _given(table):
            yield name


def _refused(what: str, node: exp.Expr, text: str, fix: str) -> InvalidInput:
    return InvalidInput(f"{what} cannot be used here.", where=_where(node, text), fix=fix, code="not_in_sql")


def _where(node: exp.Expr, text: str) -> str:
    """Return where a node begins, as far as its first word says."""
    starts = [int(one.meta["start"]) for one in node.walk() if "start" in one.meta]
    if starts:
        return place(text, min(starts))
    if isinstance(node, exp.Func):
        for name in node.sql_names():
            found = find(text, name)
            if found:
                return found
    above = node.parent
    return _where(above, text) if above is not None else "statement"


def _shown(node: exp.Expr) -> str:
    return node.sql(dialect="duckdb", comments=False)[:_SHOWN]
