"""What a payment card, a Chinese resident identity number and a travel document look like. Rules only.

Cards: ISO/IEC 7812 lengths and issuer ranges with the Luhn check. Resident numbers: GB 11643, 18 places with region, date of birth and
the ISO 7064 MOD 11-2 check. Documents have no check of their own: they are known by the name of the field they stand in.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

RUN = r"\d(?:[ -]?\d){12,18}[Xx]?"
_BOUNDED = re.compile(rf"(?<!\d){RUN}(?!\d)", re.ASCII)  # a number inside a longer run of digits is another number
DOCUMENT_KEY = (
    r"passport|travel_?doc|document_?(?:no|num|number|id)|doc_?(?:no|number)|id_?(?:card|no|number)|identity_?(?:no|number)"
    r"|certificate_?(?:no|number)|cert_?no|护照|证件号|身份证|通行证"  # Chinese and English names of document fields
)
_KEY = re.compile(rf"(?:^|_)(?:{DOCUMENT_KEY})", re.IGNORECASE)
_NEAR_KEY = re.compile(DOCUMENT_KEY, re.IGNORECASE)
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DOCUMENT = re.compile(r"[A-Za-z]{0,3}[0-9]{5,12}[A-Za-z0-9]{0,3}", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_BORN_FIRST = 1880
DEPTH_MOST = 32
LENGTH_LEAST = 13


def luhn(digits: str) -> bool:
    """Say whether the last digit is the check of the others.

    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def is_card(digits: str) -> bool:
    """Say whether digits are a card's number: an issuer's range, a length that it uses, and the check.

    >>> [is_card(one) for one in ("4111111111111111", "6222020000000000005", "378282246310005", "1767225600000", "0000000000000000")]
    [True, False, True, False, False]
    """
    length, four = len(digits), int(digits[:4] or 0)
    issued = (
        (digits[:1] == "4" and length in (13, 16, 19))
        or ((5100 <= four <= 5599 or 2221 <= four <= 2720) and length == 16)
        or (digits[:2] in ("34", "37") and length == 15)
        or (digits[:2] in ("62", "81") and 16 <= length <= 19)
        or ((digits[:4] == "6011" or 6440 <= four <= 6599 or 3528 <= four <= 3589) and 16 <= length <= 19)
        or ((digits[:2] in ("36", "38", "39") or 3000 <= four <= 3059) and 14 <= length <= 19)
    )
    return issued and luhn(digits)


def is_resident_id(text: str) -> bool:
    """Say whether 18 places are a Chinese resident's number: region, a day of birth that was, and the check.

    >>> is_resident_id("11010519491231002X"), is_resident_id("110105194912310021"), is_resident_id("110105194913310020")
    (True, False, False)
    """
    if len(text) != 18 or not (text[:17].isascii() and text[:17].isdigit()) or not 11 <= int(text[:2]) <= 91:
        return False
    if _CHECKS[sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False)) % 11] != text[17].upper():
        return False
    try:
        born = dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return born.year >= _BORN_FIRST


@lru_cache(maxsize=4_096)
def names_document(key: str) -> bool:
    """Say whether a field is named for a document's number.

    >>> [names_document(key) for key in ("passport_no", "passportNumber", "guestIdCard", "document_type", "paid_no", "title")]
    [True, True, True, False, False, False]
    """
    return _KEY.search(_HUMPS.sub("_", key)) is not None


def hide_in_text(text: str, hide: Callable[[str], str]) -> tuple[str, list[str]]:
    """Replace cards and resident numbers in a text.

    Args:
        text: any text.
        hide: the number without separators -> what stands in its place.

    Returns:
        The text and the rules that were broken.
    """
    rules: list[str] = []

    def judge(found: re.Match[str]) -> str:
        shown = found[0]
        plain = shown.replace(" ", "").replace("-", "").upper()
        digits, tail = (plain[:-1], shown[-1]) if plain.endswith("X") else (plain, "")
        if is_resident_id(plain):
            rules.append("pii_resident_id")
            return hide(plain)
        if is_card(digits):
            rules.append("pii_card")
            return hide(digits) + tail
        return shown

    return (_BOUNDED.sub(judge, text) if len(text) >= LENGTH_LEAST else text), rules


def is_clean(text: str) -> bool:
    """Say whether a JSON text surely holds no card and no document; where it may, it must be read as JSON to know.

    Most long numbers are orders or moments: they are told apart here, without reading the JSON around them. An escape may stand before
    digits that it does not belong to, so a text with any is not judged.

    >>> is_clean('{"order":202601051234567890}'), is_clean('{"a":"4111 1111 1111 1111"}'), is_clean('{"passport":[12345678]}')
    (True, False, False)
    """
    return "\\" not in text and _NEAR_KEY.search(text) is None and not hide_in_text(text, str)[1]


def hide_in_value(value: Any, hide: Callable[[str], str], path: str = "", depth: int = 0) -> tuple[Any, list[tuple[str, str]]]:  # noqa: ANN401 - JSON
    """Replace cards, resident numbers and documents anywhere in a JSON value.

    Args:
        value: parsed JSON.
        hide: the number -> what stands in its place.
        path: the names that lead to the value.
        depth: how deep it is; below 32 levels it is left as it is.

    Returns:
        The value, itself where nothing was found, and (rule, path) of each finding.
    """
    if depth > DEPTH_MOST or value is None or isinstance(value, bool | float):
        return value, []
    if isinstance(value, dict):
        return _hide_in_object(cast("dict[str, Any]", value), hide, path, depth)
    if isinstance(value, list):
        entries = cast("list[Any]", value)
        parts = [hide_in_value(one, hide, path, depth + 1) for one in entries]
        findings = [finding for _, found in parts for finding in found]
        return ([one for one, _ in parts] if findings else entries), findings
    text = str(value)
    key = path.rpartition(".")[2]
    if names_document(key) and _DOCUMENT.fullmatch(text.strip()) and not text.startswith("hmac:"):
        plain = text.strip().upper()
        return hide(plain), [("pii_resident_id" if is_resident_id(plain) else "pii_passport", path)]
    hidden, rules = hide_in_text(text, hide)
    return (hidden if rules else value), [(rule, path) for rule in rules]


def _hide_in_object(value: dict[str, Any], hide: Callable[[str], str], path: str, depth: int) -> tuple[Any, list[tuple[str, str]]]:
    changed: dict[str, Any] = {}
    findings: list[tuple[str, str]] = []
    for key, one in value.items():
        changed[key], found = hide_in_value(one, hide, f"{path}.{key}" if path else key, depth + 1)
        findings += found
    return (changed if findings else value), findings
