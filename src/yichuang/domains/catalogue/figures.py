"""What figures may count of the catalogue: items and where they are listed, the four ways, reductions, lists."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, TextChoices, Value, When
from django.utils.translation import gettext_lazy as _

from yichuang.domains.catalogue.models import (
    ClaimTask,
    IntermediaryItem,
    ItemListing,
    ItemVersion,
    ItemWay,
    ProofItem,
    Reduction,
    StreetItem,
)
from yichuang.domains.catalogue.queries import item_names, listed_on, unit_names
from yichuang.domains.catalogue.terms import (
    FourWay,
    HandleArea,
    ListStatus,
    ProofLevel,
    Registry,
    Saving,
    StreetMode,
    StreetOrigin,
    StreetState,
    UseLevel,
    WayState,
)
from yichuang.foundation.figures.measures import (
    DATED,
    Dating,
    Measure,
    Row,
    flag,
    moment,
    number,
    register_measure,
    text,
)
from yichuang.foundation.figures.terms import Times


def _labels(words: type[TextChoices]) -> Callable[[Iterable[str]], Mapping[str, str]]:
    return lambda codes: {code: str(words(code).label) for code in codes if code in words.values}


def _guide(item: str, _row: Row) -> str:
    return f"/matters/{item}"


def _page_of_item(_key: str, row: Row) -> str:
    return f"/matters/{row.get('item', '')}"


def _with_listing(rows: QuerySet[Any, Any], names: Collection[str], times: Times) -> QuerySet[Any, Any]:
    """Tell whether the base of the four ways lists the item at the two times."""
    if "listed" not in names:
        return rows
    base = listed_on(Registry.SIBAN, times.as_of, times.known_at)
    added: QuerySet[Any, Any] = rows.annotate(in_siban=Exists(base.filter(item=OuterRef("item"))))
    return added


def _versions_in_force(times: Times) -> Q:
    """Give the newest version that had begun and was not ended or withdrawn, of those that we had learnt of."""
    kept = Q(withdrawn_at=None) | Q(withdrawn_at__gte=times.end)
    begun = Q(valid_from__lte=times.as_of)
    if times.known_at is not None:
        begun &= Q(published_at__lte=times.known_at)
        kept |= Q(withdrawn_at__gt=times.known_at)
    holds = begun & kept & (Q(valid_to=None) | Q(valid_to__gt=times.as_of))
    newer = ItemVersion.objects.filter(holds, item=OuterRef("item"), number__gt=OuterRef("number"))
    return holds & Q(~Exists(newer))


EDITIONS = Case(
    *(When(registry=each, then=Value(each.edition)) for each in Registry if each.edition),
    default=None,
    output_field=CharField(null=True),
)


register_measure(
    Measure(
        id="catalogue.items",
        name=_("在用事项"),
        columns={
            "item": text("item_id", _("事项"), names=item_names),
            "handle_area": text("handle_area", _("通办范围"), names=_labels(HandleArea)),
            "version": number("number", _("版本")),
        },
        rows=ItemVersion.objects.all,
        dating=Dating(asking=_versions_in_force, recorded="published_at"),
        key="item_id",
        link=_guide,
        shows=("item", "handle_area", "version"),
    ),
    Measure(
        id="catalogue.listings",
        name=_("事项库发布记录"),
        columns={
            "item": text("item_id", _("事项"), names=item_names),
            "registry": text("registry", _("事项库"), names=_labels(Registry)),
            "edition": text("edition", _("版本"), apart=True),
            "unit": text("unit_code", _("实施机关"), names=unit_names),
            "level": text("level", _("行使层级"), names=_labels(UseLevel)),
            "region": text("region", _("区划"), apart=True),
            "published_on": moment("published_at", _("发布日期")),
        },
        rows=lambda: ItemListing.objects.annotate(edition=EDITIONS),
        dating=DATED,
        day="published_on",
        region="region",
        unit="unit",
        link=_page_of_item,
        shows=("registry", "item", "unit", "level", "published_on"),
    ),
    Measure(
        id="catalogue.claims",
        name=_("认领任务"),
        columns={
            "unit": text("unit_code", _("单位"), names=unit_names),
            "catalog_code": text("catalog_code", _("基本编码")),
            "name": text("name", _("目录名称")),
            "claimed_on": moment("claimed_at", _("认领日期")),
        },
        rows=lambda: ClaimTask.objects.filter(claimed_at__isnull=False),
        dating=Dating("claimed_at", recorded="claimed_at", superseded=""),
        day="claimed_on",
        unit="unit",
        shows=("unit", "catalog_code", "name", "claimed_on"),
    ),
    Measure(
        id="catalogue.street_items",
        name=_("下沉街道事项"),
        columns={
            "item": text("item_id", _("事项"), names=item_names),
            "origin": text("origin", _("来源"), names=_labels(StreetOrigin)),
            "mode": text("mode", _("办理模式"), names=_labels(StreetMode)),
            "state": text("state", _("状态"), names=_labels(StreetState)),
        },
        rows=StreetItem.objects.all,
        dating=DATED,
        key="item_id",
        link=_guide,
        shows=("item", "origin", "mode", "state"),
    ),
    Measure(
        id="catalogue.ways",
        name=_("四办事项"),
        columns={
            "item": text("item_id", _("事项"), names=item_names),
            "way": text("way", _("办理方式"), names=_labels(FourWay)),
            "in_base": flag("in_base", _("计入基数")),
            "flag": flag("flag", _("属于")),
            "listed": flag("in_siban", _("列入四办事项库")),
            "computed": flag("computed", _("按要素计算")),
            "state": text("state", _("确认情况"), names=_labels(WayState)),
        },
        rows=ItemWay.objects.all,
        dating=DATED,
        key="item_id",
        adding=_with_listing,
        link=_guide,
        shows=("item", "way", "flag", "state"),
    ),
    Measure(
        id="catalogue.reductions",
        name=_("四减"),
        columns={
            "item": text("item_id", _("事项"), names=item_names),
            "kind": text("kind", _("种类"), names=_labels(Saving)),
            "unit": text("unit_code", _("单位"), names=unit_names),
            "before": number("before", _("之前")),
            "after": number("after", _("之后")),
        },
        rows=Reduction.objects.all,
        dating=DATED,
        unit="unit",
        link=_page_of_item,
        shows=("kind", "item", "unit", "before", "after"),
    ),
    Measure(
        id="catalogue.proofs",
        name=_("证明事项"),
        columns={
            "code": text("code", _("编号")),
            "name": text("name", _("证明名称")),
            "level": text("level", _("层级"), names=_labels(ProofLevel)),
            "status": text("status", _("处理"), names=_labels(ListStatus)),
            "demanded_by": text("demanded_by", _("索要单位")),
        },
        rows=ProofItem.objects.all,
        dating=DATED,
        key="code",
        shows=("code", "name", "level", "status", "demanded_by"),
    ),
    Measure(
        id="catalogue.intermediaries",
        name=_("中介服务事项"),
        columns={
            "code": text("code", _("编号")),
            "name": text("name", _("中介服务事项名称")),
            "status": text("status", _("状态"), names=_labels(ListStatus)),
            "fee": text("fee_standard", _("收费标准")),
            "basis": text("basis", _("设立依据")),
        },
        rows=IntermediaryItem.objects.all,
        dating=DATED,
        key="code",
        shows=("code", "name", "status", "fee", "basis"),
    ),
)
