"""The ways in which this room says no."""

from __future__ import annotations

from django.utils.translation import gettext as _

from yichuang.kernel.errors import NotPossible


class NothingToRetry(NotPossible):
    """Only an e-mail that was parked or refused can be sent again by hand here."""

    code = "notices.nothing_to_retry"

    def __init__(self, state: str) -> None:
        text = _("该消息%(state)s，不能在此重发；短信请到外部系统的消息中重发。请刷新页面查看其最新状态。")
        super().__init__(text % {"state": state})
