"""The publication check: the four ways agree with the elements by which they are told."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from yichuang.domains.catalogue.rules.flaws import FEES_LAW, WAYS_PAPER, Asked, Flaw, flaw
from yichuang.domains.catalogue.terms import (
    HandleArea,
    HandleType,
    HandlingSystem,
    OnlineDepth,
    PlaceKind,
    ProvinceMode,
)

ACCEPTED_ONLINE = (OnlineDepth.BEGUN, OnlineDepth.WHOLE)


def visits(asked: Asked) -> Iterator[Flaw]:
    """Ask why people must come, and that nobody must whose item is wholly online."""
    item = asked.item
    if item.visits and not item.visits_reason:
        said = _("要到现场 %(n)s 次而没有原因") % {"n": item.visits}
        yield flaw("visits_reason", "visits_reason", said, _("请写明必须到现场的原因，或减为 0 次。"), basis=WAYS_PAPER)
    if item.online_depth == OnlineDepth.WHOLE and item.visits:
        said = _("全程网办却要到现场 %(n)s 次") % {"n": item.visits}
        yield flaw("depth_visits", "visits", said, _("请改为 0 次，或降低网办深度。"), basis=WAYS_PAPER)
    if not item.visits and not item.is_online and HandleType.MAIL not in item.handle_types:
        yield flaw(
            "no_way_in",
            "handle_types",
            _("不用到现场，又不能网办，也不能邮寄"),
            _("请增加网上或邮寄办理，或写明到现场次数。"),
            basis=WAYS_PAPER,
        )


def online(asked: Asked) -> Iterator[Flaw]:
    """Ask that depth, flag, kinds and address of going online agree."""
    item = asked.item
    if item.is_online and item.online_depth is not None and item.online_depth not in ACCEPTED_ONLINE:
        said = _("可网上办理，深度却是 %(depth)s") % {"depth": item.online_depth.label}
        yield flaw(
            "online_depth",
            "online_depth",
            said,
            _("能网上受理的应为Ⅲ级或Ⅳ级；不能的请改为不可网办。"),
            basis=WAYS_PAPER,
        )
    if not item.is_online and item.online_depth in ACCEPTED_ONLINE:
        said = _("不能网办，深度却是 %(depth)s") % {"depth": item.online_depth.label}
        yield flaw("online_depth", "online_depth", said, _("请改为Ⅰ级或Ⅱ级，或改为可网办。"), basis=WAYS_PAPER)
    if item.is_online != (HandleType.ONLINE in item.handle_types):
        yield flaw(
            "handle_types", "handle_types", _("与“网上办理”不一致"), _("请使办理形式与是否网办一致。"), basis=WAYS_PAPER
        )
    elsewhere = item.is_guide_only and item.handling_system != HandlingSystem.HERE
    if item.is_online and elsewhere and not (item.online_address or item.mobile_address):
        said = _("在“%(system)s”网上办理而没有地址") % {"system": item.handling_system.label}
        yield flaw("online_address", "online_address", said, _("请填写网上办理地址。"), basis=WAYS_PAPER)


def counter(asked: Asked) -> Iterator[Flaw]:
    """Ask for the place where a window or a kiosk is."""
    item = asked.item
    if HandleType.WINDOW in item.handle_types and not item.places:
        yield flaw(
            "no_place", "points", _("可窗口办理而没有地点"), _("请填写办理地点，或删去窗口办理。"), basis=WAYS_PAPER
        )
    kiosks = item.at_kiosk or any(each.kind == PlaceKind.KIOSK for each in item.places)
    if HandleType.KIOSK in item.handle_types and not kiosks:
        yield flaw(
            "no_kiosk",
            "kiosk",
            _("可自助办理而没有自助终端"),
            _("请勾选自助终端，或填写自助终端的地点。"),
            basis=WAYS_PAPER,
        )


def area(asked: Asked) -> Iterator[Flaw]:
    """Ask how an item is handled in the whole province."""
    item = asked.item
    wide = item.handle_area in (HandleArea.NATION, HandleArea.PROVINCES, HandleArea.PROVINCE)
    if wide and item.province_mode is None:
        yield flaw(
            "province_mode",
            "province_mode",
            _("通办而没有通办方式"),
            _("请选择全程网办、收受分离或联办。"),
            basis=WAYS_PAPER,
        )
    if item.province_mode is not None and not wide:
        yield flaw(
            "province_mode",
            "handle_area",
            _("有通办方式，范围却只在市内"),
            _("请改通办范围，或删去通办方式。"),
            basis=WAYS_PAPER,
        )
    if item.province_mode == ProvinceMode.ONLINE and (item.visits or not item.is_online):
        yield flaw(
            "province_online",
            "province_mode",
            _("全程网办的通办却要到现场或不能网办"),
            _("请改通办方式，或改到现场次数。"),
            basis=WAYS_PAPER,
        )


def fees(asked: Asked) -> Iterator[Flaw]:
    """Ask for basis, rows and the way of paying."""
    item = asked.item
    if not item.charges:
        if item.fees:
            yield flaw("fees", "charges", _("不收费却列了收费项目"), _("请改为收费，或删去收费项目。"), basis=FEES_LAW)
        return
    if not item.fees:
        yield flaw("fees", "fees", _("收费而没有收费项目"), _("请填写收费项目和标准。"), basis=FEES_LAW)
    if not item.fee_basis and not (item.fees and all(each.basis for each in item.fees)):
        yield flaw("fees", "fee_basis", _("收费而没有依据"), _("请填写收费依据。"), basis=FEES_LAW)
    if item.pays_online is None:
        yield flaw("fees", "pays_online", _("收费而没有说明能否网上支付"), _("请选择是或否。"), basis=WAYS_PAPER)
