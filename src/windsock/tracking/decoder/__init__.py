"""A decoder: a process of its own that reads and decodes what waits in the inbox, while its loader does the rest on another core.

It is there only while much waits. Whatever becomes of it, nothing is lost: it only reads, and what it does not answer its loader
reads itself.
"""
