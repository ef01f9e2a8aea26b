"""What rows seem to be: the kinds they may hold, and a first mapping for the likeliest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from windsock.imports import connections, saved, uploads
from windsock.imports import shapes as s
from windsock.imports.guess import Guess, guess, types_of
from windsock.imports.known import kind, kinds
from windsock.imports.looks import Column
from windsock.imports.sniff import Sniffed, looks_of, read_columns, sniff
from windsock.imports.words import field_words, kind_words
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.sources import FileShape, Form, RowMapping

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

_SHOWN = 200


def kind_answers() -> list[s.KindAnswer]:
    """List the kinds with their fields."""
    answers: list[s.KindAnswer] = []
    for name, one in kinds().items():
        words = kind_words(name)
        answers.append(s.KindAnswer(kind=name, title_zh=words.zh, title_en=words.en, fields=field_answers(one.form)))
    return answers


def field_answers(form: Form) -> list[s.FieldAnswer]:
    """List the fields of a kind, those that a row must have first."""
    found: list[s.FieldAnswer] = []
    for name, target in sorted(form.targets.items(), key=lambda one: not one[1].required):
        words = field_words(form.kind, name)
        found.append(
            s.FieldAnswer(
                field=name, title_zh=words.zh, title_en=words.en, required=target.required, types=list(types_of(target)), words=list(target.words)
            )
        )
    return found


def sniff_upload(workspace: Workspace, actor: Actor, upload_id: str, body: s.SniffRequest) -> s.SniffAnswer:
    """Guess how a file is written, what it holds, and how its columns become fields.

    Raises:
        NotFound, Conflict: there is no such upload, or bytes are missing.
        InvalidInput: it is no table.
    """
    upload, path = uploads.whole(workspace, actor, upload_id)
    asked = body.file
    given = FileShape(format=asked.format, encoding=asked.encoding, delimiter=asked.delimiter, sheet=asked.sheet, header_line=asked.header_line)
    found = sniff(path, upload.name, given)
    known = _known(found, body.kind)
    if known is not None:
        shape = replace(known.shape, format=found.shape.format, encoding=found.shape.encoding)
        columns, _, _ = read_columns(path, shape)
        found = replace(found, shape=shape, columns=columns)
    scores, chosen, mapping = _guess(workspace, found.columns, body.kind, known)
    shape = found.shape
    mapping.file = s.FileBody(
        format=shape.format, encoding=shape.encoding, delimiter=shape.delimiter, sheet=shape.sheet, header_line=max(shape.header_line, 1)
    )
    return s.SniffAnswer(
        format=shape.format,
        encoding=shape.encoding,
        delimiter=shape.delimiter,
        sheet=shape.sheet,
        sheets=list(found.sheets),
        header_line=max(shape.header_line, 1),
        rows_about=found.rows_about,
        columns=column_answers(found.columns),
        kinds=scores,
        kind=chosen,
        mapping=mapping,
        fields=field_answers(kind(chosen).form),
    )


def sniff_query(workspace: Workspace, actor: Actor, body: s.QueryBody, kind_name: str | None) -> s.ConnectionPreview:
    """Read the first rows of a table or SELECT and guess how its columns become fields.

    Raises:
        NotFound: there is no such database.
        InvalidInput: the query is none, or the database does not answer.
    """
    del actor
    columns = looks_of(connections.first_rows(workspace, body, _SHOWN))
    scores, chosen, mapping = _guess(workspace, columns, kind_name, None)
    return s.ConnectionPreview(columns=column_answers(columns), kinds=scores, kind=chosen, mapping=mapping, fields=field_answers(kind(chosen).form))


def column_answers(columns: Sequence[Column]) -> list[s.ColumnAnswer]:
    """Shape columns for the door; payment cards are never shown."""
    return [
        s.ColumnAnswer(
            name=column.name,
            samples=[] if column.pii == "card" else list(column.samples),
            looks_like=column.looks_like,
            pii=column.pii,
        )
        for column in columns
    ]


def likeliest(workspace: Workspace, columns: Sequence[Column], kind_name: str | None = None) -> list[tuple[Form, Guess]]:
    """Return the kinds with a first mapping for each, the best first; of one kind where it is said."""
    today = iso(workspace.clock.now_ms(), workspace.zone)[:10]
    forms = [kind(kind_name).form] if kind_name else [one.form for one in kinds().values()]
    found = [(form, guess(form, columns, currency=workspace.settings.workspace.currency, today=today)) for form in forms]
    return sorted(found, key=lambda one: -one[1].score)


def body_of(found: Guess) -> s.MappingBody:
    """Return a guess as the wizard's choices."""
    return s.MappingBody(
        columns=dict(found.columns),
        constants=dict(found.constants),
        expressions=dict(found.expressions),
        types=dict(found.types),
        read=s.ReadBody(nulls=["", "NULL", "NA", "N/A", "-", "--"], decimal=found.decimal, thousands=found.thousands),
    )


