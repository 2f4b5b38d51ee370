"""The seventeen items of construction approvals with the materials that each asks for: the model of 37 materials."""

from yichuang.kernel.bundles import BundleItem

# (number, stage, id, name, days, after, materials of the applicant, licences of the library, what it produces)
TABLE = [
    (1, 1, "project_filing", "企业投资项目备案/政府投资项目审批", 1, (), ("project_filing_form", "project_feasibility"),
     ("business_licence", "legal_representative_id"), "project_filing_certificate"),
    (2, 1, "site_selection", "用地预审与选址意见书", 5, (),
     ("site_selection_form", "site_selection_argument", "site_survey"),
     ("business_licence",), "site_selection_opinion"),
    (3, 1, "land_permit", "建设用地规划许可证", 4, (2,), ("land_permit_form", "land_contract"),
     ("business_licence", "project_filing_certificate"), "land_permit"),
    (4, 1, "energy_review", "固定资产投资节能审查", 5, (1,), ("energy_report",),
     ("project_filing_certificate",), "energy_opinion"),
    (5, 2, "scheme_review", "建设工程设计方案联合审查", 8, (3,),
     ("scheme_form", "scheme_drawings", "scheme_indicators"),
     ("land_permit",), "scheme_opinion"),
    (6, 2, "works_permit", "建设工程规划许可证", 6, (5,),
     ("works_permit_form", "works_permit_drawings", "works_permit_sunlight"),
     ("land_permit", "real_estate_certificate"), "works_permit"),
    (7, 2, "environment", "环境影响评价文件审批", 8, (), ("environment_report", "environment_participation"),
     ("business_licence",), "environment_approval"),
    (8, 2, "soil", "水土保持方案审批", 1, (), ("soil_commitment", "soil_scheme"), (), "soil_approval"),
    (9, 2, "heritage", "文物保护和考古许可", 8, (), ("heritage_survey",), (), "heritage_approval"),
    (10, 3, "drawing_review", "施工图联合审查", 7, (6,), ("drawings", "geological_survey", "structural_calculation"),
     ("works_permit",), "drawing_certificate"),
    (11, 3, "civil_defence", "防空地下室建设审批", 5, (6,), ("civil_defence_form", "civil_defence_area"),
     ("works_permit",), "civil_defence_approval"),
    (12, 3, "construction_permit", "建筑工程施工许可证", 3, (10, 11),
     ("construction_permit_form", "construction_contract", "quality_and_safety_measures", "funds_commitment"),
     ("works_permit", "drawing_certificate", "land_permit"), "construction_permit"),
    (13, 3, "waste", "建筑垃圾处置核准", 5, (6,), ("waste_scheme", "waste_contract"), (), "waste_approval"),
    (14, 3, "greenery", "占用绿地/树木移伐审批", 5, (6,), ("greenery_form", "greenery_plan"), (), "greenery_approval"),
    (15, 3, "drainage", "污水排入排水管网许可", 5, (6,), ("drainage_form",), ("works_permit",), "drainage_licence"),
    (16, 4, "joint_acceptance", "竣工联合验收", 10, (12,),
     ("acceptance_form", "acceptance_drawings", "acceptance_survey"),
     ("works_permit", "construction_permit"), "acceptance_opinion"),
    (17, 4, "completion_filing", "竣工验收备案", 1, (16,), ("completion_filing_form",),
     ("construction_permit",), "completion_filing"),
]  # fmt: skip

IDS = {number: id for number, _, id, *_ in TABLE}
STAGE = {id: stage for _, stage, id, *_ in TABLE}
BROUGHT = {id: materials for _, _, id, _, _, _, materials, _, _ in TABLE}

ITEMS = [
    BundleItem(
        id=id,
        name=name,
        fields=("project_code", "project_name", "construction_unit"),
        materials=(*materials, *licences),
        produces=(product,),
        visits=1,
        days=days,
        after=tuple(IDS[number] for number in after),
    )
    for _, _, id, name, days, after, materials, licences, product in TABLE
]


def stage(number):
    return [item for item in ITEMS if STAGE[item.id] == number]
