"""Payment card numbers are taken out of what arrives before anything is written.

A number counts as one when it has a known prefix at its length, holds by Luhn (ISO/IEC 7812-1, annex B), and stands in one piece or in the
groups that are printed on cards, parted by spaces or dashes. What is left is its first digit and its last four; the others become 0, so
that JSON stays valid and the same number gives the same text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_CLASSES = bytes(48 if 48 <= code <= 57 else 45 if code in b" -" else 120 for code in range(256))
_SHAPES = (b"0" * 14, b"0000-0000-0000-0000", b"0000-000000-0000", b"000000-0000000000000")
# It may begin at any group, as a date or another number may stand before it.
_SHAPED = re.compile(rb"(?<!0)(?=(0{14,}|0000-0000-0000-0000(?:-000(?!0))?|0000-000000-00000?|000000-0{13}))")
# What may follow the first four digits and a separator, from those four on.
_GROUPED = re.compile(rb"[0-9]{4}[ -](?:[0-9]{4}[ -][0-9]{4}|[0-9]{6}[ -][0-9]{4}|[0-9]{13})")
_SMALL = 2_048
_BEFORE, _BEHIND = 12, 40
_HEX = re.compile(rb"[0-9a-fA-F]{24,}")
_WORD = re.compile(rb"[0-9A-Za-z]*")
_WORD_MOST = 64
_LONGEST = 19
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
# Digits of full width, and digits written as escapes of JSON; each is looked for by its first byte, which is fast.
_OTHER_SIGNS = (
    (b"\xef", re.compile(rb"\xef\xbc[\x90-\x99]")),
    (b"\\", re.compile(rb"\\u003[0-9]")),
    (b"\\", re.compile(rb"\\uff1[0-9]")),
    (b"\\", re.compile(rb"\\uFF1[0-9]")),
)
_DIGIT = rb"(?:[0-9]|\xef\xbc[\x90-\x99]|\\u[fF]{2}1[0-9]|\\u003[0-9])"
_OTHER = re.compile(_DIGIT + rb"(?:[ -]?" + _DIGIT + rb"){13,18}")
_ONE_DIGIT = re.compile(_DIGIT)

_RANGES: tuple[tuple[int, int, frozenset[int]], ...] = (
    (4, 4, frozenset({16, 19})),  # Visa
    (51, 55, frozenset({16})),  # Mastercard
    (2221, 2720, frozenset({16})),  # Mastercard
    (34, 34, frozenset({15})),  # American Express
    (37, 37, frozenset({15})),  # American Express
    (300, 305, frozenset({14, 16, 19})),  # Diners Club
    (36, 36, frozenset({14, 16, 19})),  # Diners Club
    (38, 39, frozenset({14, 16, 19})),  # Diners Club
    (3528, 3589, frozenset({16, 17, 18, 19})),  # JCB
    (6011, 6011, frozenset({16, 17, 18, 19})),  # Discover
    (644, 649, frozenset({16, 17, 18, 19})),  # Discover
    (65, 65, frozenset({16, 17, 18, 19})),  # Discover
    (62, 62, frozenset({16, 17, 18, 19})),  # UnionPay
    (81, 81, frozenset({16, 17, 18, 19})),  # UnionPay
    (5018, 5018, frozenset({16, 18, 19})),  # Maestro
    (5020, 5020, frozenset({16, 18, 19})),  # Maestro
    (5038, 5038, frozenset({16, 18, 19})),  # Maestro
    (6304, 6304, frozenset({16, 18, 19})),  # Maestro
    (6759, 6763, frozenset({16, 18, 19})),  # Maestro
)


def without_cards(data: bytes) -> bytes:
    """Return JSON text with the middle digits of card numbers turned to 0; the very same object when there is none."""
    changed: bytearray | None = None
    for start, end in _shaped(data):
        places = _card(data, start, end)
        if places:
            changed = changed if changed is not None else bytearray(data)
            for at in places[1:-4]:
                changed[at] = 48
    if changed is not None:
        data = bytes(changed)
    if any(sign in data and digit.search(data) for sign, digit in _OTHER_SIGNS):
        data = _OTHER.sub(_masked_other, data)
    return data


def is_card(digits: str) -> bool:
    """Say whether digits are a payment card's number: prefix, length and check digit."""
    if not any(low <= int(digits[: len(str(low))]) <= high and len(digits) in lengths for low, high, lengths in _RANGES):
        return False
    return _luhn(digits) and not _resident(digits)


