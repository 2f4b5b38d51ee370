"""The ways in which the API says no before a deed is tried."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from yichuang.ui import words
from yichuang.ui.api import Unfit


class NotReady(Unfit):
    """A draft is not ready to be handed in; everything that keeps it is named at once, with its place in the draft."""

    code = "cases.draft_not_ready"

    def __init__(self, wanting: Sequence[tuple[str, str]]) -> None:
        reasons = words.in_parts(dict.fromkeys(message.rstrip("。") for _where, message in wanting))
        super().__init__(_("草稿还不能提交：%(reasons)s。") % {"reasons": reasons}, wanting)


class WrongAnswer(Unfit):
    """An answer does not fit what was asked."""

    code = "cases.wrong_answer"

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}：{why}", [(f"body.{where}", why)])


class OutcomeUnknown(Unfit):
    """A step ends with one of the outcomes that its plan declares."""

    code = "cases.outcome_unknown"

    def __init__(self, outcome: str, choices: Sequence[str]) -> None:
        listed = words.listed(choices) or _("无（请使用对应的决定接口）")
        why = _("该环节没有结果“%(outcome)s”，可以选择：%(choices)s。") % {"outcome": outcome, "choices": listed}
        super().__init__(why, [("body.outcome", why)])


class MaterialUnknown(Unfit):
    """The case has no material of this code."""

    code = "cases.material_unknown"

    def __init__(self, where: str, material: str, choices: Sequence[str]) -> None:
        told = {"material": material, "choices": words.listed(choices)}
        why = _("本件没有材料“%(material)s”，可以选择：%(choices)s。") % told
        super().__init__(why, [(where, why)])
