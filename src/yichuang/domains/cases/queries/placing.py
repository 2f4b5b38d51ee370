"""Where a case lies: in which street, as far as that is known."""

from __future__ import annotations

from yichuang.domains.cases.rules import Application
from yichuang.domains.cases.terms import Channel
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people import queries as people
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Party, Unit
from yichuang.foundation.people.terms import DIGITS, Level, UnitKind
from yichuang.foundation.work.models import Dossier

FIELDS = "case_street"
"""The rule that names the addresses of forms by which a case is placed, in their order."""


def region_of(application: Application, *, unit: Unit, by: Actor, applicant: Party, project: Dossier | None) -> str:
    """
    Tell the region of a case: a street of the deciding unit's district, or that district where no street is known.

    The street office that decides it or takes it in comes first, then what the form says, then where the project and
    the applicant are.
    """
    district = unit.region_id[: DIGITS[Level.DISTRICT]]
    places = (
        unit.region_id if unit.kind == UnitKind.STREET else "",
        _taken_in(application, by),
        _written(application, district),
        project.region if project else "",
        applicant.region_id or "",
    )
    street = DIGITS[Level.STREET]
    return next((code[:street] for code in places if code.startswith(district) and len(code) >= street), district)


def _taken_in(application: Application, by: Actor) -> str:
    if application.channel != Channel.STREET:
        return ""
    desks = Unit.objects.filter(pk__in=by.unit_ids, kind=UnitKind.STREET).order_by("pk")
    return desks.values_list("region_id", flat=True).first() or ""


def _written(application: Application, district: str) -> str:
    """Find the first address of the form whose street is one of the district's."""
    names: list[str] = definitions.rule(FIELDS, local_day(application.received_at)).value
    told = (application.answers.get(name) for name in names)
    written = [address["street"] for address in told if isinstance(address, dict) and address.get("street")]
    return next((code for street in written if (code := people.street_written(str(street), district))), "")
