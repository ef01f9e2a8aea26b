"""Definitions as text in either form: the library's YAML, or an Apache Ossie model. What is guessed or left out on the way is said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from windsock.kernel.errors import InvalidInput
from windsock.metrics.authoring.exchange import Incoming, together
from windsock.metrics.authoring.files import METRICS_MAX, documents, read_text
from windsock.metrics.authoring.model import NAME, renamed, shape_of, text_of, units_of
from windsock.metrics.authoring.ossie import VENDOR, VERSION, metric_sql, model_of, ossie_text
from windsock.metrics.authoring.ossie_sql import Dataset, Read, read_tree, tree_of
from windsock.metrics.catalogue import Catalogue, catalogue_of
from windsock.metrics.facts import FACTS
from windsock.metrics.model import expression

if TYPE_CHECKING:
    from windsock.workspace import Workspace

Format = Literal["library", "ossie"]
_MONEY: Final = ("amount", "value", "price", "revenue", "fee", "cost", "commission")
_NIGHTS: Final = ("nights", "room_nights", "units")


def write_ossie(workspace: Workspace, bodies: Iterable[Mapping[str, Any]]) -> str:
    """Return definitions in force as the YAML of an Ossie model."""
    settings = workspace.settings.workspace
    home = {"currency": settings.currency, "timezone": settings.timezone, "week_start": settings.week_start}
    return ossie_text(model_of(catalogue_of(workspace), bodies, home))


def read_any(workspace: Workspace, text: str, form: Format, where: str) -> list[Incoming]:
    """Read definitions from a text.

    Args:
        workspace: whose metrics a formula may name.
        text: YAML, at most 4 MB.
        form: which of the two forms it has.
        where: the file, for errors.

    Raises:
        InvalidInput: the text as a whole can't be read; what is wrong with one metric alone is said in its entry.
        TooLarge: over a bound.
    """
    if form == "library":
        return [Incoming(body) for body in read_text(text, where)]
    return read_ossie(catalogue_of(workspace), text, where)


def read_ossie(library: Catalogue, text: str, where: str) -> list[Incoming]:
    """Read the metrics of an Ossie document; see ``read_any``."""
    models = _models(text, where)
    given = [(model, one) for model in models for one in _list(model.get("metrics"))]
    if len(given) > METRICS_MAX:
        raise InvalidInput(f"There are more than {METRICS_MAX} metrics.", where=where, fix="Split the document.")
    own = {str(one.get("name")): body for _, one in given if (body := _own(one)) is not None}
    whole, _ = together(library, own)
    found: list[Incoming] = []
    for model, one in given:
        name = str(one.get("name"))
        try:
            found += _incoming(whole, model, one, own.get(name))
        except InvalidInput as error:
            found.append(Incoming({"name": name}, problem=str(error)))
    return found


def _models(text: str, where: str) -> list[Mapping[str, Any]]:
    read = documents(text, where)
    root = read[0] if len(read) == 1 else None
    if not isinstance(root, Mapping) or not isinstance(cast("Mapping[str, Any]", root).get("semantic_model"), list):
        raise InvalidInput("This is no Ossie model.", where=where, fix=f"It has version: {VERSION} and semantic_model: [...].")
    version = str(cast("Mapping[str, Any]", root).get("version"))
    if version.split(".")[:2] not in (["0", "1"], ["0", "2"]):
        raise InvalidInput(f"Version {version[:20]} of Ossie is not known here.", where=f"{where}: version", fix=f"Write it as {VERSION}.")
    return [cast("Mapping[str, Any]", one) for one in cast("list[Any]", root["semantic_model"]) if isinstance(one, Mapping)]


def _list(given: Any) -> list[Mapping[str, Any]]:  # noqa: ANN401 - it comes from YAML
    return [cast("Mapping[str, Any]", one) for one in cast("list[Any]", given) if isinstance(one, Mapping)] if isinstance(given, list) else []


def _extension(given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    for one in _list(given.get("custom_extensions")):
        if one.get("vendor_name") == VENDOR:
            try:
                data = json.loads(str(one.get("data")))
            except (ValueError, RecursionError):
                return None
            return cast("Mapping[str, Any]", data) if isinstance(data, Mapping) else None
    return None


def _own(one: Mapping[str, Any]) -> Mapping[str, Any] | None:
    body = _extension(one)
    return body if body is not None and body.get("name") == one.get("name") else None


def _incoming(library: Catalogue, model: Mapping[str, Any], one: Mapping[str, Any], own: Mapping[str, Any] | None) -> list[Incoming]:
    name = str(one.get("name"))
    strange = sorted({str(entry.get("vendor_name")) for entry in _list(one.get("custom_extensions"))} - {VENDOR})
    notes = (f"Left out: extensions of {', '.join(strange)}.",) if strange else ()
    tree = tree_of(one.get("expression"), name)
    if own is None:
        return _foreign(library, model, one, notes)
    body, told = dict(own), one.get("description")
    words = body.get("description")
    if isinstance(told, str) and isinstance(words, Mapping) and told != cast("Mapping[str, Any]", words).get("en"):
        body["description"] = {**cast("Mapping[str, Any]", words), "en": told}
        notes += ("The description was changed outside: taken from the document.",)
    if name in library.metrics and tree.sql() == metric_sql(library, name):
        return [Incoming(body, notes)]
    parts = _foreign(library, model, one, ())
    kept = {key: value for key, value in body.items() if key not in ("measures", "expression", "example")}
    new = {key: parts[-1].body[key] for key in ("measures", "expression") if key in parts[-1].body}
    changed = Incoming({**kept, **new}, (*notes, "The expression was changed outside: taken from the document."))
    return [*parts[:-1], changed]


def _foreign(library: Catalogue, model: Mapping[str, Any], one: Mapping[str, Any], notes: tuple[str, ...]) -> list[Incoming]:
    """Read a metric that another tool wrote: its measures, the base metrics that a formula needs, and guesses that are said."""
    name = str(one.get("name"))
    if not NAME.fullmatch(name):
        raise InvalidInput(f"'{name[:60]}' can't be a metric's name.", where="name", fix="Use 2 to 60 small letters, digits or _.")
    read = read_tree(tree_of(one.get("expression"), name), _datasets(model), frozenset(library.metrics), name)
    described = _described(one)
    if read.formula == expression.Name("#0"):
        return [Incoming({**described, **_measured(read.measures[0])}, (*notes, _guessed()))]
    parts = _parts(library, name, read)
    helpers = [
        Incoming({**_part_words(part, described), **_measured(measure)}, (f"Made for '{name}'.",)) for part, measure in parts.items() if measure
    ]
    whole, wrong = together(library, {str(helper.body["name"]): helper.body for helper in helpers})
    if wrong:
        raise InvalidInput(next(iter(wrong.values())), where=name)
    formula = renamed(read.formula, {f"#{at}": part for at, part in enumerate(parts)})
    shape = shape_of(formula, whole.metrics)
    clock = library.get(next(iter(parts))).clock if next(iter(parts), None) in library.metrics else _first_clock(helpers)
    body = {**described, "unit": (units_of(shape) or ("number",))[0], "additivity": shape.additivity, "clock": clock, "expression": text_of(formula)}
    return [*helpers, Incoming(body, (*notes, _guessed()))]


def _guessed() -> str:
    return "Guessed: class, scope, use, unit, direction, owner and clock. Look through them before it is certified."


def _parts(library: Catalogue, name: str, read: Read) -> dict[str, dict[str, Any] | None]:
    """Return a name for each measure of a formula: the base metric that counts the same, else a new one (with its measure)."""
    parts: dict[str, dict[str, Any] | None] = {}
    for number, measure in enumerate(read.measures, start=1):
        same = next((other for other, body in library.bodies.items() if _same(body.get("measures"), measure)), None)
        part = same or f"{name[:52]}_part{number}"
        parts[part] = None if same else measure
    return parts


def _same(measures: Any, measure: Mapping[str, Any]) -> bool:  # noqa: ANN401 - YAML of the library
    given = _list(measures)
    return len(given) == 1 and all(given[0].get(key) == measure.get(key) for key in ("fact", "aggregate", "value", "where"))


def _first_clock(helpers: list[Incoming]) -> str:
    return str(helpers[0].body["clock"]) if helpers else "event"


def _datasets(model: Mapping[str, Any]) -> dict[str, Dataset]:
    """Return the datasets that stand for a fact: by our extension, by their name, or by the last part of their source."""
    found: dict[str, Dataset] = {}
    for one in _list(model.get("datasets")):
        name, source = str(one.get("name")), str(one.get("source"))
        wanted = (str((_extension(one) or {}).get("fact")), name, source.rsplit(".", maxsplit=1)[-1])
        fact = next((word for word in wanted if word in FACTS), None)
        if fact is not None:
            fields = {str(entry.get("name")): _column(entry) for entry in _list(one.get("fields"))}
            found[name] = Dataset(name, fact, fields)
    return found


def _column(entry: Mapping[str, Any]) -> str:
    """Return the column that a field reads, or the field's own name where it computes something."""
    tree = tree_of(entry.get("expression"), str(entry.get("name")))
    return tree.name if tree.key == "column" else str(entry.get("name"))


