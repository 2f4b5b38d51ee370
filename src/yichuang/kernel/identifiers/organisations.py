"""统一社会信用代码 (GB 32100-2015) and the organisation code inside it (GB 11714-1997)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from stdnum.cn import uscc as _uscc

from yichuang.kernel.identifiers.typed import (
    CHARACTERS,
    DIGITS,
    NotAnIdentifier,
    SyntheticIdentifier,
    need_characters,
    need_length,
    tidy,
)

NAME: Final = "统一社会信用代码"
ORGANISATION: Final = "组织机构代码"

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The characters of a USCC: I O S V Z are left out, as they look like others."""

SYNTHETIC: Final = "9999"
"""Organisation codes that begin so are ours for demonstrations: no such numeric code is assigned [assumption]."""

AUTHORITIES: Final = {
    "1": "机构编制",
    "2": "外交",
    "3": "司法行政",
    "4": "文化",
    "5": "民政",
    "6": "旅游",
    "7": "宗教",
    "8": "工会",
    "9": "市场监管",
    "A": "军队编制",
    "N": "农业农村",
    "Y": "其他",
}
"""Who registers, by the first character; others are read too, as the list of the standard grows."""

_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class OrganisationCode:
    """Eight characters and a check character."""

    body: str
    check: str

    def __str__(self) -> str:
        return self.body + self.check

    @property
    def is_synthetic(self) -> bool:
        """Whether the code was made for demonstrations."""
        return self.body.startswith(SYNTHETIC)


@dataclass(frozen=True, slots=True)
class Uscc:
    """The code under which an organisation is known everywhere."""

    authority: str  # who registers: 1 机构编制, 5 民政, 9 市场监管 …
    category: str  # under 9: 1 企业, 2 个体工商户, 3 农民专业合作社
    region: str  # GB/T 2260, of the registering authority
    organisation: OrganisationCode
    check: str

    def __str__(self) -> str:
        return f"{self.authority}{self.category}{self.region}{self.organisation}{self.check}"

    @property
    def is_synthetic(self) -> bool:
        """Whether the code was made for demonstrations."""
        return self.organisation.is_synthetic

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is unusual and yet no reason to refuse: real codes are found with it."""
        right = _organisation_check(self.organisation.body)
        return () if self.organisation.check == right else ("其中的组织机构代码校验位不符（GB 11714）",)


def parse_uscc(text: str) -> Uscc:
    """
    Read a USCC as people type it.

    The check character of the organisation code inside is not insisted on: real codes exist that do not fit.

    >>> parse_uscc("1110 0000 0000 1333 8w").region
    '100000'

    :raises NotAnIdentifier: length, characters or check character are wrong
    """
    plain = tidy(text)
    need_length(plain, 18, name=NAME)
    need_characters(plain, ALPHABET, name=NAME, saying="数字或大写字母（不含 I、O、S、V、Z）")
    need_characters(plain[2:8], DIGITS, name=NAME, first=3, saying="数字（行政区划）")
    if plain[17] != _uscc.calc_check_digit(plain[:17]):
        raise NotAnIdentifier(NAME, "校验位不符，可能有一位抄错")
    return Uscc(plain[0], plain[1], plain[2:8], OrganisationCode(plain[8:16], plain[16]), plain[17])


def check_uscc(text: str, *, allow_synthetic: bool = False) -> str:
    """
    Give the USCC in its plain form.

    :raises NotAnIdentifier: it cannot be one
    :raises SyntheticIdentifier: it was made for demonstrations and these are not allowed here
    """
    found = parse_uscc(text)
    if found.is_synthetic and not allow_synthetic:
        raise SyntheticIdentifier(NAME)
    return str(found)


def make_uscc(*, authority: str, category: str, region: str, organisation: str) -> str:
    """
    Make the USCC of an organisation code, given with its check character or without.

    >>> make_uscc(authority="1", category="1", region="100000", organisation="00001333")
    '11100000000013338W'

    :raises NotAnIdentifier: a part is wrong
    """
    code = organisation if len(organisation) == 9 else make_organisation_code(organisation)
    body = f"{authority}{category}{region}{code}"
    need_length(body, 17, name=NAME)
    need_characters(body, ALPHABET, name=NAME, saying="数字或大写字母（不含 I、O、S、V、Z）")
    return str(parse_uscc(body + _uscc.calc_check_digit(body)))


def make_synthetic_uscc(serial: int, *, authority: str = "9", category: str = "1", region: str = "420106") -> str:
    """
    Make a USCC for demonstrations: a real region, an organisation code from the reserved range.

    >>> parse_uscc(make_synthetic_uscc(7)).is_synthetic
    True

    :raises ValueError: the serial does not fit (0 to 923520)
    """
    if not 0 <= serial < len(ALPHABET) ** 4:
        raise ValueError(f"synthetic USCC: serial {serial} does not fit")
    tail = ""
    while len(tail) < 4:
        serial, rest = divmod(serial, len(ALPHABET))
        tail = ALPHABET[rest] + tail
    return make_uscc(authority=authority, category=category, region=region, organisation=SYNTHETIC + tail)


def parse_organisation_code(text: str) -> OrganisationCode:
    """
    Read an organisation code, with its hyphen or without.

    >>> str(parse_organisation_code("01354454-1"))
    '013544541'

    :raises NotAnIdentifier: length, characters or check character are wrong
    """
    plain = tidy(text)
    need_length(plain, 9, name=ORGANISATION)
    need_characters(plain, CHARACTERS, name=ORGANISATION, saying="数字或大写字母")
    if plain[8] != _organisation_check(plain[:8]):
        raise NotAnIdentifier(ORGANISATION, "校验位不符，可能有一位抄错")
    return OrganisationCode(plain[:8], plain[8])


def check_organisation_code(text: str, *, allow_synthetic: bool = False) -> str:
    """
    Give the organisation code in its plain form.

    :raises NotAnIdentifier: it cannot be one
    :raises SyntheticIdentifier: it was made for demonstrations and these are not allowed here
    """
    found = parse_organisation_code(text)
    if found.is_synthetic and not allow_synthetic:
        raise SyntheticIdentifier(ORGANISATION)
    return str(found)


def make_organisation_code(body: str) -> str:
    """
    Make the organisation code of eight characters.

    :raises NotAnIdentifier: they are not eight, or of another kind
    """
    plain = tidy(body)
    need_length(plain, 8, name=ORGANISATION)
    need_characters(plain, CHARACTERS, name=ORGANISATION, saying="数字或大写字母")
    return plain + _organisation_check(plain)


def _organisation_check(body: str) -> str:
    total = sum(CHARACTERS.index(character) * weight for character, weight in zip(body, _WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]
