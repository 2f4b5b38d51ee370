"""A small report over the credit register: a sum, a count, a lower bound, a label, and a figure without records."""

from __future__ import annotations

from typing import Any

from tests.support.definitions import publish
from tests.support.people import make_unit
from tests.support.registers import loans


def figure(id: str, name: str, unit: str, mode: str = "N", **more: Any) -> tuple[str, dict[str, Any]]:
    """Write a figure."""
    body = {"figure": id, "name": name, "name_en": name, "means": f"{name}。", "means_en": name, "unit": unit}
    return "figure", body | {"mode": mode, "public": True} | more


SUM = {"sum": {"of": "registers.loans", "column": "credit"}}
COUNT = {"count": {"of": "registers.loans"}}
ROWS = [{"credit": 2.34}]
FIGURES = [
    figure("trial.credit", "授信额", "亿元", "S", digits=2, formula=SUM, report="F80",
           examples=[{"rows": ROWS, "gives": 2.34}]),
    figure("trial.yuan", "授信额（元）", "元", "S", formula=SUM, examples=[{"rows": ROWS, "gives": 234_000_000}]),
    figure("trial.loans", "协议", "笔", formula=COUNT, examples=[{"rows": ROWS, "gives": 1}]),
    figure("trial.over", "协议下限", "笔", "L", formula=COUNT, wording={"text": "{n}余"},
           examples=[{"rows": ROWS, "gives": 1}]),
    figure("trial.share", "首贷占比", "%", "R", digits=1,
           formula={"ratio": {"of": {"count": {"of": "registers.loans", "when": "is_first"}}, "over": COUNT}},
           examples=[{"rows": [{"is_first": True}], "gives": 100}]),
    figure("trial.later", "破产案件", "例", needs="justice", because="破产案件", because_en="Bankruptcies"),
    figure("trial.day", "统计日", "日期", "C", formula={"as_of": {}}),
]  # fmt: skip
TEMPLATE = (
    "report",
    {
        "report": "trial",
        "english": "Trial",
        "title": "授信情况报告",
        "office": "某区人民政府",
        "addressee": "各位委员：",
        "body": [
            {"heading": "一、情况"},
            {
                "text": "{span}，共{trial.over}协议，授信{F80}，合{trial.yuan}；"
                "受理破产案件{trial.later}。统计到{trial.day}。"
            },
            {
                "table": "授信",
                "heads": ["内容", "数值"],
                "rows": [{"label": "授信额", "figures": ["F80"]}, {"label": "协议", "figures": ["trial.loans"]}],
            },
            {"chart": "占比", "rows": [{"label": "首贷", "figures": ["trial.share"]}]},
        ],
    },
)


def prepare() -> None:
    """Make the units, and publish the register, its figures and the report."""
    make_unit("zjj"), make_unit("other"), make_unit("office")
    publish(loans(), *FIGURES, TEMPLATE)
