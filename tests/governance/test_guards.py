"""Masks, cells that no spreadsheet evaluates, and users' patterns in linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.governance.model import compile_user_regex, mask, safe_cell
from windsock.kernel.errors import InvalidInput

FORMULAS = [
    "=1+1",
    "=cmd|'/c calc'!A0",
    "+cmd",
    "-cmd",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1+1",
    "－cmd",
    "＠SUM(A1)",
    " =1+1",
    "\u00a0=1",
    "\ufeff=HYPERLINK(1)",
    "\u200b=1",
    "|calc",
    "=",
    "--1",
    "+-1",
    "-1;=2",
]
NUMBERS = ["0", "7", "-12.50", "+3", "1e5", "-1.5E-3", "12.5%", "123456789012345678901234567890"]
PLAIN = ["", "Rome", "a=b", "City Hotel", "2016-01-01", "1-2", "上海", "O'Hare", "'quoted"]


@pytest.mark.parametrize("value", FORMULAS)
def test_what_could_be_a_formula_gets_an_apostrophe(value: str) -> None:
    assert safe_cell(value) == f"'{value}"


@pytest.mark.parametrize("value", NUMBERS + PLAIN)
def test_numbers_and_plain_text_stay_as_they_are(value: str) -> None:
    assert safe_cell(value) == value


@given(st.text(max_size=40))
def test_no_cell_starts_like_a_formula_unless_it_is_a_number(value: str) -> None:
    cell = safe_cell(value)
    assert cell in (value, f"'{value}")
    if cell and cell.strip()[:1] in tuple("=+-@＝＋－＠"):
        assert float(cell.rstrip("%")) is not None
    assert safe_cell(cell) == cell


@pytest.mark.parametrize(
    ("namespace", "value", "shown"),
    [
        ("email", "anna@example.com", "a***@e***.com"),
        ("email", "x@y", "x***@***"),
        ("email", "broken", "***"),
        ("email", "@y.com", "***"),
        ("phone", "13812341234", "138****1234"),
        ("phone", "+86 138-1234-1234", "861****1234"),
        ("phone", "12345", "****"),
        ("login", "GA10023455", "GA***55"),
        ("login", "GA12", "***"),
        ("customer", "li@example.org", "l***@e***.org"),
        ("name", "Anna Rossi", "A***"),
        ("name", "", ""),
    ],
)
def test_a_masked_id_shows_little(namespace: str, value: str, shown: str) -> None:
    assert mask(namespace, value) == shown


@given(st.sampled_from(["email", "phone", "login", "name", "anon"]), st.text(st.characters(exclude_characters="*"), min_size=1, max_size=60))
def test_a_mask_never_shows_the_whole(namespace: str, value: str) -> None:
    assert value not in mask(namespace, value) or len(value) == 1


def test_a_pattern_runs_in_linear_time() -> None:
    pattern = compile_user_regex("(a+)+$")
    started = time.perf_counter()
    assert pattern.search("a" * 100_000 + "b") is None
    assert time.perf_counter() - started < 2
    assert pattern.search("baa") is not None
    assert compile_user_regex("上.").fullmatch("上海") is not None


@pytest.mark.parametrize("pattern", ["(", "a" * 501, r"(a)\1", "(?=x)", "[z-a]", "((a{100}){100}){100}", "\ud800"])
def test_a_wrong_pattern_is_worded(pattern: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        compile_user_regex(pattern, "rules.3.match")
    assert caught.value.where == "rules.3.match"
    assert caught.value.fix
