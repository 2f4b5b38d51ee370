"""电子证照标识 (GB/T 36904-2018): root, type, issuer, serial, version and a check character."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from stdnum.iso7064 import mod_37_36

from yichuang.kernel.identifiers.organisations import parse_uscc
from yichuang.kernel.identifiers.typed import CHARACTERS, NotAnIdentifier, need_characters, need_length, tidy

NAME: Final = "电子证照标识"
ROOT: Final = "1.2.156.3005.2"


@dataclass(frozen=True, slots=True)
class LicenceIdentifier:
    """The name of one version of one licence, unique in the country."""

    type_code: str  # 21: USCC of who defines the type, and 3 more
    issuer: str  # USCC
    serial: str  # 1 to 32
    version: str  # 3
    check: str

    def __str__(self) -> str:
        return ".".join((ROOT, self.type_code, self.issuer, self.serial, self.version, self.check))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is unusual and yet no reason to refuse."""
        found = []
        for role, code in (("证照类型定义机构", self.type_code[:18]), ("颁发机构", self.issuer)):
            try:
                parse_uscc(code)
            except NotAnIdentifier as wrong:
                found.append(f"{role}的统一社会信用代码有误：{wrong.why}")
        return tuple(found)


def parse_licence_identifier(text: str) -> LicenceIdentifier:
    """
    Read a licence identifier with its dots.

    >>> parse_licence_identifier("1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F").serial
    '2430599'

    :raises NotAnIdentifier: root, number of parts, lengths, characters or check character are wrong
    """
    plain = tidy(text).replace("。", ".")
    if not plain.startswith(ROOT + "."):
        raise NotAnIdentifier(NAME, f"应以 {ROOT} 开头")
    parts = plain.removeprefix(ROOT + ".").split(".")
    if len(parts) != 5:
        raise NotAnIdentifier(NAME, f"{ROOT} 之后应有 5 段，现有 {len(parts)} 段")
    type_code, issuer, serial, version, check = parts
    _need_parts(type_code, issuer, serial, version)
    need_length(check, 1, name=f"{NAME}的校验位")
    if check != _check(type_code, issuer, serial, version):
        raise NotAnIdentifier(NAME, "校验位不符，可能有一位抄错")
    return LicenceIdentifier(type_code, issuer, serial, version, check)


def make_licence_identifier(*, type_code: str, issuer: str, serial: str, version: str = "001") -> str:
    """
    Make the identifier of a licence; the check character is ISO 7064 MOD 37,36 over all parts after the root.

    :raises NotAnIdentifier: a part is wrong
    """
    _need_parts(type_code, issuer, serial, version)
    return str(LicenceIdentifier(type_code, issuer, serial, version, _check(type_code, issuer, serial, version)))


def _need_parts(type_code: str, issuer: str, serial: str, version: str) -> None:
    need_length(type_code, 21, name=f"{NAME}的证照类型代码")
    need_length(issuer, 18, name=f"{NAME}的颁发机构代码")
    need_length(version, 3, name=f"{NAME}的版本号")
    if not 1 <= len(serial) <= 32:
        raise NotAnIdentifier(NAME, "流水号应为 1 至 32 位")
    for part in (type_code, issuer, serial, version):
        need_characters(part, CHARACTERS, name=NAME, saying="数字或大写字母")


def _check(*parts: str) -> str:
    check: str = mod_37_36.calc_check_digit("".join(parts))
    return check
