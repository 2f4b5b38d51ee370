"""What statements written by hand share: lists and moments, as either database takes and gives them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection


def among(name: str, values: Sequence[Any], kind: str) -> tuple[str, dict[str, Any]]:
    """
    Write that a column is one of the values, and what the statement is then given.

    PostgreSQL takes them as one array of `kind`, so that the statement stays the same however many there are.
    """
    if connection.vendor == "postgresql":
        return f"= ANY(%({name})s::{kind}[])", {name: list(values)}
    listed = {f"{name}{place}": value for place, value in enumerate(values)}
    return f"IN ({', '.join(f'%({key})s' for key in listed)})", listed


def written(at: datetime) -> Any:
    """Write a moment as a parameter."""
    return connection.ops.adapt_datetimefield_value(at)


def moment(value: Any) -> datetime | None:
    """Read a moment: the embedded database gives it in UTC, as its text or without a zone."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
