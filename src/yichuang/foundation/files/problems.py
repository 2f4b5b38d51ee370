"""The ways in which the file room says no; each tells the person what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from yichuang.foundation.files.terms import KINDS_IN_WORDS, MEGABYTE
from yichuang.kernel.errors import NotPossible


class FileRefused(NotPossible):
    """A file is not taken in; the kinds below say why."""

    code = "files.refused"


class EmptyFile(FileRefused):
    """There is nothing in it."""

    code = "files.empty"

    def __init__(self, name: str) -> None:
        super().__init__(_("「%(name)s」是空文件。请重新扫描或另存后再上传。") % {"name": name})


class TooBig(FileRefused):
    """It is bigger than the limit."""

    code = "files.too_big"

    def __init__(self, name: str, size: int, limit: int) -> None:
        text = _(
            "「%(name)s」有 %(size)s MB，超过 %(limit)s MB 的上限。"
            "请降低扫描分辨率（200 dpi 灰度即可）或拆成几个文件上传。"
        )
        super().__init__(text % {"name": name, "size": f"{size / MEGABYTE:.1f}", "limit": f"{limit / MEGABYTE:g}"})
        self.size, self.limit = size, limit


class KindNotAllowed(FileRefused):
    """Its content is none of the eight kinds."""

    code = "files.kind_not_allowed"

    def __init__(self, name: str) -> None:
        text = _("「%(name)s」的内容不是可接收的类型。请上传 %(kinds)s 文件；加了密码的文档请先去掉密码。")
        super().__init__(text % {"name": name, "kinds": KINDS_IN_WORDS})


class KindMismatch(FileRefused):
    """Its content is another kind than its suffix promises."""

    code = "files.kind_mismatch"

    def __init__(self, name: str, suffix: str, found: str) -> None:
        text = _("「%(name)s」的后缀是“%(suffix)s”，内容却是 %(found)s。请核对文件，改正后缀或另存为正确的类型再上传。")
        if not suffix:
            text = _("「%(name)s」没有后缀，内容是 %(found)s。请把文件名改为“%(name)s.%(kind)s”再上传。")
        said = {"name": name, "suffix": f".{suffix}", "found": found.upper(), "kind": found.lower()}
        super().__init__(text % said)


class SuffixNotAllowed(FileRefused):
    """Its suffix is none of ours, and its content says no more than that it is text."""

    code = "files.suffix_not_allowed"

    def __init__(self, name: str, suffix: str) -> None:
        text = _("「%(name)s」是“%(suffix)s”文件，不能上传。请另存为以下类型之一再上传：%(kinds)s。")
        super().__init__(text % {"name": name, "suffix": f".{suffix}", "kinds": KINDS_IN_WORDS})


class Encrypted(FileRefused):
    """It opens only with a password."""

    code = "files.encrypted"

    def __init__(self, name: str) -> None:
        super().__init__(_("「%(name)s」设有密码，工作人员打不开。请去掉密码后再上传。") % {"name": name})


class Broken(FileRefused):
    """It is of the right kind but cannot be opened."""

    code = "files.broken"

    def __init__(self, name: str, kind: str) -> None:
        text = _("「%(name)s」不是完好的 %(kind)s 文件，打不开。请在电脑上打开核对后重新导出或扫描。")
        super().__init__(text % {"name": name, "kind": kind.upper()})


class Bomb(FileRefused):
    """Opened it would be far bigger than it looks, or reach where it should not."""

    code = "files.bomb"

    def __init__(self, name: str, what: str) -> None:
        text = _("「%(name)s」展开后%(what)s，可能损坏系统。请换一份正常导出的文件上传。")
        super().__init__(text % {"name": name, "what": what})


class ActiveContent(FileRefused):
    """It carries a program."""

    code = "files.active_content"

    def __init__(self, name: str, what: str) -> None:
        text = _("「%(name)s」里带有%(what)s。请另存为不带%(what)s的文件再上传。")
        super().__init__(text % {"name": name, "what": what})


class SecretMark(FileRefused):
    """It bears the mark of a state secret (practice 11): secret matter stays out."""

    code = "files.secret_mark"
    basis = "保守国家秘密法（2010年修订） 第二十六条"

    def __init__(self, name: str, mark: str) -> None:
        text = _(
            "「%(name)s」带有「%(mark)s」密级标志。本系统严禁上传涉密信息，文件没有保存；"
            "请立即从本机联网环境移走，并按保密规定处理。"
        )
        super().__init__(text % {"name": name, "mark": mark})


class BadName(FileRefused):
    """Nothing is left of its name."""

    code = "files.bad_name"

    def __init__(self) -> None:
        super().__init__(_("文件名不可用。请改成普通的名称（如“营业执照.pdf”）再上传。"))


class Infected(FileRefused):
    """The scanner found a virus."""

    code = "files.infected"

    def __init__(self, name: str, virus: str) -> None:
        text = _("「%(name)s」查出病毒（%(virus)s），没有保存。请杀毒后换一份干净的文件上传。")
        super().__init__(text % {"name": name, "virus": virus})


class NotJoinable(FileRefused):
    """It has no such page: only pictures and PDFs have pages."""

    code = "files.not_joinable"

    def __init__(self, name: str) -> None:
        text = _("「%(name)s」不能合并：只有 JPG、PNG 和 PDF 的页面可以。请把它移出，或另存为 PDF 再上传。")
        super().__init__(text % {"name": name})


class NothingToJoin(FileRefused):
    """No page is left, one of them is no longer there, or there are too many."""

    code = "files.nothing_to_join"

    def __init__(self, most: int) -> None:
        text = _("没有可合并的页面，或页面超过 %(most)s 页、已被删除。请返回材料页核对后重试。")
        super().__init__(text % {"most": most})


class NotYetScanned(NotPossible):
    """The scanner has not answered yet; until then nobody is served the file."""

    code = "files.not_yet_scanned"

    def __init__(self, name: str) -> None:
        super().__init__(_("「%(name)s」正在查毒，请稍后再打开。") % {"name": name})


class UnderHold(NotPossible):
    """A legal hold forbids to erase the file."""

    code = "files.under_hold"

    def __init__(self, name: str) -> None:
        text = _("「%(name)s」已被依法保全，不能删除。请先由作出保全的人员解除。")
        super().__init__(text % {"name": name})


class StillUsed(NotPossible):
    """The file hangs on something."""

    code = "files.still_used"

    def __init__(self, name: str) -> None:
        super().__init__(_("「%(name)s」已附在办件或文书上，不能单独删除。") % {"name": name})
