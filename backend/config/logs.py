"""Structured logs with a request id; secrets never pass."""

from __future__ import annotations

import re
from typing import Any

import structlog

_SECRET = re.compile(
    r"(sk_(?:test|live)_|rk_(?:test|live)_|whsec_|client_secret\W+)[\w-]+|\b\d{13,19}\b|([?&]ticket=)[\w-]+"
)


def mask_secrets(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Replace keys, client secrets, card numbers and tickets in every text value (case 74)."""
    return {name: _masked(value) for name, value in event.items()}


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _SECRET.sub(lambda m: f"{m[1] or m[2] or ''}***", value)
    return value


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.format_exc_info,
    mask_secrets,
]


def _formatter(renderer: Any) -> dict[str, Any]:
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        "foreign_pre_chain": _SHARED,
    }


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": _formatter(structlog.processors.JSONRenderer()),
        "console": _formatter(structlog.dev.ConsoleRenderer(colors=False)),
    },
    "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stream"], "level": "INFO"},
    "loggers": {
        # The access log would write socket tickets; our own request log has what is needed.
        "uvicorn.access": {"handlers": [], "propagate": False, "level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "stripe": {"level": "WARNING"},
    },
}


def configure(*, json: bool) -> None:
    """Point structlog at the standard library's handlers in the chosen format."""
    LOGGING["handlers"]["stream"]["formatter"] = "json" if json else "console"
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
