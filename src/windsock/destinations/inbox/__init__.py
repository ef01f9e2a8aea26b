"""The inbox in the browser: messages to members, newest first, with how many are unread; and which destinations a member wants besides.

Invariants: at most 500 messages a member, the oldest go first; a message comes once under one id; only the member reads them; those of a member
who may not sign in any more are dropped, as are all after 180 days.
"""

from windsock.destinations.inbox.keep import put, put_for, tidy, ways_of
from windsock.destinations.inbox.port import plug_on_duty

__all__ = ["plug_on_duty", "put", "put_for", "tidy", "ways_of"]
