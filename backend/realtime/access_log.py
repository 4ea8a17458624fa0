"""Keep tickets out of the server's own log lines, which show the whole address of a socket."""

from __future__ import annotations

import logging
from typing import Final

_LOGGERS: Final = ("uvicorn.error", "uvicorn.access", "granian.access", "_granian")


class DropQuery(logging.Filter):
    """Cut the query off every text that is logged as an argument."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and any(
            isinstance(arg, str) and "ticket=" in arg for arg in record.args
        ):
            record.args = tuple(
                arg.partition("?")[0] if isinstance(arg, str) else arg for arg in record.args
            )
        return True


def drop_queries() -> None:
    """Put the filter on the loggers of the servers that we run under. Once is enough."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(one, DropQuery) for one in logger.filters):
            logger.addFilter(DropQuery())
