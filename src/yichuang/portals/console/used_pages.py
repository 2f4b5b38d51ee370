"""The pages there are, by the name of their address: what each is for, and where it lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext as _

from yichuang.foundation.people.permissions import table


@dataclass(frozen=True, slots=True)
class UsedPage:
    """One page: the permission it asks for, empty where it asks for none, and its address with its places."""

    name: str
    permission: str
    address: str

    @property
    def is_api(self) -> bool:
        """Say whether programs come here, not people."""
        return self.address.startswith("/api/")

    @property
    def label(self) -> str:
        """Say in words what the page is for."""
        if self.permission:
            return table().permission_name(self.permission)
        if self.is_api:
            return _("接口")
        return _("登录和账户") if self.address.startswith("/account/") else _("其他")


@cache
def pages() -> dict[str, UsedPage]:
    """Give every page by the name of its address; of several addresses of one name the first."""
    found: dict[str, UsedPage] = {}
    for page in _walk(get_resolver()):
        found.setdefault(page.name, page)
    return found


def _walk(resolver: URLResolver, space: str = "", before: str = "/") -> Iterator[UsedPage]:
    for each in resolver.url_patterns:
        address = before + str(each.pattern)
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _walk(each, inner, address)
        elif isinstance(each, URLPattern) and each.name:
            yield UsedPage(f"{space}{each.name}", getattr(each.callback, "permission", ""), address)
