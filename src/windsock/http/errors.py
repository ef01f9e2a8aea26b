"""One JSON shape for every error, and the only map from the kernel's errors to HTTP status codes."""

from __future__ import annotations

import http
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from windsock.http.bounds import BadHost, TooSlow
from windsock.kernel.errors import (
    Busy,
    Cancelled,
    Conflict,
    Fault,
    InvalidInput,
    NotAllowed,
    NotAvailable,
    NotFound,
    NotSignedIn,
    QueryTimeout,
    TooLarge,
    TooMany,
    WindsockError,
)

STATUS: dict[type[WindsockError], int] = {
    InvalidInput: 422,
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    TooLarge: 413,
    NotAvailable: 501,
    TooMany: 429,
    Busy: 503,
    QueryTimeout: 504,
    Cancelled: 409,
    BadHost: 400,
    TooSlow: 408,
}
_RETRY_BUSY_S = 2
_TOLD_FAULTS = (Busy, QueryTimeout, Cancelled)
_WHERE_MAX = 200


class ErrorPart(BaseModel):
    """What is wrong, where, and what to do."""

    code: str
    message: str
    where: str
    fix: str
    request_id: str


class ErrorAnswer(BaseModel):
    """Every error of every route."""

    error: ErrorPart


def answer(status: int, error: WindsockError, request_id: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return an error in the one shape, with a status that the caller chose."""
    part = ErrorPart(code=error.code, message=error.what, where=error.where, fix=error.fix, request_id=request_id)
    return JSONResponse({"error": part.model_dump()}, status, headers=dict(headers or {}))


def answer_to(error: WindsockError, request_id: str) -> JSONResponse:
    """Return an error of the kernel's tree in the one shape; a fault of ours tells its request id and no more."""
    if isinstance(error, Fault) and not isinstance(error, _TOLD_FAULTS):
        return unexpected(request_id)
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)
    headers: dict[str, str] = {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.retry_after_s)
    elif isinstance(error, Busy):
        headers["Retry-After"] = str(_RETRY_BUSY_S)
    elif isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    return answer(status, error, request_id, headers)


def unexpected(request_id: str) -> JSONResponse:
    """Return the answer to what nobody foresaw; the log has the rest under the request id."""
    fault = Fault("Something failed on our side.", fix=f"Try again; if it stays, tell an admin the request id {request_id}.", code="unexpected")
    return answer(500, fault, request_id)


def install(app: FastAPI) -> None:
    """Give the application its handlers of errors."""
    app.add_exception_handler(WindsockError, _on_known)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)


def _request_id(request: Request) -> str:
    return str(getattr(request.state, "request_id", ""))


def _on_known(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, WindsockError) and (not isinstance(error, Fault) or isinstance(error, _TOLD_FAULTS)):
        return answer_to(error, _request_id(request))
    raise error


def _on_validation(request: Request, error: Exception) -> JSONResponse:
    found: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
    first: dict[str, Any] = found[0] if found else {}
    where = ".".join(str(part) for part in first.get("loc", ()))[:_WHERE_MAX]
    what = str(first.get("msg", "The request is wrong"))
    if first.get("type") == "json_invalid":
        what, where = "The body is not JSON", "body"
    more = f" {len(found) - 1} more fields are wrong." if len(found) > 1 else ""
    wrong = InvalidInput(f"{what}.{more}", where=where, fix="See /openapi.json for what this route takes.")
    return answer_to(wrong, _request_id(request))


def _on_http(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    words = http.HTTPStatus(error.status_code)
    code = words.phrase.lower().replace(" ", "_").replace("'", "")
    shaped = WindsockError(str(error.detail), where=request.url.path[:_WHERE_MAX], code=code)
    return answer(error.status_code, shaped, _request_id(request), error.headers)
