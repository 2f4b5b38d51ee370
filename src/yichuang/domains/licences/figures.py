"""What figures may count of the library: the licences that were collected, and their uses in cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Case, F, Value, When
from django.utils.translation import gettext_lazy as _

from yichuang.domains.licences.models import Licence, LicenceUse
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.figures.measures import Dating, Measure, flag, moment, register_measure, text
from yichuang.foundation.people.models import Unit


def _types(codes: Iterable[str]) -> Mapping[str, str]:
    wanted = set(codes)
    rows = definitions.published("licence_type").filter(code__in=wanted).order_by("code", "version")
    return dict(rows.values_list("code", "name"))


def _units(ids: Iterable[str]) -> Mapping[str, str]:
    rows = Unit.objects.filter(pk__in=set(ids)).values_list("pk", "short_name")
    return {str(key): name for key, name in rows}


register_measure(
    Measure(
        id="licences.licences",
        name=_("电子证照"),
        columns={
            "number": text("number", _("证照编号"), personal=True),
            "type": text("licence_type", _("证照类别"), names=_types),
            "issuer": text("issuer_id", _("颁发单位"), names=_units),
            "outside": flag("is_outside", _("外部归集")),
            "issued_on": moment("issued_at", _("颁发日期")),
        },
        rows=Licence.objects.all,
        dating=Dating("issued_at", recorded="issued_at", superseded=""),
        day="issued_on",
        opens=Licence,
        shows=("type", "number", "issuer", "issued_on"),
    ),
    Measure(
        id="licences.uses",
        name=_("证照调用"),
        columns={
            "type": text("licence__licence_type", _("证照类别"), names=_types),
            "issuer": text("licence__issuer_id", _("颁发单位"), names=_units),
            "unit": text("unit_id", _("调用单位"), names=_units),
            "item": text("item", _("事项")),
            "elsewhere": flag("is_elsewhere", _("颁发单位以外调用")),
            "used_on": moment("at", _("调用日期")),
        },
        rows=lambda: LicenceUse.objects.annotate(
            is_elsewhere=Case(When(unit=F("licence__issuer"), then=Value(False)), default=Value(True))
        ),
        dating=Dating("at", recorded="", dossier="dossier_id", superseded=""),
        day="used_on",
        opens=Licence,
        opened_by="licence_id",
        shows=("type", "issuer", "unit", "item", "used_on"),
    ),
)
