"""The ways in which the register room says no; each tells the person what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from yichuang.foundation.registers.rules import Complaint
from yichuang.kernel.errors import NotPossible


class EntryFaulty(NotPossible):
    """Values do not fit the register; every one is told at once."""

    code = "registers.entry_faulty"
    status = 422

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        super().__init__("".join(each.message for each in complaints))
        self.complaints = tuple(complaints)
        self.errors = tuple((each.field, each.message) for each in complaints)


class AlreadyEntered(NotPossible):
    """What may stand only once stands already."""

    code = "registers.already_entered"

    def __init__(self, fields: str, number: int | None) -> None:
        if number is None:
            text = _("“%(fields)s”相同的条目已经登记。请核对，或修改那一条。") % {"fields": fields}
        else:
            told = {"fields": fields, "number": number}
            text = _("“%(fields)s”相同的条目已经登记，编号 %(number)d。请核对，或修改那一条。") % told
        super().__init__(text)


class ChangedMeanwhile(NotPossible):
    """Somebody else has changed the entry since the form was opened."""

    code = "registers.changed_meanwhile"

    def __init__(self, number: int) -> None:
        text = _("编号 %(number)d 的条目刚刚被别人修改过。请重新打开，核对后再保存；您填写的内容仍在下方。")
        super().__init__(text % {"number": number})


class NothingChanged(NotPossible):
    """The values are those that stand already."""

    code = "registers.nothing_changed"

    def __init__(self) -> None:
        super().__init__(_("内容没有变化，不需要保存。"))


class WrongState(NotPossible):
    """The entry stands where this cannot be done."""

    code = "registers.wrong_state"

    def __init__(self, number: int, state: str, wanted: str) -> None:
        text = _("编号 %(number)d 的条目现为“%(state)s”，不能%(wanted)s。")
        super().__init__(text % {"number": number, "state": state, "wanted": wanted})


class OwnWork(NotPossible):
    """Whoever wrote an entry does not check it."""

    code = "registers.own_work"
    basis = "双人核对"

    def __init__(self) -> None:
        super().__init__(_("这一条是您填写的，须由另一位同事核对。"))


class BeforeItBegan(NotPossible):
    """A day lies where it cannot."""

    code = "registers.before_it_began"

    def __init__(self, first: date) -> None:
        super().__init__(_("这一条自 %(first)s 起生效，不能从更早的日期撤下。") % {"first": first.isoformat()})


class ReasonMissing(NotPossible):
    """A deed that others must understand later needs its reason."""

    code = "registers.reason_missing"

    def __init__(self) -> None:
        super().__init__(_("请写明原因。"))


class RequestDecided(NotPossible):
    """A change request is decided once."""

    code = "registers.request_decided"

    def __init__(self) -> None:
        super().__init__(_("这份修改申请已经处理过。"))


class IsPromoted(NotPossible):
    """The entries have gone into the tables of a domain."""

    code = "registers.promoted"

    def __init__(self, to: str) -> None:
        text = _("这本台账已并入“%(to)s”，这里只能查看历史，请到那里办理。")
        super().__init__(text % {"to": to})


class ImportFaulty(NotPossible):
    """Rows of a file do not fit; nothing was taken in."""

    code = "registers.import_faulty"
    status = 422

    def __init__(self, count: int) -> None:
        super().__init__(_("文件有 %(count)d 处问题，没有导入任何内容。请改正后重新上传。") % {"count": count})


class NotTheSameFile(NotPossible):
    """What is imported must be the file that was tried."""

    code = "registers.not_the_same_file"

    def __init__(self) -> None:
        super().__init__(_("试读的结果已经失效（文件或台账有变化）。请重新上传试读。"))


class RestrictedLost(NotPossible):
    """A person who does not see a field cannot set it."""

    code = "registers.field_not_yours"

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(_("您不能填写“%(fields)s”。") % {"fields": "、".join(fields)})


class NotYourUpload(NotPossible):
    """A file beside an entry is one that its editor uploaded."""

    code = "registers.not_your_upload"

    def __init__(self) -> None:
        super().__init__(_("这个文件不是您上传的，或已用在别处；请重新上传。"))


class FromTheFuture(NotPossible):
    """What is not true yet is published when it is."""

    code = "registers.from_the_future"

    def __init__(self) -> None:
        super().__init__(_("起始日期不能晚于今天；尚未生效的内容请先存为草稿，到那天再发布。"))


class StepByStep(NotPossible):
    """Entries with a dossier are opened one by one."""

    code = "registers.step_by_step"

    def __init__(self) -> None:
        super().__init__(_("这本台账的每一条都有办理过程，须由填报人逐条登记，不能整表导入或申请新增。"))
