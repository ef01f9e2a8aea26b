"""What is compared, level by level, and which records are compared at all.

A level holds where none above it does. Words of the levels are kept here beside them, so that a reviewer reads why a pair is suggested.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

LEVELS: dict[str, tuple[str, str]] = {
    "same": ("the same", "相同"), "swapped": ("given and family name swapped", "姓名顺序颠倒"), "one_edit": ("one letter differs", "差一个字符"),
    "two_edits": ("two letters differ", "差两个字符"), "close": ("much alike", "非常相近"), "swapped_close": ("swapped and much alike", "颠倒后相近"),
    "alike": ("somewhat alike", "有些相近"), "month": ("within a month", "相差一个月内"), "year": ("within a year", "相差一年内"),
    "decade": ("within ten years", "相差十年内"), "same_user": ("same mailbox name", "邮箱名相同"), "same_host": ("same mail host", "邮箱域名相同"),
    "reordered": ("same words in another order", "词相同、顺序不同"), "different": ("different", "不同"),
}  # fmt: skip
"""Level -> (en, zh)."""
_DAYS_APART = "abs(date_diff('day', try_strptime(dob_l, '%Y%m%d'), try_strptime(dob_r, '%Y%m%d')))"
_PLACES = ("street", "address2", "city")

BLOCKS: tuple[tuple[str, ...], ...] = (
    ("dob",), ("email",), ("email_user",), ("phone",), ("document",), ("name",), ("given", "family"), ("family", "postcode"), ("given", "postcode"),
    ("street",), ("postcode", "address2"), ("given", "city"), ("family", "city"), ("given_3", "family_3"), ("dob_year", "family_3"),
    ("dob_year", "given_3"), ("dob_day", "postcode"), ("dob_day", "given_2"), ("dob_day", "family_2"), ("postcode", "given_2"),
    ("postcode", "family_2"), ("name_2", "dob_year"), ("name_2", "postcode"), ("name_2", "city"), ("name_2", "dob_day"), ("phone_8", "name_2"),
)  # fmt: skip
"""Two records are compared when all columns of one of these agree (or given and family name crosswise)."""
CROSSED = ("l.given = r.family", "l.given_4 = r.family_4")
SURE: tuple[tuple[str, ...], ...] = (("given", "family", "dob"), ("name", "dob"), ("email",), ("phone", "dob"), ("document",), ("street", "dob"))
"""Agreement that nearly always means one person: from how often it occurs the prior is reckoned."""
TRAIN: tuple[tuple[str, ...], ...] = (("dob",), ("given", "family"), ("name",), ("email",), ("phone",), ("postcode", "family"))
"""Blocks in which the parameters are found, so that each field is outside of some."""
DERIVED: dict[str, tuple[str, Callable[[str], str]]] = {
    "email_user": ("email", lambda text: text.partition("@")[0]),
    "given_2": ("given", lambda text: text[:2]), "given_3": ("given", lambda text: text[:3]), "given_4": ("given", lambda text: text[:4]),
    "family_2": ("family", lambda text: text[:2]), "family_3": ("family", lambda text: text[:3]), "family_4": ("family", lambda text: text[:4]),
    "name_2": ("name", lambda text: text[:2]), "name_sorted": ("name", lambda text: " ".join(sorted(text.split()))),
    "dob_year": ("dob", lambda text: text[:4]), "dob_day": ("dob", lambda text: text[4:]), "phone_8": ("phone", lambda text: text[-8:]),
}  # fmt: skip
"""Columns made of a field's values for the blocks."""


def comparisons(fields: Sequence[str]) -> tuple[list[Any], dict[str, tuple[str, ...]]]:
    """Return Splink's comparisons for the fields that are there, and the names of the levels of each, best first."""
    made: list[Any] = []
    levels: dict[str, tuple[str, ...]] = {}
    both = "given" in fields and "family" in fields
    for name in fields:
        if name in ("given", "family"):
            ladder = _part_of_name(name, "family" if name == "given" else "given") if both else _text(name)
        else:
            ladder = _LADDERS[name](name)
        made.append(_comparison(name, ladder))
        levels[name] = tuple(step for step, _ in ladder)
    return made, levels


