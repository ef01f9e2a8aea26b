"""Card numbers are taken out whatever they look like; what only looks like one stays."""

from __future__ import annotations

import json
import random
import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.tracking.model import cards
from windsock.tracking.model.cards import is_card, without_cards

# Test numbers that the schemes publish themselves.
CARDS = {
    "4111111111111111": "4000000000001111",
    "5555555555554444": "5000000000004444",
    "2223003122003222": "2000000000003222",
    "378282246310005": "300000000000005",
    "30569309025904": "30000000005904",
    "6011111111111117": "6000000000001117",
    "3530111333300000": "3000000000000000",
    "6240008631401148": "6000000000001148",
}
PADDING = b" " * 5_000


@pytest.mark.parametrize(("card", "left"), CARDS.items())
def test_a_card_number_leaves_its_first_and_last_four(card: str, left: str):
    for text, wanted in ((f'{{"a":"{card}"}}', f'{{"a":"{left}"}}'), (f'{{"a":{card}}}', f'{{"a":{left}}}'), (f"no {card}.", f"no {left}.")):
        assert without_cards(text.encode()) == wanted.encode()
        assert without_cards(PADDING + text.encode() + PADDING) == PADDING + wanted.encode() + PADDING


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("4111 1111 1111 1111", "4000 0000 0000 1111"),
        ("4111-1111-1111-1111", "4000-0000-0000-1111"),
        ("3782 822463 10005", "3000 000000 00005"),
        ("3056 930902 5904", "3000 000000 5904"),
        ("4111 1111 1111 1111 123", "4000 0000 0000 1111 123"),
        ("4111 1111 1111 1111 2027", "4000 0000 0000 1111 2027"),
        ("2026-4111-1111-1111-1111", "2026-4000-0000-0000-1111"),
        ("card4111111111111111", "card4000000000001111"),
        ("４１１１１１１１１１１１１１１１", "４０００００００００００１１１１"),
        ("卡号4111111111111111，谢谢", "卡号4000000000001111，谢谢"),
    ],
)
def test_groups_and_neighbours(text: str, wanted: str):
    for pad in ("", PADDING.decode()):
        assert without_cards(f"{pad}{text}{pad}".encode()).decode() == f"{pad}{wanted}{pad}"


def test_digits_written_as_escapes():
    text = '{"a":"\\u0034111111111111111"}'
    assert json.loads(without_cards(text.encode()))["a"] == "4000000000001111"
    wide = json.dumps({"a": "４１１１１１１１１１１１１１１１"}).encode()
    assert json.loads(without_cards(wide))["a"] == "４０００００００００００１１１１"


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",  # wrong check digit
        "1732230000000123",  # microseconds
        "1795303377627",  # milliseconds
        "0.4111111111111111",  # a fraction
        "12.4111111111111111",
        "41111111111111114111111111111111",  # longer than any card
        "110101199003074514",  # a resident's number is sealed when it is loaded
        "622826199003074514",
        "3f2504e0-4111-4111-8111-111111111111",
        "abc4111111111111111def01234567",
        "node-next-1795303377627-4111f111-1111-4111-8111-0305e82c3301",
        "2026-11-21T22:59:15.123456Z",
        "138 0013 8000",
        "+86 138-0013-8000",
    ],
)
def test_what_only_looks_like_one_stays(text: str):
    for data in (text.encode(), PADDING + text.encode() + PADDING):
        assert without_cards(data) == data


def test_ids_are_left_alone():
    drawn = random.Random(7)  # noqa: S311 - the same ids in each run
    ids = [str(uuid.UUID(int=drawn.getrandbits(128), version=4)) for _ in range(40_000)]
    text = json.dumps([f"ajs-next-{1_795_303_377_627 + number}-{one}" for number, one in enumerate(ids)]).encode()
    assert without_cards(text) == text


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_stays_json_and_nothing_else_changes(value: object):
    for ascii_only in (True, False):
        data = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
        for pad in (b"", PADDING):
            done = without_cards(data + pad)
            assert len(done) == len(data + pad)
            json.loads(done.decode("utf-8", "surrogatepass"))
            assert re.sub(rb"[0-9]", b"0", done) == re.sub(rb"[0-9]", b"0", data + pad) or b"\xef" in data


@given(
    st.sampled_from(sorted(CARDS)), st.text(alphabet=st.characters(exclude_categories=("Nd",), exclude_characters="."), max_size=20), st.booleans()
)
def test_no_card_survives(card: str, around: str, large: bool):  # noqa: FBT001 - drawn
    data = f"{around} {card} {around}".encode("utf-8", "surrogatepass") + (PADDING if large else b"")
    assert card.encode() not in without_cards(data)
    assert without_cards(without_cards(data)) == without_cards(data)


GROUPS = r"[0-9]{4}[ -][0-9]{4}[ -][0-9]{4}[ -][0-9]{4}(?:[ -][0-9]{3}(?![0-9]))?|[0-9]{4}[ -][0-9]{6}[ -][0-9]{4}[0-9]?|[0-9]{6}[ -][0-9]{13}"
EVERY_SHAPE = re.compile(rf"(?<![0-9])(?=([0-9]{{14,}}|{GROUPS}))".encode())


@given(
    st.lists(
        st.sampled_from(
            [*CARDS, "4111 1111 1111 1111", "3782-822463-10005", "6304 0000 0000 0000 000", "000000-0000000000000", "1795303377627", "0000-"]
        )
        | st.text(alphabet="0149 -x.", max_size=9)
    ),
    st.booleans(),
)
def test_every_shape_is_seen(parts: list[str], large: bool):  # noqa: FBT001 - drawn
    data = "".join(parts).encode() + (PADDING if large else b"")
    assert list(cards._shaped(data)) == [found.span(1) for found in EVERY_SHAPE.finditer(data)]


def test_luhn_is_checked():
    assert is_card("4111111111111111")
    assert sum(is_card(f"411111111111111{digit}") for digit in range(10)) == 1
