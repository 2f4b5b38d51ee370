"""Why a deed of this room is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from yichuang.foundation.people import holdings, queries
from yichuang.kernel.errors import NotPossible


class UsernameTaken(NotPossible):
    """Another account bears this user name or staff number."""

    code = "people.username_taken"

    def __init__(self, name: str) -> None:
        super().__init__(_("“%(name)s”已被使用。请换一个用户名，或查找已有的账号。") % {"name": name})


class NoSuchAccount(NotPossible):
    """Nobody logs in under this name."""

    code = "people.no_such_account"

    def __init__(self, username: str) -> None:
        super().__init__(_("没有用户名为“%(name)s”的账号，或账号已停用。请与办事人核对用户名。") % {"name": username})


class AccountOfStaff(NotPossible):
    """Staff do not apply under the account with which they decide."""

    code = "people.account_of_staff"

    def __init__(self, username: str) -> None:
        super().__init__(_("“%(name)s”是工作人员账号，不能用来申请。请让本人另行注册个人账号。") % {"name": username})


class OtherPerson(NotPossible):
    """An account is one person's."""

    code = "people.other_person"

    def __init__(self, username: str) -> None:
        super().__init__(_("账号“%(name)s”已核对为另一人。请与办事人核对用户名。") % {"name": username})


class StillHolding(NotPossible):
    """The account still holds things that somebody must take over."""

    code = "people.still_holding"

    def __init__(self, held: Mapping[str, Sequence[holdings.Held]]) -> None:
        counts = "、".join(
            _("%(label)s %(n)d 件") % {"label": holdings.HOLDINGS[name].label, "n": len(things)}
            for name, things in held.items()
        )
        super().__init__(_("该账号名下还有：%(counts)s。请先由负责人办理离岗交接，再停用账号。") % {"counts": counts})
        self.held = held


class AlreadyClosed(NotPossible):
    """The account was closed before."""

    code = "people.already_closed"

    def __init__(self) -> None:
        super().__init__(_("该账号已停用，不能再办理此操作。"))


class KeptApart(NotPossible):
    """Two roles that one person never holds together."""

    code = "people.kept_apart"
    basis = "GB/T 22239-2019 8.1.5 安全管理中心（系统管理、审计管理、安全管理分设）"

    def __init__(self, role: str, held: Sequence[str]) -> None:
        names = "、".join(queries.role_name(each) for each in held)
        super().__init__(
            _("%(role)s与%(others)s不能由同一人担任。请指定另一人，或先结束原有岗位。")
            % {"role": queries.role_name(role), "others": names}
        )


class NoSelfGrant(NotPossible):
    """Nobody grants a role to himself."""

    code = "people.no_self_grant"
    basis = "GB/T 22239-2019 8.1.5 安全管理中心（系统管理、审计管理、安全管理分设）"

    def __init__(self) -> None:
        super().__init__(_("不能给本人授予角色。请由另一位安全管理员办理。"))


class UnknownRole(NotPossible):
    """The permission table has no such role for staff."""

    code = "people.unknown_role"

    def __init__(self, role: str) -> None:
        super().__init__(_("权限表中没有可任命的角色“%(role)s”。请从角色列表中选择。") % {"role": role})


class TermTooLong(NotPossible):
    """Temporary staff always expire within a year."""

    code = "people.term_too_long"

    def __init__(self) -> None:
        super().__init__(_("劳务派遣、实习、志愿者、驻场运维人员须写明到期日，且不超过一年。请填写一年以内的到期日。"))


class WrongPeriod(NotPossible):
    """A time that ends before it begins."""

    code = "people.wrong_period"

    def __init__(self) -> None:
        super().__init__(_("结束时间须晚于开始时间。请检查起止时间。"))


class AlreadyAppointed(NotPossible):
    """The same role in the same unit is held in these days already."""

    code = "people.already_appointed"

    def __init__(self) -> None:
        super().__init__(_("此人在这段时间已在该单位担任该角色，不必重复任命。"))


class NotColleagues(NotPossible):
    """A substitute comes from the same unit as the absent."""

    code = "people.not_colleagues"

    def __init__(self) -> None:
        super().__init__(_("AB岗须由同一单位的在岗人员互为替补。请选择本单位的同事。"))


class NoSelfCover(NotPossible):
    """Nobody covers or succeeds himself."""

    code = "people.no_self_cover"

    def __init__(self) -> None:
        super().__init__(_("不能由本人接替本人。请选择另一人。"))


class ReasonMissing(NotPossible):
    """A reason must be given."""

    code = "people.reason_missing"

    def __init__(self) -> None:
        super().__init__(_("请写明理由；理由会记入记录，供以后核查。"))


class NotHeld(NotPossible):
    """What shall be moved is not held by the one who gives."""

    code = "people.not_held"

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__(
            _("交接清单已变化，以下各项不在交出人名下：%(keys)s。请刷新清单后再办理。") % {"keys": "、".join(keys)}
        )


class NothingToSign(NotPossible):
    """The hand-over does not wait for this person."""

    code = "people.nothing_to_sign"

    def __init__(self) -> None:
        super().__init__(_("这份交接不需要您签字，或您已经签过。"))