def _levels() -> Any:  # noqa: ANN401 - Splink, an extra, whose types are partly unknown
    return import_module("splink.comparison_level_library")


def _comparison(name: str, ladder: list[tuple[str, Any]]) -> Any:  # noqa: ANN401 - Splink's own type

    return import_module("splink.comparison_library").CustomComparison(
        output_column_name=name, comparison_levels=[_levels().NullLevel(name), *(level for _, level in ladder)]
    )


def _level(sql: str, label: str) -> Any:  # noqa: ANN401 - as above

    return _levels().CustomLevel(sql, label)


def _same(name: str, *, frequent: bool = True) -> tuple[str, Any]:
    """A rare value that agrees says more than a frequent one."""
    return "same", _levels().ExactMatchLevel(name, term_frequency_adjustments=frequent)


def _edits(name: str, most: int) -> tuple[str, Any]:

    return ("one_edit" if most == 1 else "two_edits"), _levels().DamerauLevenshteinLevel(name, most)


def _alike(name: str, least: float, step: str) -> tuple[str, Any]:

    return step, _levels().JaroWinklerLevel(name, least)


def _different() -> tuple[str, Any]:

    return "different", _levels().ElseLevel()


def _text(name: str) -> list[tuple[str, Any]]:
    return [_same(name), _edits(name, 1), _alike(name, 0.88, "close"), _alike(name, 0.75, "alike"), _different()]


def _part_of_name(name: str, other: str) -> list[tuple[str, Any]]:
    crossed = f"jaro_winkler_similarity({name}_l, {other}_r) >= 0.88 OR jaro_winkler_similarity({other}_l, {name}_r) >= 0.88"
    return [
        _same(name),
        ("swapped", _level(f"{name}_l = {other}_r OR {other}_l = {name}_r", "swapped")),
        _edits(name, 1),
        _alike(name, 0.88, "close"),
        ("swapped_close", _level(crossed, "swapped and close")),
        _alike(name, 0.75, "alike"),
        _different(),
    ]


def _full_name(name: str) -> list[tuple[str, Any]]:
    return [
        _same(name),
        ("reordered", _level("name_sorted_l = name_sorted_r", "reordered")),
        _edits(name, 1),
        _alike(name, 0.88, "close"),
        _alike(name, 0.75, "alike"),
        _different(),
    ]


def _dob(name: str) -> list[tuple[str, Any]]:
    return [
        _same(name, frequent=False),
        _edits(name, 1),
        ("month", _level(f"{_DAYS_APART} <= 31", "within a month")),
        _edits(name, 2),
        ("year", _level(f"{_DAYS_APART} <= 366", "within a year")),
        ("decade", _level(f"{_DAYS_APART} <= 3653", "within ten years")),
        _different(),
    ]


def _email(name: str) -> list[tuple[str, Any]]:
    return [
        _same(name),
        _edits(name, 2),
        ("same_user", _level("split_part(email_l, '@', 1) = split_part(email_r, '@', 1)", "same mailbox name")),
        _alike(name, 0.88, "close"),
        ("same_host", _level("split_part(email_l, '@', 2) = split_part(email_r, '@', 2)", "same host")),
        _alike(name, 0.75, "alike"),
        _different(),
    ]


def _code(name: str) -> list[tuple[str, Any]]:
    return [_same(name), _edits(name, 1), _different()]


def _plain(name: str) -> list[tuple[str, Any]]:
    return [_same(name, frequent=False), _different()]


_LADDERS: dict[str, Callable[[str], list[tuple[str, Any]]]] = {
    "name": _full_name, "dob": _dob, "email": _email, "phone": _code, "document": _code, "postcode": _code, "state": _plain,
    **dict.fromkeys(_PLACES, _text),
}  # fmt: skip
