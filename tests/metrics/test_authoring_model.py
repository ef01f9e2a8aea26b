"""Rules of a metric that somebody writes: units, sums, divisors, names; the library itself keeps them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from windsock.kernel.errors import InvalidInput
from windsock.metrics.authoring.check import check
from windsock.metrics.authoring.model import filled, renamed, text_of
from windsock.metrics.catalogue import PARTS_MAX, catalogue
from windsock.metrics.model.expression import Name, Node, Number, Operation, names, parse

LIBRARY = catalogue()


def made(expression: str, **given: Any) -> dict[str, Any]:
    words = {"en": "Test", "zh": "测试"}
    body = {"name": "made_here", "class": "overall", "scope": "place", "use": ["track"], "unit": "ratio", "direction": "up", "owner": "me"}
    body |= {"additivity": "ratio", "clock": "booking", "title": words, "description": words, "formula": words, "expression": expression}
    return body | given


def errors(body: dict[str, Any]) -> list[str]:
    return [f"{one.field}: {one.en}" for one in check(LIBRARY, body).errors]


@pytest.mark.parametrize("name", LIBRARY.metrics)
def test_the_library_keeps_the_rules(name: str):
    assert [one.en for one in check(LIBRARY, LIBRARY.bodies[name]).errors] == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (made("orders / 0"), "divides by zero"),
        (made("orders / (1 - 1)"), "divides by zero"),
        (made("orders + revenue"), "Unlike units are added"),
        (made("revenue / orders"), "gives money_ratio, not ratio"),
        (made("orders / uv", additivity="additive"), "totals would be misread"),
        (made("uv + uv", unit="count", additivity="additive"), "totals would be misread"),
        (made("order / uv"), "There is no metric 'order'"),
        (made("made_here + orders", unit="count", additivity="additive"), "made of itself: made_here -> made_here"),
        (made("1 + 1"), "Name at least one metric"),
        (made("orders; drop table x"), "does not belong in an expression"),
        (made("orders / uv", name="property"), "means something else"),
        (made("orders / uv", name="Orders!"), "small letters"),
        (made("orders / uv", title={"en": "", "zh": " "}), "Write a text"),
        (made("orders / uv", owner=" "), "Say who answers"),
        (made("orders / uv", example={"given": {"orders": 6, "uv": 3}, "expect": "3"}), "gives 2, not 3"),
        (made("revenue / uv", name="orders", unit="money_ratio"), "its unit stays count"),
        (made("", measures=[{"fact": "order_line", "aggregate": "sum", "value": "nope", "clocks": ["booking"]}]), "is no field"),
        (made("", measures=[{"fact": "order_line", "aggregate": "sum", "value": "(SELECT 1)", "clocks": ["booking"]}]), "not allowed"),
        (made("", measures=[{"fact": "nothing", "aggregate": "count", "clocks": ["booking"]}]), "no fact"),
        (made("", measures=[{"fact": "event", "aggregate": "count", "clocks": ["booking"]}]), "no booking clock"),
        (made("", measures=[{"fact": "order_line"}]), "wrong form"),
        (made("", measures=[{"fact": "event", "aggregate": "count_distinct", "value": "person", "clocks": ["event"]}], clock="event", unit="count",
              additivity="additive"), "Distinct people do not add up"),
        (made("orders / uv", surprise=1), "no field 'surprise'"),
        (made("orders / uv", use=7), "wrong form"),
    ],
)  # fmt: skip
def test_a_mistake_is_told(body: dict[str, Any], told: str):
    assert told in " ".join(errors(body))


def test_what_fits_is_said_before_it_is_asked():
    checked = check(LIBRARY, made("revenue / orders", unit="money_ratio"))
    assert (checked.errors, checked.units, checked.additivity) == ((), ("money_ratio",), "ratio")
    assert check(LIBRARY, made("orders * 2", unit="count", additivity="additive")).errors == ()
    assert check(LIBRARY, made("revenue - refunded_revenue", unit="money", additivity="additive", clock="payment")).errors == ()


def test_a_blank_text_takes_the_other_language():
    assert filled(made("orders", title={"en": " ", "zh": "订单"}))["title"] == {"en": "订单", "zh": "订单"}


def test_a_circle_over_several_is_named():
    one, two, three = (made(expression, name=name, unit="count", additivity="additive") for name, expression in
                       (("aa", "bb + orders"), ("bb", "cc + orders"), ("cc", "aa + orders")))  # fmt: skip
    with pytest.raises(Exception, match="aa -> bb -> cc -> aa"):
        LIBRARY.changed({"aa": one, "bb": two, "cc": three})


def test_a_formula_that_grows_without_end_is_refused():
    bodies = {f"grow_{n:02}": made(f"grow_{n - 1:02} + {'orders' if n == 1 else f'grow_{n - 2:02}'}" if n else "orders + orders", name=f"grow_{n:02}",
                                   unit="count", additivity="additive") for n in range(30)}  # fmt: skip
    with pytest.raises(Exception, match=f"more than {PARTS_MAX} parts or"):
        LIBRARY.changed(bodies)


NODES = st.recursive(
    st.sampled_from(["a", "b", "c"]).map(Name) | st.integers(1, 9).map(lambda value: Number(Decimal(value))),
    lambda inner: st.builds(Operation, st.sampled_from("+-*/"), inner, inner),
    max_leaves=12,
)


@given(NODES)
def test_an_expression_written_out_reads_back_the_same(node: Node):
    try:
        read = parse(text_of(node), "x")
    except InvalidInput as error:
        assume("divides by zero" not in error.what)
        raise
    assert read == node
    assert names(renamed(node, {"a": "z"})) == tuple("z" if name == "a" else name for name in names(node))
