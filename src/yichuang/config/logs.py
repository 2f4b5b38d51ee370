"""Logs: one JSON object a line, with identity and telephone numbers masked in one place."""

from __future__ import annotations

import re
from typing import Any

import structlog
from structlog.types import Processor

IDENTITY = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?!\d)")
TELEPHONE = re.compile(r"(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)")


def mask(text: str) -> str:
    """
    Hide the middle of identity and mobile numbers.

    >>> mask("身份证 999999199001011234 手机 10012345678")
    '身份证 999999********1234 手机 100****5678'
    """
    return TELEPHONE.sub(r"\1****\2", IDENTITY.sub(r"\1********\2", text))


def masked(_logger: Any, _name: str, event: Any) -> Any:
    """Mask every text of an event, as a structlog processor."""
    return {key: mask(value) if isinstance(value, str) else value for key, value in event.items()}


def settings(level: str) -> dict[str, Any]:
    """Give Django's LOGGING: our own events and everybody else's leave by the same door."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            masked,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
    }
