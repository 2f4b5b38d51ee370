"""How often one address may try something: counted in the cache, in windows of real time."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest

from yichuang.foundation.records import realtime


def is_within(request: HttpRequest, name: str, *, most: int, seconds: int) -> bool:
    """Count one more try of the request's address, and tell whether it is among the first `most` of the window."""
    window = int(realtime.now().timestamp()) // seconds
    key = f"{name}/{request.META.get('REMOTE_ADDR', '')}/{window}"
    cache.add(key, 0, seconds)
    return int(cache.incr(key)) <= most
