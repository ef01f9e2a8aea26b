"""Definitions as YAML files, the form of the library: one file a metric, in the folder of its class; and many in one text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

import yaml

from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.metrics.catalogue import plain

TEXT_MAX: Final = 4_000_000
METRICS_MAX: Final = 1_000
ORDER: Final = (
    "name", "class", "scope", "use", "monitorable", "unit", "direction", "owner", "additivity", "clock", "lag_hours", "minimum_sample", "sample",
    "title", "description", "formula", "expression", "measures", "example",
)  # fmt: skip


def ordered(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a definition with its fields in the order of the library's files; fields that are not known come last."""
    return {key: body[key] for key in (*ORDER, *sorted(set(body) - set(ORDER))) if key in body}


def one_text(body: Mapping[str, Any]) -> str:
    """Return a definition as the text of a library file."""
    return yaml.safe_dump(ordered(plain(body)), allow_unicode=True, sort_keys=False, default_flow_style=None, width=140)


def many_text(bodies: Iterable[Mapping[str, Any]]) -> str:
    """Return definitions as one text of several YAML documents."""
    return "---\n".join(one_text(body) for body in bodies)


def place_of(body: Mapping[str, Any]) -> str:
    """Return where a definition lies in a folder of definitions: ``overall/revenue.yaml``."""
    return f"{body['class']}/{body['name']}.yaml"


def read_text(text: str, where: str) -> list[dict[str, Any]]:
    """Read definitions from a text of one or more YAML documents.

    Args:
        text: at most 4 MB.
        where: the file, for errors.

    Raises:
        InvalidInput: it is no YAML, uses aliases, or a document is no definition.
        TooLarge: over a bound.
    """
    found: list[dict[str, Any]] = []
    for number, document in enumerate(documents(text, where), start=1):
        if document is None:
            continue
        if not isinstance(document, Mapping) or not isinstance(cast("Mapping[str, Any]", document).get("name"), str):
            raise InvalidInput(f"Document {number} is no definition of a metric.", where=where, fix="Start it with name: ...")
        found.append(cast("dict[str, Any]", plain(document)))
        if len(found) > METRICS_MAX:
            raise TooLarge(f"There are more than {METRICS_MAX} metrics.", where=where, fix="Split it.")
    return found


def documents(text: str, where: str) -> list[Any]:
    """Read the documents of a YAML text with plain values only.

    Raises:
        InvalidInput: it is no YAML, or uses aliases, by which a small text can stand for a huge one.
        TooLarge: over 4 MB.
    """
    if len(text) > TEXT_MAX:
        raise TooLarge(f"The text has more than {TEXT_MAX:,} characters.", where=where, fix="Split it.")
    try:
        for token in cast("Iterator[Any]", yaml.scan(text, Loader=yaml.SafeLoader)):  # pyright: ignore[reportUnknownMemberType] - no stub
            if isinstance(token, yaml.AliasToken):
                line = token.start_mark.line + 1
                raise InvalidInput("YAML aliases (*name) are not read.", where=f"{where} line {line}", fix="Write the value out.")
        return list(yaml.safe_load_all(text))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        told = " ".join(str(error).split())[:200]
        raise InvalidInput("This is no YAML that can be read.", where=where, fix=told) from error
