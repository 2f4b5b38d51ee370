"""The ways in which the paper room says no."""

from __future__ import annotations

from django.utils.translation import gettext as _

from yichuang.kernel.errors import NotPossible


class NotReady(NotPossible):
    """A paper is not there yet, or no longer."""

    code = "documents.not_ready"

    def __init__(self, name: str, state: str) -> None:
        text = _("《%(name)s》%(state)s，现在不能打印。正在生成的请稍后再试；已作废或撤销的不再出具。")
        super().__init__(text % {"name": name, "state": state})


class AlreadyEnded(NotPossible):
    """A paper was made void or revoked before."""

    code = "documents.already_ended"

    def __init__(self, name: str, state: str) -> None:
        super().__init__(_("《%(name)s》%(state)s，不能再次作废或撤销。") % {"name": name, "state": state})


class ReasonNeeded(NotPossible):
    """A reprint says why."""

    code = "documents.reason_needed"

    def __init__(self, names: str) -> None:
        super().__init__(_("%(names)s 已经打印过。补打请写明原因（如“申请人遗失”）。") % {"names": names})


class NoSuchForm(NotPossible):
    """A paper cannot be printed in this format."""

    code = "documents.no_such_form"

    def __init__(self, name: str, form: str) -> None:
        text = _("《%(name)s》没有“%(form)s”格式。请改用 A4，或在文书定义中补上该格式。")
        super().__init__(text % {"name": name, "form": form})


class SerialsWrong(NotPossible):
    """Serial numbers do not make a series, or are there already."""

    code = "documents.serials_wrong"

    def __init__(self, reason: str) -> None:
        super().__init__(_("印制号有误：%(reason)s。请核对首号和末号后重新登记。") % {"reason": reason})


class BlankNotThere(NotPossible):
    """A blank certificate is not where the deed needs it."""

    code = "documents.blank_not_there"

    def __init__(self, serials: str, wanted: str) -> None:
        text = _("印制证 %(serials)s 不是“%(wanted)s”状态，不能办理。请先核对台账和实物。")
        super().__init__(text % {"serials": serials, "wanted": wanted})
