"""Checking the numbers by which parties are known; those made for demonstrations pass in a demo folder alone."""

from __future__ import annotations

from yichuang.foundation.people.terms import IdKind
from yichuang.foundation.records.models import Folder
from yichuang.kernel.identifiers import check_resident_id, check_uscc, tidy


def checked_number(id_kind: str, number: str) -> str:
    """
    Give an identity number in its plain form; of kinds without check characters only the form is put right.

    :raises NotAnIdentifier: no such number can be; one made for demonstrations is taken in a demo alone
    """
    folder = Folder.objects.first()
    is_demo = folder is not None and folder.is_demo
    if id_kind == IdKind.RESIDENT:
        return check_resident_id(number, allow_synthetic=is_demo)
    if id_kind == IdKind.USCC:
        return check_uscc(number, allow_synthetic=is_demo)
    return tidy(number)
