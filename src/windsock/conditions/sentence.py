"""A condition as a sentence in Chinese and English, made of the same tree that the statement is compiled from."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache, singledispatch
from importlib.resources import files
from typing import Any, Literal

from windsock.conditions.model.nodes import AllOf, AnyOf, Condition, Counted, Edge, Followed, HasId, Named, NotThat, Ordered, SaidTrait, Trip
from windsock.conditions.model.rows import Bound, Plain, Rows, Test
from windsock.conditions.model.spans import Span
from windsock.conditions.model.steps import Chain
from windsock.conditions.named import told_name
from windsock.kernel.written import read_yaml
from windsock.tracking import catalogue

Language = Literal["zh", "en"]
VALUES_TOLD = 5
_LENGTHS = (("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1_000), ("ms", 1))


@cache
def _words() -> dict[str, Any]:
    return read_yaml(files("windsock.conditions").joinpath("words.yaml").read_text("utf-8"))


def _say(language: Language, key: str, **given: object) -> str:
    found: Any = _words()
    for part in key.split("/", 1):
        found = found[part]
    return str(found[language]).format(**given)


def sentence(condition: Condition, language: Language) -> str:
    """Return a condition as one sentence, without an end.

    >>> from windsock.conditions.model import read_condition
    >>> sentence(read_condition({"did": "search", "times": 3, "period": {"last": 7, "unit": "day"}}), "en")
    'did search at least 3 times in the last 7 days, today among them'
    """
    return _told(condition, language)


@singledispatch
def _told(condition: object, language: Language) -> str:
    raise NotImplementedError


@_told.register
def _(joint: AllOf, language: Language) -> str:
    return _say(language, "all").join(_inside(part, language) for part in joint.of)


@_told.register
def _(joint: AnyOf, language: Language) -> str:
    return _say(language, "any").join(_inside(part, language) for part in joint.of)


@_told.register
def _(joint: NotThat, language: Language) -> str:
    return _say(language, "not", what=sentence(joint.of, language))


@_told.register
def _(leaf: Followed, language: Language) -> str:
    return _say(language, "sequence", span=told_span(leaf.span, language), **_chain(leaf.chain, language))


@_told.register
def _(leaf: HasId, language: Language) -> str:
    return _say(language, "has_id", name=leaf.namespace)


@_told.register
def _(leaf: SaidTrait, language: Language) -> str:
    return _say(language, "trait", test=_test(leaf.test, language))


@_told.register
def _(leaf: Named, language: Language) -> str:
    name = told_name(leaf, language)
    like = [] if leaf.test is None else [_test(leaf.test, language, _say(language, "value"))]
    like += [] if leaf.weight is None else [_say(language, "weight", bound=_bound(leaf.weight, language))]
    return _say(language, f"{leaf.kind}s" if like else leaf.kind, name=name, like=_say(language, "also").join(like))


def _inside(part: Condition, language: Language) -> str:
    told = sentence(part, language)
    return f"({told})" if isinstance(part, (AllOf, AnyOf)) and len(part.of) > 1 else told


@_told.register
def _(leaf: Counted, language: Language) -> str:
    span, rows = told_span(leaf.span, language), told_rows(leaf.rows, language)
    if leaf.same is not None or leaf.within_ms is not None:
        same, within = _same(leaf.same, language), _within(leaf.within_ms, language)
        return _say(language, "often", rows=rows, times=int(leaf.bound.value), same=same, within=within, span=span)
    if leaf.what == "times" and leaf.bound == Bound(">=", Decimal(1)):
        return _say(language, "did", rows=rows, span=span)
    if leaf.what == "times" and leaf.bound == Bound("=", Decimal(0)):
        return _say(language, "did_not", rows=rows, span=span)
    of = "" if leaf.of is None else told_field(leaf.of, language)
    return _say(language, leaf.what, rows=rows, bound=_bound(leaf.bound, language), span=span, of=of)


def _chain(chain: Chain, language: Language) -> dict[str, str]:
    steps = [
        told_rows(step.rows, language)
        + ("" if step.within_ms is None else _say(language, "step_within", length=told_length(step.within_ms, language)))
        + (_say(language, "step_optional") if step.optional else "")
        for step in chain.steps
    ]
    without = [
        _say(language, "without", rows=told_rows(one.rows, language), step=told_rows(chain.steps[one.last].rows, language))
        for one in chain.exclusions
    ]
    return {
        "steps": _say(language, "then").join(steps),
        "strict": _say(language, "strict") if chain.strict else "",
        "same": _same(chain.hold, language),
        "within": _within(chain.window_ms, language),
        "without": "".join(without),
    }


@_told.register
def _(leaf: Edge, language: Language) -> str:
    during = _say(language, "during", span=told_span(leaf.during, language)) if leaf.during != Span() else ""
    like = _say(language, "like", tests=told_tests(leaf.like, language)) if leaf.like else ""
    words = {"rows": told_rows(leaf.rows, language), "span": told_span(leaf.span, language)}
    return _say(language, "last" if leaf.last else "first", during=during, like=like, **words)


@_told.register
def _(leaf: Ordered, language: Language) -> str:
    where = _say(language, "order_where", tests=told_tests(leaf.where, language)) if leaf.where else ""
    clock = _say(language, "clock", clock=_say(language, f"clocks/{leaf.clock}")) if leaf.clock != "booked" else ""
    words = {"bound": _bound(leaf.bound, language), "where": where, "clock": clock, "span": told_span(leaf.span, language)}
    return _say(language, "orders" if leaf.what == "count" else "amount", currency=leaf.currency, **words)


@_told.register
def _(leaf: Trip, language: Language) -> str:
    where = _say(language, "trip_where", tests=told_tests(leaf.where, language)) if leaf.where else ""
    return _say(language, leaf.edge, span=told_span(leaf.span, language), where=where)


def _same(field: str | None, language: Language) -> str:
    return "" if field is None else _say(language, "same", field=told_field(field, language))


def _within(length_ms: int | None, language: Language) -> str:
    return "" if length_ms is None else _say(language, "within", length=told_length(length_ms, language))


def told_rows(rows: Rows, language: Language) -> str:
    """Return events as they are spoken of."""
    names = [_say(language, "event", name=_event(name, language)) for name in rows.events] or [_say(language, "any_event")]
    told = _say(language, "either").join(names)
    return _say(language, "rows", names=told, tests=told_tests(rows.where, language)) if rows.where else told


def _event(name: str, language: Language) -> str:
    kind = catalogue().get(name)
    return name if kind is None or language == "en" else kind.zh


def told_tests(tests: Sequence[Test], language: Language) -> str:
    """Return tests that must all hold."""
    return _say(language, "also").join(_test(test, language) for test in tests)


def _test(test: Test, language: Language, field: str = "") -> str:
    values = [_value(value) for value in test.values[:VALUES_TOLD]] + (["..."] if len(test.values) > VALUES_TOLD else [])
    return _say(language, f"tests/{test.op}", field=field or told_field(test.field, language), value=", ".join(values))


def told_field(name: str, language: Language) -> str:
    """Return what a field of events is called; a property is called by its name."""
    known = _words()["fields"]
    return known[name][language] if name in known else name.removeprefix("properties.")


def _value(value: Plain) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _bound(bound: Bound, language: Language) -> str:
    return _say(language, f"bounds/{bound.op}", value=_value(bound.value))


def told_span(span: Span, language: Language) -> str:
    """Return a span; in English with a blank before it, empty for always."""
    if span.kind == "dates":
        key = "dates" if span.start and span.end else "since" if span.start else "until"
        return _say(language, f"spans/{key}", start=span.start, end=span.end)
    unit = _say(language, f"units/{span.unit}") + ("s" if language == "en" and span.count != 1 else "")
    length = told_length(span.length_ms, language) if span.kind == "past" else ""
    return _say(language, f"spans/{span.kind}", count=span.count, unit=unit, length=length)


def told_length(length_ms: int, language: Language) -> str:
    """Return a length of time, exact to the millisecond.

    >>> told_length(5_400_000, "en"), told_length(86_400_000, "zh"), told_length(1_860_001, "en")
    ('1 hour 30 minutes', '1 天', '31 minutes 1 millisecond')
    """
    told: list[str] = []
    rest = length_ms
    for name, unit_ms in _LENGTHS:
        count, rest = divmod(rest, unit_ms)
        if count or (unit_ms == 1 and not told):
            word = _say(language, f"lengths/{name}")
            told.append(f"{count}{word}" if language == "zh" else f"{count} {word}{'' if count == 1 else 's'}")
    return " ".join(told)
