"""Fields of events and orders that conditions may test, and their tests as conditions of the warehouse."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Literal

from sqlglot import exp

from windsock.conditions.model.rows import Plain, Test
from windsock.kernel.errors import InvalidInput
from windsock.warehouse import Params, Value, condition

Kind = Literal["text", "number", "whole", "boolean", "property"]
NUMBER = "DECIMAL(28, 6)"
"""Properties that are compared with numbers are read so; what is no number is missing."""
_PROPERTY = re.compile(r"properties\.([A-Za-z_$][A-Za-z0-9_$]{0,79})")


@dataclass(frozen=True)
class Field:
    """A field: its column and what its values are; a property's kind is that of what it is compared with."""

    column: exp.Expr
    kind: Kind

    def text(self) -> exp.Expr:
        """Return the field as text; of a decimal without the zeros behind it, as people write it."""
        if self.kind in ("text", "property"):
            return self.column.copy()
        written: exp.Expr = exp.cast(self.column.copy(), "TEXT")
        for gone in ("0", ".") if self.kind == "number" else ():
            written = exp.func("RTRIM", written, exp.Literal.string(gone))
        return written

    def number(self, place: str) -> exp.Expr:
        """Return the field as a number.

        Raises:
            InvalidInput: it can be none.
        """
        if self.kind == "number":
            return self.column.copy()
        if self.kind in ("property", "whole"):
            return exp.TryCast(this=self.column.copy(), to=exp.DataType.build(NUMBER), safe=True)
        raise InvalidInput("The field is no number.", where=place, fix="Use price or a property: properties.<name>.")


_EVENT: dict[str, tuple[str, Kind]] = {
    **{
        name: (name, "text")
        for name in (
            "event", "source", "device", "platform", "route", "property", "item_id", "currency", "order_ref", "provider", "outcome", "country",
            "app_version",
        )
    },
    "sales_channel": ("channel", "text"), "price": ("price", "number"), "session_id": ("session_id", "whole"),
}  # fmt: skip
_ORDER: dict[str, tuple[str, Kind]] = {
    **{name: (name, "text") for name in ("source", "order_ref", "sales_channel", "currency", "state", "member_no")},
    "member": ("member", "boolean"), "booked_amount": ("booked_amount", "number"),
}  # fmt: skip
_LINE: dict[str, tuple[str, Kind]] = {
    **{
        name: (name, "text")
        for name in (
            "kind", "goods_id", "property", "room_type", "rate_plan", "route", "flight_no", "cabin", "fare_class", "supplier", "sold_as", "source",
            "sales_channel", "market_segment", "country", "device", "agent", "purpose", "currency",
        )
    },
    **{name: (name, "whole") for name in ("quantity", "pax", "nights")},
    **{name: (name, "boolean") for name in ("member", "cancelled", "no_show", "paid")}, "booked_amount": ("booked_amount", "number"),
}  # fmt: skip
EVENT_FIELDS = (*_EVENT, "properties.<name>")
ORDER_FIELDS = tuple(_ORDER)
LINE_FIELDS = tuple(_LINE)


def event_field(name: str, place: str, alias: str = "e") -> Field:
    """Return a field of events.

    Raises:
        InvalidInput: there is none of the name.
    """
    match = _PROPERTY.fullmatch(name)
    if match is not None:
        path = exp.Literal.string(f'$."{match[1]}"')
        return Field(exp.func("json_extract_string", exp.column("properties", alias), path, dialect="duckdb"), "property")
    return _found(_EVENT, name, place, alias, "properties.<name>")


def event_text(names: Sequence[str], place: str) -> exp.Expr:
    """Return one field of events as text, or several as the text of a JSON list, with null for what is missing; NULL where all are.

    A list stays apart whatever its values hold, which values put behind one another do not.

    Raises:
        InvalidInput: there is no field of a name.
    """
    texts = [event_field(name, place).text() for name in names]
    if len(texts) == 1:
        return texts[0]
    missing = exp.and_(*(exp.Is(this=text.copy(), expression=exp.Null()) for text in texts))
    listed = exp.cast(exp.Anonymous(this="json_array", expressions=texts), "TEXT")
    return exp.Case(ifs=[exp.If(this=missing, true=exp.null())], default=listed)


def order_field(name: str, place: str) -> Field:
    """Return a field of orders.

    Raises:
        InvalidInput: there is none of the name.
    """
    return _found(_ORDER, name, place, "o", "")


def line_field(name: str, place: str) -> Field:
    """Return a field of the lines of orders.

    Raises:
        InvalidInput: there is none of the name.
    """
    return _found(_LINE, name, place, "l", "")


def _found(fields: Mapping[str, tuple[str, Kind]], name: str, place: str, alias: str, more: str) -> Field:
    if name not in fields:
        close = get_close_matches(name, fields, n=3)
        known = ", ".join([*fields, *([more] if more else [])])
        raise InvalidInput(
            f"There is no field '{name[:80]}'.", where=place, fix=f"Did you mean {' or '.join(close)}?" if close else f"Known: {known}."
        )
    column, kind = fields[name]
    return Field(exp.column(column, alias), kind)


def test_sql(field: Field, test: Test, place: str, params: Params) -> exp.Expr:
    """Return the condition that a row passes a test, with the meaning that filters of metrics have.

    Raises:
        InvalidInput: the value is not of the field's kind.
    """
    values = [_value(field, value, f"{place} ({test.field})") for value in test.values]
    numbers = bool(values) and all(isinstance(value, Decimal) for value in values) and field.kind == "property"
    column = field.number(place) if numbers else field.text() if test.op == "contains" else field.column
    return condition(column, test.op, values if isinstance(test.value, tuple) else values[0] if values else None, params)


def _value(field: Field, value: Plain, place: str) -> Value:
    if field.kind == "boolean":
        if isinstance(value, bool):
            return value
        raise InvalidInput(f"'{str(value)[:40]}' is neither true nor false.", where=place)
    if field.kind == "number":
        return _number(value, place)
    if field.kind == "whole":
        number = _number(value, place)
        if number != number.to_integral_value():
            raise InvalidInput(f"'{value}' is no whole number.", where=place)
        return int(number)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if field.kind == "text" else value


def _number(value: Plain, place: str) -> Decimal:
    try:
        if isinstance(value, bool):
            raise InvalidOperation
        found = Decimal(str(value))
        if not found.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        raise InvalidInput(f"'{str(value)[:40]}' is no number.", where=place) from None
    return found
