"""Databases to read from: a family, one file each; a plugin adds one by the entry point ``windsock.databases``.

Reading only: the statement is one SELECT checked as a syntax tree, and the connection itself refuses to write.
"""

from windsock.sources.databases.model import Ask, Place
from windsock.sources.databases.read import Reading, open_query

__all__ = ["Ask", "Place", "Reading", "open_query"]
