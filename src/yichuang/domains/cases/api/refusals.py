"""The ways in which the API says no before a deed is tried."""

from __future__ import annotations

from collections.abc import Sequence

from yichuang.ui.api import Unfit


class NotReady(Unfit):
    """A draft is not ready to be handed in; everything that keeps it is named at once, with its place in the draft."""

    code = "cases.draft_not_ready"

    def __init__(self, wanting: Sequence[tuple[str, str]]) -> None:
        reasons = "；".join(dict.fromkeys(message.rstrip("。") for _where, message in wanting))
        super().__init__(f"草稿还不能提交：{reasons}。", wanting)


class WrongAnswer(Unfit):
    """An answer does not fit what was asked."""

    code = "cases.wrong_answer"

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}：{why}", [(f"body.{where}", why)])


class OutcomeUnknown(Unfit):
    """A step ends with one of the outcomes that its plan declares."""

    code = "cases.outcome_unknown"

    def __init__(self, outcome: str, choices: Sequence[str]) -> None:
        listed = "、".join(choices) or "无（请使用对应的决定接口）"
        why = f"该环节没有结果“{outcome}”，可以选择：{listed}。"
        super().__init__(why, [("body.outcome", why)])


class MaterialUnknown(Unfit):
    """The case has no material of this code."""

    code = "cases.material_unknown"

    def __init__(self, where: str, material: str, choices: Sequence[str]) -> None:
        why = f"本件没有材料“{material}”，可以选择：{'、'.join(choices)}。"
        super().__init__(why, [(where, why)])
