"""What values look like: numbers, dates and how they are written, e-mails, phones, documents; from the texts of some cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

SAMPLES = 8
_SHARE = 0.9
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("instant", r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?\s*([Zz]|[+-]\d{2}(:?\d{2})?)"),
    ("datetime", r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?[T\s]*(上午|下午|凌晨|早上|中午|晚上|[AP]M)?\s*\d{1,2}\s*[:时点]\s*\d{1,2}.*"),
    ("date", r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?"),
    ("day_first_time", r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}\s+\d{1,2}:\d{2}(:\d{2})?"),
    ("day_first", r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"),
    ("email", r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    ("document", r"\d{17}[\dXx]"),
    ("phone", r"(\+|00)\d{7,15}|1[3-9]\d{9}|0\d{2,3}-\d{7,8}"),
    ("unix_ms", r"1\d{12}"),
    ("unix", r"1\d{9}"),
    ("integer", r"[+-]?\d{1,18}"),
    ("decimal", r"[+-]?(\d{1,3}([,.' ]\d{3})+|\d+)([.,]\d+)?([eE][+-]?\d{1,2})?"),
    ("money", r"(\s*[¥￥$€£]|[A-Z]{3}|CN¥)?\s*[+-]?(\d{1,3}([,.' ]\d{3})+|\d+)([.,]\d+)?\s*(万亿|亿|万|千)?\s*(元|[¥￥$€£]|[A-Z]{3})?"),
    ("boolean", r"(?i)true|false|yes|no|y|n|t|f|是|否"),
    ("currency", r"[A-Z]{3}"),
    ("url", r"https?://\S+"),
)
_COMPILED = tuple((name, re.compile(pattern)) for name, pattern in _PATTERNS)
_SIGNS = {"¥": "CNY", "￥": "CNY", "元": "CNY", "€": "EUR", "$": "USD", "£": "GBP"}
NULLS = ("", "NULL", "null", "NA", "N/A", "-", "--", "None", "无")
MEANS_NUMBER = frozenset({"integer", "decimal", "money", "unix", "unix_ms"})
MEANS_TIME = frozenset({"date", "datetime", "instant", "day_first", "day_first_time", "unix", "unix_ms"})
_PERSONAL = {"email": "email", "phone": "phone", "document": "document"}


@dataclass(frozen=True)
class Column:
    """A column as it looks.

    Attributes:
        name: its name.
        samples: first values that are there.
        looks_like: the shape that nine of ten values have, ``text``, or ``empty``.
        pii: the sort of personal data that it holds, or None.
        filled: share of cells that hold something.
        distinct: share of values that occur once.
        date_format: how its dates are written, where that must be said.
        decimal: decimal sign of its numbers, or "" where they have none.
        thousands: sign between thousands, or "".
        money: the currency that its signs tell, or "".
    """

    name: str
    samples: tuple[str, ...]
    looks_like: str
    pii: str | None
    filled: float
    distinct: float
    date_format: str = ""
    decimal: str = ""
    thousands: str = ""
    money: str = ""


def look(name: str, cells: Sequence[str | None], strip: str = "") -> Column:
    """Say what a column looks like."""
    values = [text for text in ((cell or "").strip(" \t\r\n\u00a0\u3000" + strip) for cell in cells) if text not in NULLS]
    shown = tuple(dict.fromkeys(value[:120] for value in values))[:SAMPLES]
    if not values:
        return Column(name, (), "empty", None, 0.0, 0.0)
    plain = [unicodedata.normalize("NFKC", value) if not value.isascii() else value for value in values]
    shape = _shape(plain)
    decimal, thousands = _signs(plain) if shape in ("decimal", "money") else ("", "")
    return Column(
        name=name,
        samples=shown,
        looks_like=shape,
        pii=_personal(name, shape, plain),
        filled=len(values) / max(len(cells), 1),
        distinct=len(set(values)) / len(values),
        date_format=_date_format(plain, shape),
        decimal=decimal,
        thousands=thousands,
        money=next((code for sign, code in _SIGNS.items() if any(sign in value for value in values[:50])), "") if shape == "money" else "",
    )


def _shape(values: Sequence[str]) -> str:
    for name, pattern in _COMPILED:
        hits = sum(1 for value in values if pattern.fullmatch(value))
        if hits >= _SHARE * len(values):
            return name
    return "text"


def _personal(name: str, shape: str, values: Sequence[str]) -> str | None:
    if shape in _PERSONAL:
        return _PERSONAL[shape]
    if sum(1 for value in values if _card(value)) >= 0.5 * len(values):
        return "card"
    known = {
        "name": r"(?i)(full|first|last|guest|customer|holder)[ _]?name|姓名|联系人|乘机人|入住人|titolare",
        "address": r"(?i)address|地址|indirizzo",
    }
    return next((sort for sort, pattern in known.items() if re.search(pattern, name)), None) if shape == "text" else None


def _card(value: str) -> bool:
    """Say whether a text is a payment card's number: its length and Luhn's check digit."""
    digits = re.sub(r"[ -]", "", value)
    if not re.fullmatch(r"[2-6]\d{13,18}", digits):
        return False
    numbers = [int(digit) for digit in reversed(digits)]
    return sum(numbers[0::2] + [sum(divmod(2 * number, 10)) for number in numbers[1::2]]) % 10 == 0


def _signs(values: Sequence[str]) -> tuple[str, str]:
    """Return (decimal sign, sign between thousands) as the numbers show them; the one that is not seen is the usual one."""
    decimal = thousands = ""
    for value in values:
        number = re.sub(r"[^\d.,' ]", "", value).strip()
        marks = [mark for mark in number if not mark.isdigit()]
        if not marks:
            continue
        last = number.rindex(marks[-1])
        behind = len(number) - last - 1
        if len(set(marks)) > 1 or (behind != 3 and marks.count(marks[-1]) == 1):
            decimal = marks[-1] if marks[-1] in ".," else decimal
            thousands = marks[0] if len(set(marks)) > 1 else thousands
        elif marks.count(marks[-1]) > 1:
            thousands = marks[-1]
    if not decimal and not thousands and any("," in value for value in values):
        thousands = ","
    if decimal == thousands:
        thousands = ""
    return decimal or ("," if thousands == "." else "."), thousands


def _date_format(values: Sequence[str], shape: str) -> str:
    if shape in ("unix", "unix_ms"):
        return shape
    if shape not in ("day_first", "day_first_time"):
        return "auto" if shape in ("date", "datetime") else ""
    parts = [re.split(r"[-/. ]", value) for value in values]
    sign = next((mark for mark in "/-." if mark in values[0]), "/")
    month_first = any(int(part[1]) > 12 for part in parts) and not any(int(part[0]) > 12 for part in parts)
    day = f"%m{sign}%d{sign}%Y" if month_first else f"%d{sign}%m{sign}%Y"
    if shape == "day_first":
        return day
    return f"{day} %H:%M:%S" if any(value.count(":") == 2 for value in values) else f"{day} %H:%M"
