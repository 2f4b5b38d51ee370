"""The publication check: what an item must state, its codes, its body, what it names of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from django.utils.translation import gettext as _

from yichuang.domains.catalogue.rules.flaws import AGENCY_PAPER, LIMITS_LAW, PUBLIC_LAW, WAYS_PAPER, Asked, Flaw, flaw
from yichuang.domains.catalogue.terms import BodyType, HandleType, HandlingSystem, PowerSource, Server, Serves
from yichuang.domains.catalogue.terms.elements import ELEMENTS
from yichuang.kernel.identifiers import NotAnIdentifier, parse_item_code, parse_uscc


def stated(asked: Asked) -> Iterator[Flaw]:
    """Ask for what the level of the item must state."""
    level = str(asked.body.get("level", "4"))
    for key in asked.known.required.get(level, ()):
        if not IS_STATED.get(key, _is_given)(asked, key):
            label = ELEMENTS[key].label
            yield flaw("not_stated", key, _("没有填写"), _("请填写“%(label)s”。") % {"label": label}, basis=PUBLIC_LAW)


def _is_given(asked: Asked, key: str) -> bool:
    return bool(asked.body.get(key))


def _has_place(asked: Asked, key: str) -> bool:
    """Tell whether places are told, or nobody has to come to any."""
    item = asked.item
    nowhere = item.is_online and not item.visits and HandleType.WINDOW not in item.handle_types
    at_each = bool(item.places) and all(each.hours for each in item.places)
    return bool(asked.body.get(key)) or nowhere or (key == "hours" and at_each)


IS_STATED: Mapping[str, Callable[[Asked, str], bool]] = {
    "serves": lambda asked, _key: bool(asked.body.get("serves") or asked.body.get("servers")),
    "materials": lambda asked, key: key in asked.body,
    "legal": lambda asked, _key: asked.item.legal is not None or bool(asked.item.legal_absent),
    "promise": lambda asked, _key: asked.item.promise is not None or asked.body.get("handling") == "INSTANT",
    "steps": lambda asked, _key: bool(asked.item.plan or asked.item.flow or asked.item.flow_text),
    "result": lambda asked, _key: bool(asked.item.result_name),
    "points": _has_place,
    "hours": _has_place,
    "themes": lambda asked, _key: bool(asked.item.themes or asked.item.person_topics or asked.item.firm_topics),
}
"""How to tell that an element is stated, where it may be stated in more than one way."""


def codes(asked: Asked) -> Iterator[Flaw]:
    """Warn where code, level and catalogue do not agree; published lists contain such codes."""
    item = asked.item
    if item.code:
        try:
            parsed = parse_item_code(item.code)
        except NotAnIdentifier as wrong:
            yield flaw("code", "code", wrong.why, _("请核对实施编码；地方编码请填到“地方实施编码”。"), warns=True)
        else:
            for warning in parsed.warnings:
                yield flaw("code", "code", warning, _("请与编码部门核对。"), warns=True)
            if parsed.level and parsed.level != item.level:
                said = _("编码中的行使层级是 %(level)s") % {"level": parsed.level}
                yield flaw("code", "level", said, _("请使行使层级与实施编码一致。"), warns=True)
            if parsed.body and item.catalog_code and parsed.catalogue != item.catalog_code:
                said = _("实施编码中的是 %(code)s") % {"code": parsed.catalogue}
                yield flaw("code", "catalog_code", said, _("请使基本编码与实施编码一致。"), warns=True)
    if item.body_code:
        try:
            parse_uscc(item.body_code)
        except NotAnIdentifier as wrong:
            yield flaw("code", "body_code", wrong.why, _("请核对统一社会信用代码。"), warns=True)


def body(asked: Asked) -> Iterator[Flaw]:
    """Ask for the unit, for who entrusted it, and for regions that exist."""
    item = asked.item
    if item.unit and item.unit not in asked.known.units:
        yield flaw("unit", "unit", _("没有单位“%(unit)s”") % {"unit": item.unit}, _("请从单位名录中选择。"))
    entrusted = item.power_source in (PowerSource.ENTRUSTED_ABOVE, PowerSource.ENTRUSTED_BESIDE)
    if (entrusted or item.body_type == BodyType.ENTRUSTED) and not item.entrusted:
        yield flaw(
            "entrusted",
            "entrusted",
            _("受委托实施而没有写明委托部门"),
            _("请填写委托部门。"),
            basis="行政许可法 第二十四条",
        )
    for key in ("town", "village"):
        code = getattr(item, key)
        if code and asked.known.regions and code not in asked.known.regions:
            yield flaw("region", key, _("没有区划代码 %(code)s") % {"code": code}, _("请填写街道、社区的区划代码。"))


def audience(asked: Asked) -> Iterator[Flaw]:
    """Ask that persons are served by both fields or by none."""
    item = asked.item
    persons = Server.PERSON in item.servers
    if item.servers and item.serves and persons != (Serves.PERSON in item.serves):
        yield flaw("serves", "servers", _("与“面向”不一致"), _("服务对象含自然人的，“面向”要选个人；反之亦然。"))


def agencies(asked: Asked) -> Iterator[Flaw]:
    """Ask that services of agencies stand in their list."""
    for code in asked.item.intermediaries:
        if code not in asked.known.intermediaries:
            said = _("“%(code)s”不在中介服务事项清单内") % {"code": code}
            yield flaw("intermediary", "intermediaries", said, _("请先列入清单，或删去。"), basis=AGENCY_PAPER)


def contact(asked: Asked) -> Iterator[Flaw]:
    """Ask for two telephone numbers."""
    item = asked.item
    if item.consult and item.consult == item.complain:
        said = _("与咨询方式相同：%(phone)s") % {"phone": item.complain}
        yield flaw("same_phone", "complain", said, _("监督投诉请用另一个号码。"), basis=WAYS_PAPER)


def handled_here(asked: Asked) -> Iterator[Flaw]:
    """Ask for what cases of ours stand on."""
    item, known = asked.item, asked.known
    if item.handling_system != HandlingSystem.HERE:
        return
    if item.legal is None:
        yield flaw(
            "legal_here",
            "legal",
            _("在本系统办理而没有法定时限"),
            _("请填写法定时限，办件要按它计时。"),
            basis=LIMITS_LAW,
        )
    if item.is_instant and item.promise is not None:
        yield flaw(
            "instant_promise", "promise", _("在本系统当场办结的不另承诺时限"), _("请删去承诺时限，或改为承诺件。")
        )
    for key, code, there in (
        ("lifecycle", item.lifecycle, known.lifecycles),
        ("plan", item.plan, known.plans),
        ("form", item.form, known.forms),
    ):
        if code and code not in there:
            yield flaw("unknown", key, _("没有“%(code)s”") % {"code": code}, _("请从已发布的里面选择。"))
        if not code and key != "form":
            yield flaw("handled_here", key, _("在本系统办理而没有填写"), _("请选择，或改为在其他系统办理。"))
    if item.licence_type and item.licence_type not in known.licence_types:
        said = _("没有证照类型“%(type)s”") % {"type": item.licence_type}
        yield flaw("licence_type", "result", said, _("请从证照类型中选择。"))


def validity(asked: Asked) -> Iterator[Flaw]:
    """Ask that the item does not end before it is published."""
    item = asked.item
    if item.valid_to is not None and item.valid_to < max(item.valid_from, asked.on):
        yield flaw(
            "ended", "in_force", _("取消日期 %(day)s 早于发布日期") % {"day": item.valid_to}, _("请改取消日期。")
        )


def commitment(asked: Asked) -> Iterator[Flaw]:
    """Ask that the signed commitment is one of the materials."""
    item = asked.item
    if item.commitment_material and item.commitment_material not in {each.code for each in item.materials}:
        said = _("材料里没有“%(code)s”") % {"code": item.commitment_material}
        yield flaw("commitment", "commitment", said, _("请从申请材料中选择承诺书。"))
