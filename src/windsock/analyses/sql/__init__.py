"""SQL that people write themselves, over views without personal columns, in a process that knows nothing else.

Words: a *view* is a table as people see it, with its columns explained; a *source* is what is kept of the facts for views; a *statement* is one
SELECT. Invariants: what is run is printed anew from a tree of allowed nodes, functions, types and views, never the text that was written; it runs
apart from the owner of the facts, within bounds of time, memory and rows; every run stands in the audit trail.
"""
