"""What the address of the cockpit says: for which day, which unit, which street; who may ask for which unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.foundation.figures import queries
from yichuang.foundation.figures.measures import UNIT
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Region, Unit
from yichuang.foundation.people.pages import ActingRequest
from yichuang.foundation.people.terms import Level, UnitKind
from yichuang.portals.cockpit.terms import KEY, VIEW
from yichuang.ui.figures import query_of
from yichuang.ui.forms import Filters


class CockpitForm(Filters):
    """For which day, which unit and which street; in the address."""

    as_of = forms.DateField(label=gettext_lazy("统计日"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("单位"), required=False)
    region = forms.ChoiceField(label=gettext_lazy("街道"), required=False)

    def __init__(
        self,
        *args: Any,
        units: list[tuple[str, str]],
        streets: list[tuple[str, str]],
        today: date,
        **kwargs: Any,
    ) -> None:
        """Offer the units and the streets that the reader may see alone."""
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["region"].choices = streets  # type: ignore[attr-defined]

    def clean_as_of(self) -> date | None:
        """Hold the day to those that are known: not ahead, and not before the figures were defined."""
        day: date | None = self.cleaned_data["as_of"]
        if day is not None and day > self.today:
            raise forms.ValidationError(_("统计日不能晚于今天。"))
        if day is not None and not set(KEY) & set(queries.figures(day)):
            raise forms.ValidationError(_("这一天还没有生效的指标定义，请选更近的日子。"))
        return day


@dataclass(frozen=True)
class Asked:
    """
    What the page is asked for. `unit` is empty for the whole district; `today` is the reader's day.

    A street office stands for its street: cases in it are counted, whoever decides them. `street` is one that was
    chosen beside the unit.
    """

    times: Times
    unit: str
    unit_name: str
    street: str
    streets: dict[str, str]
    today: date
    form: CockpitForm

    @property
    def is_today(self) -> bool:
        """Say whether it is asked for today: what has no past is shown then alone."""
        return self.times.as_of == self.today

    @property
    def district(self) -> Asked:
        """Ask the same for the whole district: what the city says of it is not told apart."""
        return replace(self, times=Times(self.times.as_of), unit="")

    @property
    def of_unit(self) -> Asked:
        """Ask the same of what the unit itself is responsible for, a street office too: its projects."""
        return replace(self, times=Times(self.times.as_of, None, self.street, _inside(self.unit)))

    @property
    def query(self) -> str:
        """Write it as the query of an address."""
        pairs = {"as_of": self.times.as_of.isoformat(), "unit": self.unit, "region": self.street}
        return urlencode({name: value for name, value in pairs.items() if value})

    def rows(self, id: str, as_of: date | None = None, inside: tuple[tuple[str, str], ...] = (), part: str = "") -> str:
        """Give the address of the rows behind a figure."""
        times = Times(as_of or self.times.as_of, None, self.times.region, (*self.times.inside, *inside))
        return f"{_page_of(id)}?{query_of(times, part=part)}#rows"

    def groups(self, id: str, by: str) -> str:
        """Give the address of a figure told apart by a column."""
        return f"{_page_of(id)}?{query_of(self.times, by=by)}#groups"


@cache
def _page_of(id: str) -> str:
    return reverse("figures:one", args=[id])


def asked(request: ActingRequest) -> Asked:
    """Read what a page is asked for; what cannot be read is told at its field, and today and everything are taken."""
    units, sees_all = _units(request.actor)
    streets, is_of_street = _streets(units, sees_all)
    everything = [("", _("全区"))]
    choices = [*(everything if sees_all else []), *((unit.code, unit.short_name) for unit in units)]
    offered = [*([] if is_of_street else everything), *streets.items()]
    today = local_day(request.at)
    given = request.GET.copy()
    if not given.get("as_of"):
        given["as_of"] = today.isoformat()
    form = CockpitForm(given, units=choices, streets=offered, today=today)
    form.is_valid()
    told: dict[str, Any] = form.cleaned_data
    code, label = next((each for each in choices if each[0] == told.get("unit")), choices[0])
    office = {unit.code: unit.region_id for unit in units if unit.kind == UnitKind.STREET and unit.region_id in streets}
    street = "" if code in office else told.get("region") or ""
    times = Times(told.get("as_of") or today, None, office.get(code, street), _inside("" if code in office else code))
    return Asked(times, code, label, street, streets, today, form)


def _inside(unit: str) -> tuple[tuple[str, str], ...]:
    return ((UNIT, unit),) if unit else ()


def _units(actor: Actor) -> tuple[list[Unit], bool]:
    """List the units that the reader may look at, those that he is of first, and say whether it is everything."""
    reach = actor.units(VIEW)
    rows = Unit.objects.order_by("rank", "code")
    if reach is None:
        return list(rows), True
    return sorted(rows.filter(pk__in=reach), key=lambda unit: unit.pk not in actor.unit_ids), False


def _streets(units: list[Unit], sees_all: bool) -> tuple[dict[str, str], bool]:
    """Name the streets that may be chosen: for somebody of a street those of his units, and say so; else every one."""
    found = dict(Region.objects.filter(level=Level.STREET).order_by("code").values_list("code", "name"))
    own = {code: name for code, name in found.items() if any(unit.region_id.startswith(code) for unit in units)}
    return (own, True) if own and not sees_all else (found, False)
