"""Numbers of cards and documents never stay in the clear; ordinary numbers stay as they are."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.tracking import make
from windsock.kernel.seal import Seal
from windsock.tracking.model import privacy as rules
from windsock.tracking.privacy import redacted

SEAL = Seal(b"s" * 32)
PAN = "4111111111111111"
RESIDENT = "11010519491231002X"


def hidden(number: str) -> str:
    return f"hmac:{SEAL.hash('pii', number)[:16]}"


def read(*rows: dict[str, Any]) -> tuple[list[dict[str, Any]], list[tuple[int, str, str]]]:
    events, found = redacted(make.table([make.event(**row) for row in rows]), SEAL)
    return events.to_pylist(), [tuple(row.values()) for row in found.to_pylist()]


def properties(**values: Any) -> dict[str, Any]:
    return {"properties": json.dumps(values, ensure_ascii=False)}


def test_cards_and_documents_leave_only_a_keyed_hash() -> None:
    rows, found = read(
        properties(card=PAN, note=f"pay with 4111 1111-1111 1111 please, {RESIDENT}", pax=2),
        properties(traveller={"passportNo": "E12345678", "name": "Ann"}, 护照号="G1234567", number=int(PAN)),
        {"traits": json.dumps({"id_card": RESIDENT.lower()}), "context": json.dumps({"page": {"url": f"/x?pan={PAN}"}})},
        {"user_id": RESIDENT, "anonymous_id": PAN},
        {"properties": f'{{"broken": {PAN}'},
    )
    assert json.loads(rows[0]["properties"]) == {"card": hidden(PAN), "note": f"pay with {hidden(PAN)} please, {hidden(RESIDENT)}", "pax": 2}
    assert json.loads(rows[1]["properties"]) == {
        "traveller": {"passportNo": hidden("E12345678"), "name": "Ann"}, "护照号": hidden("G1234567"), "number": hidden(PAN),
    }  # fmt: skip
    assert json.loads(rows[2]["traits"]) == {"id_card": hidden(RESIDENT)}
    assert json.loads(rows[2]["context"]) == {"page": {"url": f"/x?pan={hidden(PAN)}"}}
    assert (rows[3]["user_id"], rows[3]["anonymous_id"]) == (hidden(RESIDENT), PAN), "an id of a device is no card"
    assert rows[4]["properties"] == f'{{"broken": {hidden(PAN)}'
    assert found == [
        (0, "pii_card", "properties.card"), (0, "pii_card", "properties.note"), (0, "pii_resident_id", "properties.note"),
        (1, "pii_card", "properties.number"), (1, "pii_passport", "properties.traveller.passportNo"), (1, "pii_passport", "properties.护照号"),
        (2, "pii_card", "context.page.url"), (2, "pii_resident_id", "traits.id_card"), (3, "pii_resident_id", "user_id"),
        (4, "pii_card", "properties"),
    ]  # fmt: skip


def test_phones_and_e_mails_in_free_text_are_only_said() -> None:
    mail, phone = properties(note="write to anna@example.com"), properties(note="call 13812341234")
    rows, found = read(mail, phone, properties(at=1_767_225_600_000, ref="138123412345"), {"traits": '{"email": "anna@example.com"}'})
    assert [row["properties"] for row in rows[:2]] == [mail["properties"], phone["properties"]]
    assert found == [(0, "pii_email", "properties"), (1, "pii_phone", "properties")]


def test_clean_events_come_back_as_the_same_table() -> None:
    table = make.table([make.event(**properties(order="202601051234567890", at=1_767_225_600_000, dates="2026-01-05 2026-01-07"))])
    events, found = redacted(table, SEAL)
    assert events is table
    assert found.num_rows == 0


@pytest.mark.parametrize("number", ["0" * 16, "4111111111111112", "1234567890123456789", "411111111111", "9" * 30, PAN + PAN])
def test_other_long_numbers_stay(number: str) -> None:
    assert rules.hide_in_text(number, lambda _: "x") == (number, [])


def _card(digits: str) -> str:
    return next(digits + str(check) for check in range(10) if rules.luhn(digits + str(check)))


@given(st.sampled_from(["4", "51", "62", "3528", "6011", "2221"]), st.randoms(use_true_random=False), st.sampled_from(["", " ", "-"]))
def test_every_card_is_found_with_any_separator(prefix: str, dice: random.Random, between: str) -> None:
    number = _card(prefix + "".join(dice.choices("0123456789", k=15 - len(prefix))))
    shown = between.join(number[place : place + 4] for place in range(0, 16, 4))
    rows, found = read(properties(text=f"a {shown} b"))
    assert number not in rows[0]["properties"].replace(" ", "").replace("-", "")
    assert [rule for _, rule, _ in found] == ["pii_card"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=12,
)


@st.composite
def texts_with_numbers(draw: st.DrawFn) -> str:
    digits = st.sampled_from(
        [PAN, "4111 1111 1111 1111", "378282246310005", RESIDENT, "202601051234567890", "E12345678", "\u59274111111111111111", "12 "]
    )
    parts = digits | st.text(alphabet='0149 -X"\\\n\u5927a', max_size=6)
    return "".join(draw(st.lists(parts, max_size=4)))


keys_near = st.sampled_from(["passport", "passportNo", "guestIdCard", "a", "order", "\u8bc1\u4ef6\u53f7", "certNo"]) | st.text(max_size=3)
risky_values = st.recursive(
    texts_with_numbers() | st.integers() | st.sampled_from([int(PAN), 378282246310005, 0.4111111111111111, None]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys_near, inner, max_size=3),
    max_leaves=8,
)


@given(risky_values, st.booleans(), st.booleans())
@example(value="\u59274111111111111111", ascii_only=True, spaced=False)
@example(value=[12, int(PAN)], ascii_only=False, spaced=True)
def test_a_text_that_is_passed_over_holds_nothing_to_hide(value: Any, ascii_only: bool, spaced: bool) -> None:  # noqa: FBT001 - drawn
    text = json.dumps({"a": value}, ensure_ascii=ascii_only, separators=None if spaced else (",", ":"))
    if rules.is_clean(text):
        assert rules.hide_in_value({"a": value}, hidden)[1] == []


def test_repeated_contexts_are_looked_at_once_and_found_in_every_row() -> None:
    contexts = [json.dumps({"page": {"url": f"/x?pan={PAN}" if place % 3 == 0 else "/x"}}) for place in range(900)]
    rows, found = read(*({"context": one} for one in contexts), {"context": None})
    assert [place for place, _, _ in found] == list(range(0, 900, 3))
    assert all(PAN not in (row["context"] or "") for row in rows)


@given(json_values)
def test_nothing_that_is_json_hurts_and_hiding_twice_is_hiding_once(value: Any) -> None:
    once, _ = rules.hide_in_value(value, hidden)
    assert rules.hide_in_value(once, hidden)[0] == once