def _luhn(digits: str) -> bool:
    values = [ord(sign) - 48 for sign in reversed(digits)]
    return (sum(values[0::2]) + sum(_DOUBLED[value] for value in values[1::2])) % 10 == 0


def _resident(digits: str) -> bool:
    """A Chinese resident's number: 18 digits with a date of birth; it is sealed when it is loaded, and must come there unchanged."""
    return len(digits) == 18 and 1900 <= int(digits[6:10]) <= 2100 and 1 <= int(digits[10:12]) <= 12 and 1 <= int(digits[12:14]) <= 31


def _shaped(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of what is shaped like a card's number."""
    if len(data) < _SMALL:
        classes = data.translate(_CLASSES)
        if any(shape in classes for shape in _SHAPES):
            yield from (found.span(1) for found in _SHAPED.finditer(classes))
        return
    for place in _suspects(data):
        low = max(place - _BEFORE, 0)
        for found in _SHAPED.finditer(data[low : place + _BEHIND].translate(_CLASSES)):
            yield low + found.start(1), low + found.end(1)


def _suspects(data: bytes) -> list[int]:
    """Return where fourteen digits follow each other, or four, a separator and four: a few passes over the whole text at once."""
    signs: NDArray[np.uint8] = np.frombuffer(data, np.uint8)
    digit = (signs - np.uint8(48)) < 10
    two = digit[1:] & digit[:-1]
    four = two[2:] & two[:-2]
    eight = four[4:] & four[:-4]
    long = eight[6:] & eight[:-6]
    grouped = four[5:] & four[:-5]
    between = signs[4 : 4 + len(grouped)]
    grouped &= (between == 32) | (between == 45)
    grouped = grouped[: len(digit) - 10] & digit[10:]
    places: list[int] = []
    if long.any():
        # Of a run of digits its first fourteen are enough.
        places += [at for at in np.flatnonzero(long).tolist() if not at or not digit[at - 1]]
    if grouped.any():
        # Ids in hexadecimal have four digits beside four often enough, and rarely more.
        places += [at for at in np.flatnonzero(grouped).tolist() if _GROUPED.match(data, at)]
    return places


def _card(data: bytes, start: int, end: int) -> list[int]:
    """Return the places of the digits of a card's number, or nothing: it must stand alone and hold."""
    if not _stands_alone(data, start, end):
        return []
    places = [at for at in range(start, end) if 48 <= data[at] <= 57]
    # A grouped number may be followed by three digits that are not its own, such as a code.
    for length in (len(places),) if len(places) == end - start else (len(places), 16):
        if len(places) >= length and is_card("".join(chr(data[at]) for at in places[:length])):
            return places[:length]
    return []


def _stands_alone(data: bytes, start: int, end: int) -> bool:
    """Say whether the digits are a number by themselves: not a piece of a longer one, a fraction, or an id in hexadecimal."""
    if (start and 48 <= data[start - 1] <= 57) or (end < len(data) and 48 <= data[end] <= 57):
        return False
    if start > 1 and data[start - 1] == 46 and 48 <= data[start - 2] <= 57:
        return False
    if end - start > _LONGEST or not data[start:end].isdigit():
        return not (data[start - 1 : start].isalnum() or data[end : end + 1].isalnum())
    first = start
    while first and data[first - 1 : first].isalnum() and start - first < _WORD_MOST:
        first -= 1
    word = _WORD.match(data, first)
    return not (word and _HEX.fullmatch(word[0]) and not word[0].isdigit())


def _masked_other(found: re.Match[bytes]) -> bytes:
    signs = list(_ONE_DIGIT.finditer(found[0]))
    if not is_card("".join(_value(sign[0]) for sign in signs)):
        return found[0]
    text = bytearray(found[0])
    for sign in signs[1:-4]:
        text[sign.end() - 1] = 0x90 if sign[0][0] == 0xEF else 48
    return bytes(text)


def _value(sign: bytes) -> str:
    return chr(sign[-1] - 0x90 + 48) if sign[0] == 0xEF else chr(sign[-1])
