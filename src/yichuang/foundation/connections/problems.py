"""The ways in which this room says no."""

from __future__ import annotations

from django.utils.translation import gettext as _

from yichuang.kernel.errors import NotPossible


class NotConnected(NotPossible):
    """No system of this name is connected."""

    code = "connections.not_connected"

    def __init__(self, system: str) -> None:
        super().__init__(_("没有接入外部系统“%(system)s”。请先发布它的定义（systems/）。") % {"system": system})


class OtherMessage(NotPossible):
    """A key names one message for ever."""

    code = "connections.other_message"
    status = 422

    def __init__(self, key: str) -> None:
        super().__init__(_("编号 %(key)s 已用于另一条内容不同的消息。请换一个编号。") % {"key": key})


class NothingToRetry(NotPossible):
    """Only what was parked or refused can be sent again by hand."""

    code = "connections.nothing_to_retry"

    def __init__(self, state: str) -> None:
        super().__init__(_("该消息%(state)s，无需重发。请刷新页面查看其最新状态。") % {"state": state})


class ReasonMissing(NotPossible):
    """A connection is switched with a reason."""

    code = "connections.reason_missing"

    def __init__(self) -> None:
        super().__init__(_("请写明停用或启用的原因，原因会记入记录。"))
