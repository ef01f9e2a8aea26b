"""Logs: key-values by structlog, for people (console) or machines (JSON), each line with what is bound to the request or job."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, TextIO

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

    from windsock.kernel.settings import LogSettings

_SECRET_WORDS = ("password", "secret", "token", "authorization", "cookie", "csrf")
_HIDDEN = "***"
_CHATTY = ("uvicorn.access", "alembic", "sqlalchemy.engine")


def configure_logs(settings: LogSettings, *, stream: TextIO | None = None) -> None:
    """Set structlog and the standard library's logging up, once per process.

    Request and job ids come from ``structlog.contextvars.bind_contextvars(request_id=...)``. Values whose name speaks of a secret
    are hidden, whoever logs them.

    Args:
        settings: level and format.
        stream: where to write; the standard error by default, so that a command's answer stays clean.
    """
    out = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    last: list[Processor]
    if settings.format == "json":
        # Without the local variables of each frame: passwords and personal data stand in them.
        traces = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
        last = [traces, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]
    else:
        last = [structlog.dev.ConsoleRenderer(colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback)]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last])
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace values whose key speaks of a secret (a processor of structlog)."""
    for key, value in event.items():
        if value is not None and any(word in key.lower() for word in _SECRET_WORDS):
            event[key] = _HIDDEN
    return event


def bound(**values: Any) -> Any:  # noqa: ANN401 - structlog's own context manager
    """Bind values (``request_id``, ``job_id``) to every line that is logged inside the ``with``."""
    return structlog.contextvars.bound_contextvars(**values)
