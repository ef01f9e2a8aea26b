"""Payment card numbers are taken out of what arrives before anything is written.

A number counts as one when it has a known prefix at its length, holds by Luhn (ISO/IEC 7812-1, annex B), and stands in one piece or in the
groups that are printed on cards, parted by spaces or dashes. What is left is its first digit and its last four; the others become 0, so
that JSON stays valid and the same number gives the same text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLASSES = bytes(48 if 48 <= code <= 57 else 45 if code in b" -" else 120 for code in range(256))
# What two shapes have in common is looked for first: most texts hold none of it.
_SHAPES = (
    (b"0" * 13, (b"0" * 14, b"000000-0000000000000")),
    (b"0000-0000", (b"0000-0000-0000-0000", b"0000-000000-0000")),
)
_RUN = re.compile(rb"0+")
# It may begin at any group, as a date or another number may stand before it.
_SHAPED = re.compile(rb"(?<!0)(?=(0{14,}|0000-0000-0000-0000(?:-000(?!0))?|0000-000000-00000?|000000-0{13}))")
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
    """Yield (start, end) of what is shaped like a card's number.

    A few searches for fixed shapes pass over the text at the speed of memory, and keep the interpreter to themselves meanwhile: whoever
    gives it away in the middle of a request must wait for its turn again.
    """
    classes = data.translate(_CLASSES)
    if not any(part in classes and any(shape in classes for shape in shapes) for part, shapes in _SHAPES):
        return
    for place in _suspects(classes):
        found = _SHAPED.match(classes, place)
        if found is not None:
            yield found.span(1)


def _suspects(classes: bytes) -> list[int]:
    """Return where one of the shapes begins, in order; of a run of digits only its begin, however long it is."""
    places: set[int] = set()
    for _, shapes in _SHAPES:
        for shape in shapes:
            at = classes.find(shape)
            while at >= 0:
                places.add(at)
                at = classes.find(shape, _behind(classes, at))
    return sorted(places)


def _behind(classes: bytes, at: int) -> int:
    """Return where the next shape may begin: behind the run of digits that begins here."""
    run = _RUN.match(classes, at)
    return run.end() if run is not None else at + 1


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