def _described(one: Mapping[str, Any]) -> dict[str, Any]:
    name = str(one["name"])
    title = name.replace("_", " ").capitalize()
    told = str(one.get("description") or title)[:600]
    words = {"title": title, "description": told, "formula": f"as imported: {title.lower()}"}
    return {
        "name": name, "class": "overall", "scope": "place", "use": ["track"], "monitorable": False, "direction": "none", "owner": "imported",
        **{key: {"en": text, "zh": text} for key, text in words.items()},
    }  # fmt: skip


def _part_words(part: str, described: Mapping[str, Any]) -> dict[str, Any]:
    title = part.replace("_", " ").capitalize()
    return {**described, "name": part, "title": {"en": title, "zh": title}}


def _measured(measure: Mapping[str, Any]) -> dict[str, Any]:
    """Return what follows from a measure: its clock, unit and additivity."""
    aggregate, value = measure["aggregate"], str(measure.get("value", ""))
    unit = "count" if aggregate != "sum" else "money" if value.endswith(_MONEY) else "nights" if value in _NIGHTS else "number"
    distinct = aggregate == "count_distinct" and value in ("person", "did")
    return {"unit": unit, "additivity": "distinct" if distinct else "additive", "clock": measure["clocks"][0], "measures": [dict(measure)]}
