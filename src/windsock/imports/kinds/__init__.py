"""Kinds of data that can be brought in, one file each; a plugin adds one by the entry point ``windsock.import_kinds``."""
