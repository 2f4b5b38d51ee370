"""Questions to the definition room: one version, what is in force on a day, rules, the calendar, office hours."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any, TypeVar

from django.db.models import QuerySet

from yichuang.foundation.definitions import index
from yichuang.foundation.definitions.differences import diff as difference
from yichuang.foundation.definitions.folders import exact
from yichuang.foundation.definitions.kinds import KINDS
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.definitions.problems import NotInForce
from yichuang.foundation.definitions.rules import PauseGround, Row, Rule
from yichuang.foundation.definitions.rules import pause_grounds as grounds
from yichuang.foundation.definitions.standard import CodeList, together
from yichuang.foundation.definitions.terms import CALENDAR, CODE_LIST, ELEMENT, RULE
from yichuang.kernel.bundles import Elements
from yichuang.kernel.calendars import Calendar, Notice, Office, OfficeHours

T = TypeVar("T")


def get(kind: str, code: str, version: int) -> Any:
    """
    Give what one version was parsed into, withdrawn or not: dossiers keep what they were pinned to.

    The object is immutable and the same one every time.

    :raises Definition.DoesNotExist: it was never published
    """
    for entry in index.versions(kind, code):
        if entry.version == version:
            return index.parsed(entry)
    raise Definition.DoesNotExist(f"{kind} {code} v{version}")


def version_in_force(kind: str, code: str, on: date) -> int:
    """
    Tell the version that new dossiers begin under on a day: the newest one valid then and not withdrawn.

    :raises NotInForce: there is none
    """
    return _entry_in_force(kind, code, on).version


def in_force(kind: str, code: str, on: date) -> Any:
    """
    Give what is in force on a day.

    :raises NotInForce: nothing of this name is in force
    """
    return index.parsed(_entry_in_force(kind, code, on))


def all_in_force(kind: str, on: date, codes: Collection[str] | None = None) -> dict[str, Any]:
    """Give everything of a kind (or what of it has one of these ids) that is in force on a day, by id, sorted."""
    wanted = index.codes(kind) if codes is None else sorted(codes)
    entries = [entry for code in wanted if (entry := _holding(kind, code, on)) is not None]
    return {entry.code: parsed for entry, parsed in zip(entries, index.parsed_all(entries), strict=True)}


def versions_in_force(kind: str, on: date, codes: Collection[str]) -> dict[str, int]:
    """Tell the versions of some definitions that are in force on a day, without reading them; others are left out."""
    found = {code: _holding(kind, code, on) for code in codes}
    return {code: entry.version for code, entry in found.items() if entry is not None}


def versions(kind: str, code: str) -> QuerySet[Definition]:
    """List all versions of a definition, newest first."""
    return Definition.objects.filter(kind=kind, code=code).order_by("-version")


def published(kind: str = "") -> QuerySet[Definition]:
    """List what was published, by kind and id, newest version first."""
    rows = Definition.objects.order_by("kind", "code", "-version")
    return rows.filter(kind=kind) if kind else rows


def diff(old: Definition, new: Definition) -> list[str]:
    """List how two versions differ, a readable line a difference."""
    return difference(exact(old.body), exact(new.body))


def kept(key: tuple[object, ...], kind: type[T], make: Callable[[], T]) -> T:
    """
    Give what `make` builds from published definitions, built once until anything is published or withdrawn.

    `key` begins with the name of the room that asks. What is kept is shared by all threads: it is immutable.
    """
    made = index.derived()
    if key not in made:
        made[key] = make()
    found = made[key]
    assert isinstance(found, kind)
    return found


def rule(key: str, on: date) -> Row:
    """
    Give the row of a dated rule that holds on a day: value, unit, basis, validity.

    :raises NotInForce: the rule has no row for that day
    """
    found = in_force(RULE, key, on)
    assert isinstance(found, Rule)
    row = found.row(on)
    if row is None:
        raise NotInForce(KINDS[RULE].label, key, on)
    return row


def pause_grounds(on: date) -> tuple[PauseGround, ...]:
    """
    List the reasons for which a clock may stand still on a day: the eight of the law first, then the others.

    :raises NotInForce: none are published for that day
    """
    return grounds(rule("pause_grounds", on))


def elements(on: date) -> Elements:
    """Give the element dictionary of a day: every data element and material by its code, of all files together."""
    return kept((ELEMENT, on), Elements, lambda: together(all_in_force(ELEMENT, on).values()))


def code_list(code: str, on: date) -> CodeList:
    """
    Give a code list as it stands on a day; code lists are never pinned.

    :raises NotInForce: there is none
    """
    found = in_force(CODE_LIST, code, on)
    assert isinstance(found, CodeList)
    return found


def calendar(on: date | None = None) -> Calendar:
    """
    Give the working calendar of all published notices, the newest version of each year.

    With `on`, only notices valid by that day count: what could be known then. Years without one are provisional.
    """
    return kept((CALENDAR, on), Calendar, lambda: Calendar.of(_notices(on)))


def office(on: date | None = None) -> Office:
    """Give the office in whose time clocks run: the calendar and the district's office hours."""
    return kept(("office", on), Office, lambda: Office(calendar(on), OfficeHours()))


def _notices(on: date | None) -> list[Notice]:
    notices = []
    for code in index.codes(CALENDAR):
        known = [each for each in index.versions(CALENDAR, code) if not each.is_withdrawn]
        if on is not None:
            known = [each for each in known if each.valid_from <= on]
        if known:
            notice = index.parsed(known[0])
            assert isinstance(notice, Notice)
            notices.append(notice)
    return notices


def _holding(kind: str, code: str, on: date) -> index.Entry | None:
    return next((each for each in index.versions(kind, code) if not each.is_withdrawn and each.holds(on)), None)


def _entry_in_force(kind: str, code: str, on: date) -> index.Entry:
    found = _holding(kind, code, on)
    if found is None:
        label = KINDS[kind].label if kind in KINDS else kind
        raise NotInForce(label, code, on)
    return found


def codes(kind: str) -> list[str]:
    """List the ids of a kind that were ever published."""
    return list(index.codes(kind))
