"""The words of kinds, fields and reasons in both languages, and those under which files know a field."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from windsock.kernel.written import read_yaml


@dataclass(frozen=True)
class FieldWords:
    """A field's title in both languages, and the names that files give it, each as ``key`` writes them."""

    zh: str
    en: str
    known_as: frozenset[str]


@dataclass(frozen=True)
class KindWords:
    """A kind's title in both languages, and its fields'."""

    zh: str
    en: str
    fields: dict[str, FieldWords]


@cache
def _book() -> dict[str, Any]:
    book: dict[str, Any] = read_yaml((files("windsock.imports") / "words.yaml").read_text(encoding="utf-8"))
    return book


@cache
def kind_words(kind: str) -> KindWords:
    """Return the words of a kind; one that has none (a plugin's) is called by its name."""
    entry: dict[str, Any] = _book().get(kind, {"zh": kind, "en": kind, "fields": {}})
    fields = {
        name: FieldWords(one["zh"], one["en"], frozenset(key(word) for word in (name, one["zh"], one["en"], *one.get("also", ()))))
        for name, one in entry["fields"].items()
    }
    return KindWords(entry["zh"], entry["en"], fields)


def field_words(kind: str, field: str) -> FieldWords:
    """Return the words of a field; one that has none is called by its name."""
    return kind_words(kind).fields.get(field) or FieldWords(field, field.replace("_", " "), frozenset({key(field)}))


@cache
def key(name: str) -> str:
    """Return a header without what does not count: case, blanks, signs, full width, a unit in brackets, a number after a dot."""
    text = unicodedata.normalize("NFKC", name).strip().lower()
    text = re.sub(r"\((元|cny|rmb|eur|usd|yuan|¥|€|\$)\)$", "", text)
    return re.sub(r"[\s_\-./&'()#]+", "", text)


@cache
def reason_zh(reason: str) -> str:
    """Return the Chinese sentence for a reason; the English one where there is none."""
    for pattern, chinese in _reasons():
        found = pattern.fullmatch(reason)
        if found:
            return chinese.format(*found.groups())
    return reason


@cache
def _reasons() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), chinese) for pattern, chinese in _book()["reasons"])
