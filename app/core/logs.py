"""One JSON object a line, with its time."""

import logging
import re
from collections.abc import Sequence
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import ExcInfo

TRACED = ExceptionDictTransformer(show_locals=False)
"""Without the values of variables: the secret and people's questions are among them."""
ROW = re.compile(r"\n(DETAIL|CONTEXT):.*", re.DOTALL)
"""PostgreSQL tells the row that it could not keep."""


def configure(level: str) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.ExceptionRenderer(_nameless),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
    )


def _nameless(exc_info: ExcInfo) -> Sequence[dict[str, Any]]:
    return [one | {"exc_value": ROW.sub("", one["exc_value"])} for one in TRACED(exc_info)]
