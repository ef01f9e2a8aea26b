"""The mapping language: one YAML file says how columns become fields; it knows no kind of rows, a kind gives it a ``Form``.

A mapping reaches nothing but the row it maps; each value that cannot be read costs its row, with line, column, reason and value, never the file.
"""

from windsock.sources.mapping.compile import Plan, compile_mapping
from windsock.sources.mapping.language import FILE_MAX, FileShape, RowMapping, kind_of, read_mapping
from windsock.sources.mapping.rows import columns_of, map_rows, try_rows
from windsock.sources.mapping.targets import CURRENCY, Form, Target

__all__ = [
    "CURRENCY",
    "FILE_MAX",
    "FileShape",
    "Form",
    "Plan",
    "RowMapping",
    "Target",
    "columns_of",
    "compile_mapping",
    "kind_of",
    "map_rows",
    "read_mapping",
    "try_rows",
]
