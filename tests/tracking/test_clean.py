"""Cleaning brings values into one form, keeps what they were, and leaves what it does not understand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking import make
from windsock.kernel.errors import InvalidInput
from windsock.tracking.clean import cleaned
from windsock.tracking.model import places
from windsock.tracking.model.cleaning import DOS, Cleaning, parse_cleaning


def clean(rules: list[dict[str, Any]], *rows: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any] | None]]:
    parsed = parse_cleaning({"rules": rules})
    events, raw = cleaned(make.table([make.event(**row) for row in rows]), Cleaning(parsed.rules))
    return events.to_pylist(), [None if text is None else json.loads(text) for text in raw.to_pylist()]


def test_values_take_one_form_and_what_they_were_is_kept() -> None:
    rules = [
        {"field": "country", "do": "country"}, {"field": "route", "do": "route"}, {"field": "channel", "do": "trim"},
        {"field": "channel", "do": "lower"}, {"field": "device", "do": "fill", "value": "web"},
        {"field": "platform", "do": "copy", "other": "device"},
        {"field": "properties.phone", "do": "phone"}, {"field": "properties.city", "do": "city"}, {"field": "properties.title", "do": "half_width"},
        {"field": "properties.source", "do": "fill", "value": "organic"},
    ]  # fmt: skip
    rows, raw = clean(
        rules,
        {
            "country": "中国",
            "route": "北京首都→浦东机场",
            "channel": " App ",
            "properties": '{"phone":"138 1234-5678","city":"上海","title":"ＡＢＣ","source":"x"}',
        },
        {
            "country": "US",
            "route": "nowhere",
            "channel": "app",
            "device": "ios",
            "platform": "p",
            "properties": '{"phone":5,"city":"Gotham","source":"y"}',
        },
        {"properties": "{nonsense"},
    )
    assert {name: rows[0][name] for name in ("country", "route", "channel", "device", "platform")} == {
        "country": "CN", "route": "PEK-PVG", "channel": "app", "device": "web", "platform": "web",
    }  # fmt: skip
    assert json.loads(rows[0]["properties"]) == {"phone": "+8613812345678", "city": "SHA", "title": "ABC", "source": "x"}
    assert raw[0] == {
        "country": "中国", "route": "北京首都→浦东机场", "channel": " App ", "device": None, "platform": None, "properties.phone": "138 1234-5678",
        "properties.city": "上海", "properties.title": "ＡＢＣ",
    }  # fmt: skip
    assert (rows[1]["route"], rows[1]["properties"]) == ("nowhere", '{"phone":5,"city":"Gotham","source":"y"}')
    assert raw[1] is None
    assert (rows[2]["properties"], raw[2]) == ("{nonsense", {"device": None, "platform": None})


def test_without_rules_the_same_table_comes_back() -> None:
    table = make.table([make.event(country="中国")])
    events, raw = cleaned(table, Cleaning())
    assert events is table
    assert raw.null_count == len(raw) == 1


def test_rules_may_hold_for_some_sources_only() -> None:
    rules = parse_cleaning({"rules": [{"field": "country", "do": "country", "sources": ["app"]}, {"field": "route", "do": "route"}]})
    assert [rule.field for rule in rules.of("web").rules] == ["route"]
    assert rules.of("app").rules == rules.rules


@pytest.mark.parametrize(
    "body",
    [
        {}, {"rules": {}}, {"rules": [5]}, {"rules": [{"field": "country"}]}, {"rules": [{"do": "trim"}]}, {"rules": [{"field": "a", "do": "burn"}]},
        {"rules": [{"field": "a", "do": "fill"}]}, {"rules": [{"field": "a", "do": "trim", "value": "x"}]}, {"rules": [{"field": "a", "do": "copy"}]},
        {"rules": [{"field": "a", "do": "trim", "sources": "app"}]}, {"rules": [{"field": "a", "do": "trim"}] * 201}, {"colour": 1, "rules": []},
        {"rules": [{"field": "a", "do": "once", "value": "x", "within_s": 5}]}, {"rules": [{"field": "event", "do": "once", "value": "x"}]},
        {"rules": [{"field": "event", "do": "once", "within_s": 5}]}, {"rules": [{"field": "a", "do": "trim", "within_s": 5}]},
        {"rules": [{"field": "event", "do": "once", "value": "x", "within_s": 5, "by": "route"}]},
    ],
)  # fmt: skip
def test_rules_that_can_not_be_are_refused(body: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        parse_cleaning(body)


@pytest.mark.parametrize("name", ["price", "nothing", "client_ms"])
def test_a_field_that_is_no_text_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match=name):
        clean([{"field": name, "do": "trim"}], {})


steps = st.lists(
    st.tuples(st.sampled_from(["country", "route", "channel"]), st.sampled_from([do for do in DOS if do not in {"fill", "copy", "once"}])), max_size=4
)
words = st.one_of(st.none(), st.text(max_size=6), st.sampled_from(["中国", "PEK-SHA", "北京 至 三亚", " a@b.com", "13812345678", "ＵＳＡ"]))


@given(steps, st.lists(st.tuples(words, words, words), max_size=4))
def test_cleaning_twice_changes_nothing_more_and_the_raw_value_leads_back(given_: list[tuple[str, str]], rows: list[tuple[Any, ...]]) -> None:
    rules = [{"field": name, "do": do} for name, do in given_]
    names: tuple[str, ...] = ("country", "route", "channel")
    raw: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in rows]
    once, kept = clean(rules, *raw)
    for before, after, was in zip(raw, once, kept, strict=True):
        assert {name: (was or {}).get(name, after[name]) for name in names} == before


def test_every_place_is_known_by_its_own_code_and_names() -> None:
    assert all(places.airport(code) == code for code in places._file()["airports"])
    assert all(places.country(name) == code for code, names in places._file()["countries"].items() for name in (code, *names))
    airports = {code for city in places._file()["cities"].values() for code in city["airports"]}
    assert airports == set(places._file()["airports"])
