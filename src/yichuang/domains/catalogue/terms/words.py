"""The catalogue's words: the code lists of the national item fields (GB/T 39554.2-2020) and our own."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class HandlingType(models.TextChoices):
    """办件类型: decided on the spot, or within promised days."""

    INSTANT = "INSTANT", _("即办件")
    PROMISE = "PROMISE", _("承诺件")


class TaskType(models.TextChoices):
    """事项类型, codes of the national item fields."""

    PERMIT = "01", _("行政许可")
    PENALTY = "02", _("行政处罚")
    COMPULSION = "03", _("行政强制")
    LEVY = "04", _("行政征收")
    PAYMENT = "05", _("行政给付")
    INSPECTION = "06", _("行政检查")
    CONFIRMATION = "07", _("行政确认")
    AWARD = "08", _("行政奖励")
    RULING = "09", _("行政裁决")
    OTHER = "10", _("其他行政权力")
    SERVICE = "20", _("公共服务")


class Need(models.TextChoices):
    """必要性 of a material; what may be handed in later is accepted tolerantly (容缺)."""

    REQUIRED = "REQUIRED", _("必要")
    OPTIONAL = "OPTIONAL", _("非必要")
    DEFERRABLE = "DEFERRABLE", _("可容缺后补")


class MaterialForm(models.TextChoices):
    """材料类型."""

    ORIGINAL = "ORIGINAL", _("原件")
    COPY = "COPY", _("复印件")
    FORM = "FORM", _("表格")


class Medium(models.TextChoices):
    """材料形式."""

    PAPER = "1", _("纸质")
    ELECTRONIC = "2", _("电子")
    BOTH = "3", _("纸质或电子")


class Source(models.TextChoices):
    """来源渠道."""

    APPLICANT = "10", _("申请人自备")
    GOVERNMENT = "20", _("政府部门核发")
    OTHER = "99", _("其他")
    UNKNOWN = "", _("未注明")  # only in lists that were imported and in drafts


class ItemState(models.TextChoices):
    """Whether an item can be asked for today."""

    IN_FORCE = "IN_FORCE", _("在用")
    COMING = "COMING", _("尚未生效")
    ENDED = "ENDED", _("已停用")


class Serves(models.TextChoices):
    """服务对象, as the portal's two entrances."""

    PERSON = "person", _("个人")
    FIRM = "firm", pgettext_lazy("served", "企业")


class Way(models.TextChoices):
    """办理形式."""

    ONLINE = "online", _("网上办理")
    WINDOW = "window", _("窗口办理")


class HandlingSystem(models.TextChoices):
    """Where an item is really handled (practice 1)."""

    HERE = "HERE", _("本系统")
    PROVINCE = "PROVINCE", _("省一张网V3.0")
    NATIONAL = "NATIONAL", _("国垂")
    PROVINCIAL = "PROVINCIAL", _("省垂")
    MUNICIPAL = "MUNICIPAL", _("市垂")


class LinkMode(models.TextChoices):
    """How cases reach a system outside."""

    NONE = "NONE", _("无")
    INTERFACE = "INTERFACE", _("接口")
    EXCHANGE = "EXCHANGE", _("前置库交换")
    FILES = "FILES", _("文件导入导出")
    SCAN = "SCAN", _("扫码填单")
    RETYPE = "RETYPE", _("人工回填")


class TaskState(models.TextChoices):
    """事项状态 of a version that is edited or published, codes of the national item fields; 9 is ours."""

    DRAFT = "0", _("待提交")
    CHECKED = "1", _("已审定")
    PUBLISHED = "2", _("已发布")
    SENT_BACK = "3", _("审核驳回")
    CANCELLED = "9", _("已取消")


class UseLevel(models.TextChoices):
    """行使层级."""

    NATIONAL = "1", _("国家级")
    PROVINCE = "2", _("省级")
    CITY = "3", _("市级")
    DISTRICT = "4", _("区级")
    STREET = "5", _("街道级")
    COMMUNITY = "6", _("社区级")


class PowerSource(models.TextChoices):
    """权力来源."""

    OWN = "1", _("法定本级行使")
    HANDED_DOWN = "2", _("上级下放")
    AUTHORISED_ABOVE = "3", _("上级授权")
    AUTHORISED_BESIDE = "4", _("同级授权")
    ENTRUSTED_ABOVE = "5", _("上级委托")
    ENTRUSTED_BESIDE = "6", _("同级委托")


class BodyType(models.TextChoices):
    """实施主体性质."""

    ORGAN = "1", _("法定机关")
    AUTHORISED = "2", _("授权组织")
    ENTRUSTED = "3", _("受委托组织")


class Server(models.TextChoices):
    """服务对象, as the national fields know them."""

    PERSON = "1", _("自然人")
    COMPANY = "2", _("企业法人")
    INSTITUTION = "3", _("事业法人")
    SOCIAL = "4", _("社会组织法人")
    UNINCORPORATED = "5", _("非法人企业")
    AUTHORITY = "6", _("行政机关")
    OTHER = "9", _("其他组织")


class HandleArea(models.TextChoices):
    """通办范围."""

    NATION = "1", _("全国通办")
    PROVINCES = "2", _("跨省通办")
    PROVINCE = "3", _("全省通办")
    CITY = "4", _("同城通办")
    DISTRICT = "5", _("区内通办")


class ProvinceMode(models.TextChoices):
    """全省通办方式: an item is taken in anywhere in the province and decided by the competent body (S32)."""

    ONLINE = "ONLINE", _("全程网办")
    FORWARDED = "FORWARDED", _("收受分离")
    JOINT = "JOINT", _("联办")


class OnlineDepth(models.TextChoices):
    """网办深度."""

    TOLD = "I", _("Ⅰ级（网上查询）")
    DOWNLOADED = "II", _("Ⅱ级（表格下载）")
    BEGUN = "III", _("Ⅲ级（网上受理）")
    WHOLE = "IV", _("Ⅳ级（全程网办）")


class OnlineStage(models.TextChoices):
    """How far an item goes online, finer than the depth."""

    CONSULT = "1", _("咨询")
    RECEIVE = "2", _("收件")
    PRECHECK = "3", _("预审")
    ACCEPT = "4", pgettext_lazy("stage", "受理")
    HANDLE = "5", _("办理")
    RESULT = "6", _("结果反馈")
    LICENCE = "7", _("电子证照反馈")


class HandleType(models.TextChoices):
    """办理形式 of the national fields."""

    WINDOW = "window", _("窗口办理")
    ONLINE = "online", _("网上办理")
    MAIL = "mail", _("邮寄办理")
    KIOSK = "kiosk", _("自助办理")


class ResultType(models.TextChoices):
    """结果类型."""

    LICENCE = "licence", _("证照")
    APPROVAL = "approval", _("批文")
    PROOF = "proof", _("证明")
    OTHER = "other", _("其他")


class ExemptMode(models.TextChoices):
    """What spares the applicant a material."""

    SHARED_DATA = "shared_data", _("数据共享")
    LICENCE = "ecert", _("电子证照")
    COMMITMENT = "promise", _("告知承诺")
    MERGED = "merged", _("并入申请表")


class PlaceKind(models.TextChoices):
    """What kind of place an item is handled at; all but the hall are near people (就近办)."""

    HALL = "hall", _("政务服务大厅")
    STREET = "street", _("街道")
    COMMUNITY = "community", _("社区")
    KIOSK = "kiosk", _("自助终端")
    BANK = "bank", _("银行网点")
    PARK = "park", _("园区楼宇")
