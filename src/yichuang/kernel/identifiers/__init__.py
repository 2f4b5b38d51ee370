"""Numbers that people copy: parse them, check them, make them.

`parse_…` takes a number as people type it (spaces, full-width characters, small letters) and gives its parts; a number
that cannot be one raises `NotAnIdentifier` with the reason and never with the number itself. `check_…` refuses, beyond
that, numbers made for demonstrations, unless `allow_synthetic`. `make_…` computes the check characters.
"""

from yichuang.kernel.identifiers.items import ItemCode, make_item_code, parse_item_code
from yichuang.kernel.identifiers.licences import LicenceIdentifier, make_licence_identifier, parse_licence_identifier
from yichuang.kernel.identifiers.numbers import (
    CaseNumber,
    ProjectCode,
    make_case_number,
    make_project_code,
    parse_case_number,
    parse_project_code,
)
from yichuang.kernel.identifiers.organisations import (
    OrganisationCode,
    Uscc,
    check_organisation_code,
    check_uscc,
    make_organisation_code,
    make_synthetic_uscc,
    make_uscc,
    parse_organisation_code,
    parse_uscc,
)
from yichuang.kernel.identifiers.residents import (
    ResidentId,
    check_resident_id,
    make_resident_id,
    make_synthetic_resident_id,
    parse_resident_id,
)
from yichuang.kernel.identifiers.typed import NotAnIdentifier, SyntheticIdentifier, is_valid, tidy

__all__ = [
    "CaseNumber",
    "ItemCode",
    "LicenceIdentifier",
    "NotAnIdentifier",
    "OrganisationCode",
    "ProjectCode",
    "ResidentId",
    "SyntheticIdentifier",
    "Uscc",
    "check_organisation_code",
    "check_resident_id",
    "check_uscc",
    "is_valid",
    "make_case_number",
    "make_item_code",
    "make_licence_identifier",
    "make_organisation_code",
    "make_project_code",
    "make_resident_id",
    "make_synthetic_resident_id",
    "make_synthetic_uscc",
    "make_uscc",
    "parse_case_number",
    "parse_item_code",
    "parse_licence_identifier",
    "parse_organisation_code",
    "parse_project_code",
    "parse_resident_id",
    "parse_uscc",
    "tidy",
]
