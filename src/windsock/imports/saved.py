"""Mappings that can be used by name: built-in ones, and those that people keep."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from windsock import definitions, orders
from windsock.imports import shapes as s
from windsock.imports.guess import mapping_text
from windsock.imports.known import kind
from windsock.imports.run import keep_mapping
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.sources import MAPPING_MAX, RowMapping, kind_of, read_mapping

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

_LISTED = 200


def parse(text: str, where: str) -> RowMapping:
    """Read the text of a mapping file of whatever kind it says.

    Raises:
        InvalidInput, NotFound: it is none, or of an unknown kind.
    """
    return read_mapping(text, where, kind(kind_of(text, where)).form)


@cache
def built_in() -> dict[str, RowMapping]:
    """Return the mappings that come with Windsock, by name."""
    found = {name: orders.load_mapping(name) for name in orders.built_in()}
    folder = resources.files("windsock.imports") / "mappings"
    for entry in folder.iterdir():
        if entry.name.endswith(".yaml"):
            mapping = parse(entry.read_text(encoding="utf-8"), entry.name)
            found[mapping.name] = mapping
    return dict(sorted(found.items()))


def by_name(workspace: Workspace, name: str) -> RowMapping:
    """Return a mapping by its name: one that people keep before a built-in one.

    Raises:
        NotFound: there is none.
    """
    with workspace.records.read() as session:
        found = definitions.current(session, "mapping", name)
        if found is None:
            try:
                found = definitions.read(session, "mapping", name)
            except NotFound:
                found = None
    if found is not None and isinstance(found.body.get("yaml"), str):
        return parse(str(found.body["yaml"]), name)
    if name in built_in():
        return built_in()[name]
    raise NotFound(f"There is no mapping '{name[:80]}'.", where="mapping", fix=f"Save one, or use: {', '.join(built_in())}.")


def by_name_or_file(workspace: Workspace, given: str) -> RowMapping:
    """Return a mapping by its name, or out of a YAML file.

    Raises:
        NotFound: neither.
        InvalidInput: the file is no mapping.
    """
    path = Path(given)
    if not path.is_file():
        return by_name(workspace, given)
    if path.stat().st_size > MAPPING_MAX:
        raise InvalidInput("The mapping file is too large.", where=path.name, fix=f"Use at most {MAPPING_MAX:,} bytes.")
    try:
        return parse(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError:
        raise InvalidInput("The mapping file is no UTF-8 text.", where=path.name, fix="Save it as UTF-8.") from None


def from_body(workspace: Workspace, kind_name: str, body: s.MappingBody, *, name: str = "", source: str = "") -> RowMapping:
    """Return the mapping that a wizard's choices make.

    Raises:
        NotFound: it names a mapping that is not there, or an unknown kind.
        InvalidInput: a choice cannot be.
    """
    form = kind(kind_name).form
    if body.use:
        mapping = by_name(workspace, body.use)
        if mapping.form.kind != kind_name:
            raise InvalidInput(f"The mapping is one of {mapping.form.kind}.", where="mapping.use", fix=f"Choose the kind {mapping.form.kind}.")
        return mapping
    text = mapping_text(form, name or f"{kind_name}-wizard", source or f"{kind_name}-import", _plain(body))
    return read_mapping(text, "mapping", form)


def _plain(body: s.MappingBody) -> dict[str, object]:
    file = {key: value for key, value in body.file.model_dump().items() if value not in ("", 0)}
    read = {key: value for key, value in body.read.model_dump().items() if value is not None}
    return {**body.model_dump(include={"columns", "constants", "expressions", "types"}), "file": file, "read": read}


def mapping_items(workspace: Workspace, kind_name: str | None) -> list[s.MappingItem]:
    """List the mappings that can be used by name."""
    items: dict[str, s.MappingItem] = {}
    for name, mapping in built_in().items():
        title = mapping.title
        items[name] = s.MappingItem(
            name=name, kind=mapping.form.kind, title_zh=title["zh"], title_en=title["en"], built_in=True, version=None, changed=None
        )
    with workspace.records.read() as session:
        page = definitions.list_definitions(session, kind="mapping", limit=_LISTED)
    for one in page.items:
        try:
            mapping = parse(str(one.body.get("yaml", "")), one.name)
        except (InvalidInput, NotFound):
            continue  # kept by a version that knew another kind
        items[one.name] = s.MappingItem(
            name=one.name,
            kind=mapping.form.kind,
            title_zh=mapping.title["zh"],
            title_en=mapping.title["en"],
            built_in=False,
            version=one.version,
            changed=iso(one.changed_ms, workspace.zone),
        )
    return [item for _, item in sorted(items.items()) if kind_name in (None, item.kind)]


def save(workspace: Workspace, actor: Actor, body: s.MappingRequest) -> s.SavedAnswer:
    """Keep a mapping under a name.

    Raises:
        InvalidInput: neither choices nor a text, or they make no mapping, or it names itself otherwise.
    """
    if (body.mapping is None) == (body.yaml is None):
        raise InvalidInput("Either choices or a text is needed.", where="mapping", fix="Send mapping, or yaml.")
    if body.yaml is not None:
        mapping = parse(body.yaml, "yaml")
        if mapping.name != body.name:
            raise InvalidInput(f"The text calls itself '{mapping.name}'.", where="yaml: mapping", fix=f"Write mapping: {body.name}.")
    else:
        mapping = from_body(workspace, body.kind, body.mapping or s.MappingBody(), name=body.name)
    with workspace.records.write() as session:
        version = keep_mapping(session, definitions.Change(actor, body.reason, workspace.clock.now_ms()), mapping)
    return s.SavedAnswer(name=mapping.name, version=version)
