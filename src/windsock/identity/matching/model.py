"""Rules of matching: what a column means, how a value is written for comparison, what a third record adds to a pair."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from itertools import combinations

from windsock.identity.model import normalise
from windsock.kernel.errors import InvalidInput
from windsock.kernel.written import read_yaml

FIELDS: dict[str, tuple[str, ...]] = {
    name: tuple(str(synonym) for synonym in synonyms)
    for name, synonyms in read_yaml(files("windsock.identity.matching").joinpath("fields.yaml").read_text("utf-8")).items()
}
"""What a column can mean, with the names it goes by, in lower case without spaces and signs."""
NAMING = frozenset({"given", "family", "name", "dob", "email", "phone", "document"})
"""Fields of which at least two are needed: places alone make nobody."""
THROUGH_LEAST = 0.9
NEIGHBOURS_MOST = 50
_WORDS = re.compile(r"[^\w]+|_", re.UNICODE)
_DIGITS = re.compile(r"\D+")
_DATES = (
    # U+5E74, U+6708 and U+65E5 are the signs of year, month and day in Chinese dates.
    re.compile(r"(?P<y>\d{4})[-/.\u5e74]?(?P<m>\d{1,2})[-/.\u6708]?(?P<d>\d{1,2})\u65e5?"),
    re.compile(r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})"),
)


@dataclass(frozen=True)
class Reason:
    """What a field says about a pair: which level of agreement, and its weight (log2 of how much likelier among one person's records)."""

    field: str
    level: str
    weight: float


@dataclass(frozen=True)
class Pair:
    """Two records and the probability that they are one person.

    Attributes:
        a: id of the first record (of the first file where two are matched).
        b: id of the second.
        probability: 0..1.
        by: id of the record that ties them together, "" when they were compared directly.
        reasons: what each field says; empty for a pair that only a third record makes.
    """

    a: str
    b: str
    probability: float
    by: str = ""
    reasons: tuple[Reason, ...] = field(default=())


def recognise(columns: Sequence[str], given: Mapping[str, str] | None = None, leave_out: Iterable[str] = ()) -> dict[str, str]:
    """Return the column of each field that can be told.

    Args:
        columns: names as they stand in the file.
        given: field -> column, said by the user; wins over the names.
        leave_out: columns that must not be used.

    Raises:
        InvalidInput: a field or column that does not exist, or too little that names somebody.

    >>> recognise(["rec_id", " given_name", "surname", "date_of_birth", "soc_sec_id"])
    {'given': ' given_name', 'family': 'surname', 'dob': 'date_of_birth'}
    """
    left_out, said = set(leave_out), dict(given or {})
    for name, column in said.items():
        if name not in FIELDS:
            raise InvalidInput(f"There is no field '{name[:40]}'.", where="field", fix=f"Use one of: {', '.join(FIELDS)}.")
        if column not in columns:
            raise InvalidInput(f"There is no column '{column[:60]}'.", where=name, fix=f"Columns: {', '.join(columns)[:300]}.")
    found: dict[str, str] = {}
    plain = {column: _WORDS.sub("", column.lower()) for column in columns if column not in left_out and column not in said.values()}
    for name, synonyms in FIELDS.items():
        column = said.get(name) or next((column for synonym in synonyms for column, text in plain.items() if text == synonym), None)
        if column is not None:
            found[name] = column
    if {"given", "family"} & set(found) and "name" in found and "name" not in said:
        del found["name"]
    if len(NAMING & set(found)) < 2:
        what = "Too few columns say who somebody is."
        raise InvalidInput(what, where=", ".join(columns)[:200], fix="Name at least two: --field given=COLUMN --field dob=COLUMN ...")
    return found


def written(name: str) -> Callable[[str], str | None]:
    """Return how a value of a field is written for comparison: a function that gives None for what says nothing.

    >>> written("dob")("5.1.1980"), written("dob")("1980年1月5日"), written("given")("  Zoë "), written("phone")("138 1234 5678")
    ('19800105', '19800105', 'zoë', '+8613812345678')
    """
    if name in ("email", "phone"):
        return partial(normalise, name)
    return _date if name == "dob" else _compact if name in ("document", "postcode") else _text


def _text(text: str) -> str | None:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()) or None


def _compact(text: str) -> str | None:
    return _WORDS.sub("", unicodedata.normalize("NFKC", text).upper()) or None


def _date(text: str) -> str | None:
    text = unicodedata.normalize("NFKC", text).strip().partition(" ")[0].partition("T")[0]
    for pattern in _DATES:
        found = pattern.fullmatch(text)
        if found:
            return f"{found['y']}{int(found['m']):02d}{int(found['d']):02d}"
    return _DIGITS.sub("", text) or None


def through(pairs: Iterable[Pair], least: float = THROUGH_LEAST) -> list[Pair]:
    """Let a record that is surely one person with two others speak for these two.

    Where a and c, and c and b, are each at least ``least``, a pair a, b that is not so by itself is at least as probable as both holding
    together (their product).
    One step only: chains of more steps tie strangers together.

    >>> given = [Pair("a", "c", 0.95), Pair("b", "c", 0.96), Pair("a", "b", 0.2)]
    >>> [(pair.a, pair.b, round(pair.probability, 3), pair.by) for pair in through(given)]
    [('a', 'b', 0.912, 'c'), ('a', 'c', 0.95, ''), ('b', 'c', 0.96, '')]
    """
    known = {(pair.a, pair.b): pair for pair in pairs}
    alone = {key: pair.probability for key, pair in known.items()}
    near: dict[str, list[tuple[str, float]]] = {}
    for pair in known.values():
        if pair.probability >= least:
            near.setdefault(pair.a, []).append((pair.b, pair.probability))
            near.setdefault(pair.b, []).append((pair.a, pair.probability))
    for centre in sorted(near):
        around = sorted(near[centre], key=lambda one: (-one[1], one[0]))[:NEIGHBOURS_MOST]
        for (x, p), (y, q) in combinations(around, 2):
            key = (x, y) if x < y else (y, x)
            if alone.get(key, 0.0) < least and p * q > (known[key].probability if key in known else 0.0):
                known[key] = Pair(key[0], key[1], p * q, centre, known[key].reasons if key in known else ())
    return [known[key] for key in sorted(known)]
