"""The publication check: each material has its source, and a proof is asked for only where it is kept."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from yichuang.domains.catalogue.rules.flaws import PROOF_PAPER, PUBLIC_LAW, Asked, Flaw, flaw
from yichuang.domains.catalogue.terms import Material, Source

PROOF_WORD = "证明"


def materials(asked: Asked) -> Iterator[Flaw]:
    """Ask each material for its source, and each proof for its place in the list."""
    names = [each.name for each in asked.item.materials]
    for material in asked.item.materials:
        yield from _material(material, asked)
        if names.count(material.name) > 1:
            yield _material_flaw(
                "material_twice",
                material,
                "name",
                _("同名材料写了不止一次"),
                _("请合并，或在名称里写明区别。"),
                warns=True,
            )


def _material(material: Material, asked: Asked) -> Iterator[Flaw]:
    def at(code: str, part: str, found: str, todo: str, basis: str = "", *, warns: bool = False) -> Flaw:
        return _material_flaw(code, material, part, found, todo, basis, warns=warns)

    spared = material.exempt is not None
    if material.source == Source.UNKNOWN:
        yield at("source", "source", _("没有来源渠道"), _("请选择来源渠道。"), PUBLIC_LAW)
    if material.source in (Source.GOVERNMENT, Source.OTHER) and not spared and not material.source_note:
        yield at("source_note", "source_note", _("没有写明由谁出具"), _("请填写出具单位。"), PUBLIC_LAW)
    if material.licence_type and material.licence_type not in asked.known.licence_types:
        said = _("没有证照类型“%(type)s”") % {"type": material.licence_type}
        yield at("licence_type", "licence_type", said, _("请从证照类型中选择。"))
    if material.is_proof and material.proof_item not in asked.known.kept_proofs:
        said = _("不在保留证明事项清单内") if material.proof_item else _("没有对应的保留证明事项")
        todo = _("请改用数据共享、电子证照、部门核验或告知承诺；确需保留的，先列入清单。")
        yield at("proof_not_kept", "proof_item", said, todo, PROOF_PAPER)
    if (
        PROOF_WORD in material.name[-4:]
        and not material.is_proof
        and not spared
        and material.source != Source.GOVERNMENT
    ):
        yield at(
            "proof_unmarked",
            "proof",
            _("名称像证明，却没有标为证明事项"),
            _("请确认是否属于证明事项。"),
            PROOF_PAPER,
            warns=True,
        )
    if not material.basis and not spared:
        yield at(
            "material_basis",
            "basis",
            _("没有写明要求这份材料的依据"),
            _("请填写依据。"),
            "行政许可法 第三十一条",
            warns=True,
        )


def _material_flaw(
    code: str, material: Material, part: str, found: str, todo: str, basis: str = "", *, warns: bool = False
) -> Flaw:
    key = f"materials.{material.code}.{part}"
    return flaw(code, key, found, todo, basis=basis, row=material.name, warns=warns)