def _guess(
    workspace: Workspace, columns: Sequence[Column], kind_name: str | None, known: RowMapping | None
) -> tuple[list[s.KindScore], str, s.MappingBody]:
    scored = likeliest(workspace, columns)
    chosen = known.form.kind if known is not None else kind_name or scored[0][0].kind
    scores = {form.kind: 1.0 if known is not None and form.kind == chosen else found.score for form, found in scored}
    ranked = [s.KindScore(kind=name, score=score) for name, score in sorted(scores.items(), key=lambda one: -one[1])]
    if known is not None:
        return ranked, chosen, s.MappingBody(use=known.name)
    kind(chosen)
    return ranked, chosen, body_of(next(found for form, found in scored if form.kind == chosen))


def _known(found: Sniffed, kind_name: str | None) -> RowMapping | None:
    """Return the built-in mapping that was written for files like this, or None."""
    names = {column.name for column in found.columns}
    best: tuple[int, RowMapping] | None = None
    for mapping in saved.built_in().values():
        if kind_name not in (None, mapping.form.kind):
            continue
        wanted = {column.name for column in mapping.columns}
        header = mapping.shape.header
        fits = all(f"{one}" in found.head for one in wanted) and header in found.head if header else bool(wanted) and wanted <= names
        if fits and (best is None or len(wanted) > best[0]):
            best = (len(wanted), mapping)
    return best[1] if best is not None else None


def guessed_mapping(workspace: Workspace, given: Any, name: str, kind_name: str | None, source: str) -> tuple[RowMapping, Sniffed]:  # noqa: ANN401 - a path
    """Return the mapping that a file seems to want, for the command line.

    Raises:
        InvalidInput: a field that a row must have was not found.
        NotFound: there is no such kind.
    """
    found = sniff(given, name, FileShape(encoding="", delimiter="", header_line=0))
    known = _known(found, kind_name)
    if known is not None:
        return known, found
    form, best = likeliest(workspace, found.columns, kind_name)[0]
    missing = [one for one in form.required if one not in {*best.columns.values(), *best.constants, *best.expressions}]
    if missing:
        raise InvalidInput(
            f"No column of the file is '{field_words(form.kind, missing[0]).en}' ({missing[0]}).",
            where=name,
            fix=f"Write a mapping; the file has: {', '.join(column.name for column in found.columns[:15])}.",
        )
    body = body_of(best)
    shape = found.shape
    body.file = s.FileBody(format=shape.format, encoding=shape.encoding, delimiter=shape.delimiter, sheet=shape.sheet, header_line=shape.header_line)
    return saved.from_body(workspace, form.kind, body, source=source), found


__all__ = ["NotFound", "column_answers", "field_answers", "guessed_mapping", "kind_answers", "likeliest", "sniff_query", "sniff_upload"]
