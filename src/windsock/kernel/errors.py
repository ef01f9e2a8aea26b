"""One tree of errors. The user's faults say what, where and what to do; ours say what failed.

    WindsockError
    |-- UserError                 somebody can mend it: shown as it is
    |   |-- InvalidInput          a value, a file or a definition is wrong
    |   |-- NotSignedIn           no session and no token
    |   |-- NotAllowed            signed in, without the permission
    |   |-- NotFound              no such thing, or not for you
    |   |-- Conflict              it changed meanwhile, or exists already
    |   |-- TooLarge              over a stated bound
    |   |-- NotAvailable          not on this engine, or not here
    |   `-- TooMany               slow down; says for how long
    `-- Fault                     ours: logged with its cause, shown with a request id
        |-- Busy                  no place free within the wait; try again
        |-- QueryTimeout          a query ran over its time limit
        |-- Cancelled             somebody cancelled the work
        `-- Broken                an invariant does not hold

HTTP status codes are mapped in ``http/errors.py`` and nowhere else.
"""

from __future__ import annotations


class WindsockError(Exception):
    """The root of every error that Windsock raises on purpose.

    Attributes:
        code: a stable snake_case word for machines.
        what: one sentence: what is wrong.
        where: the place (field, line, file), or "".
        fix: what to do about it, or "".
    """

    code = "windsock_error"

    def __init__(self, what: str, *, where: str = "", fix: str = "", code: str | None = None) -> None:
        """Keep the three answers a reader needs: what, where, what to do."""
        self.what, self.where, self.fix = what, where, fix
        if code is not None:
            self.code = code
        super().__init__(what)

    def __str__(self) -> str:
        """One line for a terminal."""
        place = f" ({self.where})" if self.where else ""
        advice = f" {self.fix}" if self.fix else ""
        return f"{self.what}{place}{advice}"


class UserError(WindsockError):
    """Somebody can mend it."""

    code = "user_error"


class InvalidInput(UserError):
    """A value, a file or a definition is wrong."""

    code = "invalid_input"


class NotSignedIn(UserError):
    """No session and no token, or an expired one."""

    code = "not_signed_in"


class NotAllowed(UserError):
    """Signed in, but the role lacks the permission."""

    code = "not_allowed"


class NotFound(UserError):
    """No such thing, or none that the caller may know of."""

    code = "not_found"


class Conflict(UserError):
    """It changed meanwhile, or exists already."""

    code = "conflict"


class TooLarge(UserError):
    """Over a stated bound."""

    code = "too_large"


class NotAvailable(UserError):
    """Asked rightly, but not to be had here: another engine, or a programme that lacks a part."""

    code = "not_available"


class TooMany(UserError):
    """Too many requests; ``retry_after_s`` says how long to wait."""

    code = "too_many"

    def __init__(self, what: str, *, retry_after_s: int, where: str = "", fix: str = "") -> None:
        """Keep the number of seconds that the caller should wait."""
        self.retry_after_s = retry_after_s
        super().__init__(what, where=where, fix=fix)


class Fault(WindsockError):
    """Ours, not the user's."""

    code = "fault"


class Busy(Fault):
    """No place was free within the wait."""

    code = "busy"


class QueryTimeout(Fault):
    """A query ran over its time limit."""

    code = "query_timeout"


class Cancelled(Fault):
    """Somebody cancelled the work."""

    code = "cancelled"


class Broken(Fault):
    """An invariant does not hold: stop rather than go on with it."""

    code = "broken"
