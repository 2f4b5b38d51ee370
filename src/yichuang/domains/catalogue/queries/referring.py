"""Service items as registers refer to them: by code or whole name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.domains.catalogue.models import ServiceItem
from yichuang.domains.catalogue.terms import ItemState
from yichuang.foundation.registers.targets import Target, register_target


def register_items() -> None:
    """Let fields of registers refer to items."""
    register_target("item", Target(_("事项"), _find, _names, _listed))


def _find(text: str) -> list[str]:
    rows = ServiceItem.objects.filter(Q(code=text) | Q(name=text) | Q(task_code=text))
    return list(rows.order_by("code").values_list("code", flat=True)[:6])


def _names(codes: Collection[str]) -> Mapping[str, str]:
    return dict(ServiceItem.objects.filter(code__in=codes).values_list("code", "name"))


def _listed(kinds: Iterable[str]) -> Mapping[str, str]:
    rows = ServiceItem.objects.filter(state=ItemState.IN_FORCE).order_by("code")
    wanted = tuple(kinds)
    return dict((rows.filter(task_type__in=wanted) if wanted else rows).values_list("code", "name"))
