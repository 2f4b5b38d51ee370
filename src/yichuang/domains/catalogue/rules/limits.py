"""The publication check: the legal basis on the day, and that nobody promises more than the law gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from django.utils.translation import gettext as _

from yichuang.domains.catalogue.rules.flaws import LIMITS_LAW, PUBLIC_LAW, WAYS_PAPER, Asked, Flaw, flaw
from yichuang.domains.catalogue.terms import Limit


def bases(asked: Asked) -> Iterator[Flaw]:
    """Ask that each law holds on the day."""
    for basis in asked.item.bases:
        if not basis.holds(asked.on):
            span = f"{basis.valid_from or ''}—{basis.valid_to or ''}"
            said = _("%(day)s 不在施行期间（%(span)s）") % {"day": asked.on, "span": span}
            yield flaw(
                "basis_not_in_force",
                "legal_basis",
                said,
                _("请改为当日有效的依据，或删去这一条。"),
                row=str(basis),
                basis=PUBLIC_LAW,
            )


HOURS: Mapping[str, Fraction] = {
    "working_hour": Fraction(1),
    "half_day": Fraction(4),
    "working_day": Fraction(8),
    "calendar_day": Fraction(8 * 5, 7),
    "month": Fraction(8 * 5 * 365, 7 * 12),
}
"""
The common measure of limits: hours of work in one of each unit.

Assumption: eight hours a day, five days a week, months of 365/12 days. It compares what is promised with what the law
gives where the units differ; no clock runs by it.
"""


def working_days(limit: Limit) -> Fraction:
    """
    Give a limit in working days, by the common measure.

    >>> working_days(Limit(14, "calendar_day", "")), working_days(Limit(2, "half_day", ""))
    (Fraction(10, 1), Fraction(1, 1))
    """
    return limit.limit * HOURS[limit.unit] / HOURS["working_day"]


def limits(asked: Asked) -> Iterator[Flaw]:
    """Ask that the promise is within the law, and that 即办件 is what its name says."""
    item = asked.item
    if item.legal is not None:
        promises = {"": item.promise} | {each.id: each.promise for each in item.variants}
        for variant, promise in promises.items():
            if promise is not None and working_days(promise) > working_days(item.legal):
                yield _over(promise, item.legal, variant)
    if item.is_instant and item.promise is not None and working_days(item.promise) > 1:
        said = _("即办件承诺 %(limit)s") % {"limit": item.promise.text}
        yield flaw(
            "instant_limit", "promise", said, _("即办件当场办结，至多一个工作日；否则请改为承诺件。"), basis=WAYS_PAPER
        )
    if item.is_instant and item.special:
        yield flaw("instant_special", "special", _("即办件没有特别程序"), _("请删去特别程序，或改为承诺件。"))
    if unsaid := [kind for kind in item.special if kind not in item.special_days]:
        said = _("没有写明%(kinds)s一般需要多少天") % {"kinds": _("、").join(unsaid)}
        yield flaw("special_days", "special_days", said, _("请填写天数。"), basis="行政许可法 第四十五条", warns=True)


def _over(promise: Limit, legal: Limit, variant: str) -> Flaw:
    said = _("承诺 %(promise)s，多于法定 %(legal)s") % {"promise": promise.text, "legal": legal.text}
    if promise.unit != legal.unit:
        said += _("（折合 %(one)s 与 %(other)s 个工作日）") % {
            "one": f"{float(working_days(promise)):.1f}",
            "other": f"{float(working_days(legal)):.1f}",
        }
    key = f"variants.{variant}.promise" if variant else "promise"
    return flaw("promise_over_legal", key, said, _("请缩短承诺时限。"), basis=LIMITS_LAW, row=variant)
