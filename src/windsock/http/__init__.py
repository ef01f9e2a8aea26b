"""The HTTP door: assembles the rooms' routers into one application. It holds no rule of the trade.

Invariants: every route names one permission and it is enforced in one place (``auth``); every error has one shape (``errors``);
no body, header or depth without a bound; no answer without security headers and a request id.
"""

from windsock.http.app import create_app, describe

__all__ = ["create_app", "describe"]
