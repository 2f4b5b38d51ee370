"""
Measures: named lists of rows that figures may count, each with the columns that it may ask and how it stands in time.

A domain's `figures.py` registers its own when the app starts. A column that is not declared cannot be asked, and a test
goes through every measure: only records, dated rows, state spans and moments that are written once may be declared.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, CharField, Exists, Func, Model, OuterRef, Q, QuerySet
from django.db.models import Value as SqlValue
from django.db.models.functions import Cast, Concat

from yichuang.foundation.definitions.filters import to_q
from yichuang.foundation.figures.terms import FEN, Times, day_begins
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.visibility import RULES, referring, visible
from yichuang.foundation.records.models import Record
from yichuang.kernel.conditions import Condition, FactKind, FactType
from yichuang.kernel.indicators import Span

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from yichuang.foundation.definitions.folders import Folder

Value = str | int | Decimal | date | datetime | bool | None
Row = Mapping[str, Any]
"""One row, by the names of its measure's columns."""
Names = Callable[[Iterable[str]], Mapping[str, str]]
"""Gives the words for codes."""


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of a measure.

    `path` is how the rows' queryset names it. A moment is asked as its day of China. `unit` is `fen`, 元, 万元 or 亿元
    for money; in the database stands the value × 10^`scale`. Who `names` the codes, shows words instead of them.
    `personal` columns never leave for the public. Figures are told apart by columns that have words for their codes, by
    flags, and by those marked `apart`. Of a column that `repeats` few values percentiles are found by counting how
    often each is there, instead of sorting the rows. A month is kept as its first day, and written as a month.
    """

    path: str
    kind: FactKind
    name: StrOrPromise
    unit: str = ""
    is_moment: bool = False
    names: Names | None = None
    personal: bool = False
    choices: tuple[str, ...] = ()
    scale: int = 0
    is_list: bool = False
    is_duration: bool = False
    apart: bool = False
    repeats: bool = False
    is_month: bool = False

    @property
    def is_dimension(self) -> bool:
        """Say whether figures may be told apart by it."""
        return self.apart or self.names is not None or bool(self.choices) or self.kind is FactKind.BOOL

    @property
    def is_money(self) -> bool:
        """Say whether it is an amount of money."""
        return self.unit in FEN

    def value(self, stored: Any) -> Any:
        """Give what stands in the database in the column's unit: moments as days, numbers shifted back."""
        told = as_day(stored)
        if self.scale and isinstance(told, int | Decimal):
            return Decimal(told).scaleb(-self.scale)
        return told

    @property
    def fact(self) -> FactType:
        """Give the type that conditions are checked against."""
        if self.is_list:
            return FactType(FactKind.LIST, name=str(self.name), of=self.kind)
        return FactType(self.kind, self.unit, name=str(self.name), choices=self.choices)

    def words(self, codes: Iterable[Any]) -> Mapping[str, str]:
        """Give words for codes, where there are any."""
        return self.names({str(code) for code in codes if code is not None}) if self.names else {}


def text(
    path: str, name: StrOrPromise, *, names: Names | None = None, personal: bool = False, apart: bool = False
) -> Column:
    """Declare a column of texts or codes."""
    return Column(path, FactKind.TEXT, name, names=names, personal=personal, apart=apart)


def number(path: str, name: StrOrPromise, unit: str = "", *, repeats: bool = False) -> Column:
    """Declare a column of whole numbers; `unit` "fen" for money."""
    return Column(path, FactKind.NUMBER, name, unit, repeats=repeats)


def day(path: str, name: StrOrPromise) -> Column:
    """Declare a column of days."""
    return Column(path, FactKind.DATE, name)


def month(path: str, name: StrOrPromise) -> Column:
    """Declare a column of months, kept as their first days."""
    return Column(path, FactKind.DATE, name, is_month=True)


def moment(path: str, name: StrOrPromise) -> Column:
    """Declare a column of moments, which figures see as days of China."""
    return Column(path, FactKind.DATE, name, is_moment=True)


def duration(path: str, name: StrOrPromise) -> Column:
    """Declare a column of durations (`TenthsOfHours`), which figures see as hours."""
    return Column(path, FactKind.NUMBER, name, "小时", scale=1, is_duration=True, repeats=True)


def flag(path: str, name: StrOrPromise) -> Column:
    """Declare a yes-or-no column."""
    return Column(path, FactKind.BOOL, name)


class TenthsOfHours(Func):
    """A duration in tenths of hours: whole minutes (parts of one are cut off), half a tenth rounded up."""

    output_field = BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Read the seconds of an interval."""
        template = "floor((date_part('epoch', %(expressions)s) + 180) / 360)::bigint"
        return self.as_sql(compiler, connection, template=template, **more)

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Read the microseconds as which durations are kept."""
        return self.as_sql(compiler, connection, template="((%(expressions)s + 180000000) / 360000000)", **more)


@dataclass(frozen=True, slots=True)
class Dating:
    """
    How the rows of a measure stand in the two times; an empty path asks nothing.

    A row counts as of a day when it began by the end of it and had not ended by then, and for a moment of knowledge
    when it was recorded by then and not superseded. `in_days` says that begin and end are days, else moments.

    A table that does not keep when it learnt a row names in `dossier` the path of the dossier whose deed wrote it at
    the moment `begins`: then the record of that deed says it. `asking` is a filter of the table's own; `asking_apart`
    gives the same rows as filters that leave no row twice, which the database answers quicker than the one.

    Where every change writes a row of its own, `written` names the columns of when it was learnt and from when it is
    true: what was counted can be told again as long as there is none (`foundation/figures/keeping.py`).
    """

    begins: str = ""
    ends: str = ""
    recorded: str = "recorded_at"
    superseded: str = ""
    in_days: bool = False
    dossier: str = ""
    asking: Callable[[Times], Q] | None = None
    asking_apart: Callable[[Times], Sequence[Q]] | None = None
    written: tuple[str, str] | None = None

    def apart(self, times: Times) -> Sequence[Q]:
        """Filter the rows that hold for two times by filters of which every row passes one."""
        return self.asking_apart(times) if self.asking_apart else [self.holds(times)]

    def holds(self, times: Times) -> Q:
        """Filter the rows that hold for two times."""
        if self.asking is not None:
            return self.asking(times)
        end: Any = times.as_of if self.in_days else times.end
        found = Q()
        if self.begins:
            found &= Q((f"{self.begins}__{'lte' if self.in_days else 'lt'}", end))
        if self.ends:
            found &= Q((f"{self.ends}__isnull", True)) | Q((f"{self.ends}__{'gt' if self.in_days else 'gte'}", end))
        if times.known_at is None:
            return found & Q((f"{self.superseded}__isnull", True)) if self.superseded else found
        if self.recorded or self.dossier:
            found &= self.known(times.known_at)
        if self.superseded:
            gone = Q((f"{self.superseded}__isnull", True)) | Q((f"{self.superseded}__gt", times.known_at))
            found &= gone
        return found

    def known(self, at: datetime) -> Q:
        """Filter the rows that were recorded by a moment."""
        if not self.dossier:
            return Q((f"{self.recorded}__lte", at))
        stream = Concat(SqlValue("dossier/"), Cast(OuterRef(self.dossier), CharField()))
        return Q(Exists(Record.objects.filter(stream=stream, at=OuterRef(self.begins), recorded_at__lte=at)))


PERSONAL = "supervision.view"
"""The permission with which readers see who did what, in figures."""

DATED = Dating("valid_from", "valid_to", "recorded_at", "superseded_at", in_days=True)
"""Rows of the `Dated` mixin."""


@dataclass(frozen=True)
class Measure:
    """
    A named list of rows that figures count.

    `rows` gives the whole population, before the two times: those of `dating` are asked here, in one place. `day` names
    the column whose day places a row in a period; without it rows only stand. `region` names the column of the region
    code, empty where the rows are not told apart by region. `key` is the path of what identifies a row through all its
    corrections. `opens` is the model whose rows a reader may or may not open (`people.visible`), at the path
    `opened_by`, and `owned_by` the path of the unit that owns it, where rows bear that; `opening` says it in a way of
    its own; with neither, everybody may. `hides` names the columns that a reader does not see. `link` makes the address
    of the record's own page of a row's key and columns. `shows` are the columns of the list of rows; all of them where
    it is empty. Where columns are not simply there, `adding` adds those that are asked, and `compiling` makes a
    condition's annotations and filter.
    """

    id: str
    name: StrOrPromise
    columns: Mapping[str, Column]
    rows: Callable[[], QuerySet[Any, Any]]
    dating: Dating = DATED
    day: str = ""
    region: str = ""
    unit: str = ""
    key: str = "pk"
    opens: type[Model] | None = None
    opened_by: str = "pk"
    owned_by: str = ""
    purpose: str = "list"
    opening: Callable[[Actor, QuerySet[Any, Any]], QuerySet[Any, Any]] | None = None
    hides: Callable[[Actor], frozenset[str]] | None = None
    adding: Callable[[QuerySet[Any, Any], Collection[str], Times], QuerySet[Any, Any]] | None = None
    compiling: Callable[[Condition], tuple[dict[str, Any], Q]] | None = None
    link: Callable[[str, Row], str] | None = None
    shows: tuple[str, ...] = ()

    def population(
        self,
        times: Times,
        span: Span | None,
        day: str = "",
        names: Collection[str] = (),
        holding: Q | None = None,
    ) -> QuerySet[Any, Any]:
        """
        Give the rows that hold for the two times, in a region, in a period by the column `day`, with columns `names`.

        Without a day of its own a period goes by the measure's. `holding` are those of them that pass one filter of
        `Dating.apart`.
        """
        day = day or self.day
        rows = self.rows().filter(self.dating.holds(times) if holding is None else holding)
        if self.adding:
            within = [own_column(self, name) for name, _ in times.inside]
            asked = {*names, *within, *([self.region] if times.region else []), *([day] if span else [])} - {""}
            rows = self.adding(rows, asked, times)
        if times.region and self.region:
            rows = rows.filter(**{f"{self.columns[self.region].path}__startswith": times.region})
        for name, code in times.inside:
            rows = rows.filter(_has_code(self.columns[own_column(self, name)], code))
        return rows.filter(self.within(span, day)) if span and day else rows

    def within(self, span: Span, day: str) -> Q:
        """Filter the rows of a period."""
        column = self.columns[day]
        first: Any = day_begins(span.first) if column.is_moment else span.first
        after: Any = day_begins(span.after) if column.is_moment else span.after
        return Q((f"{column.path}__gte", first), (f"{column.path}__lt", after))

    def compiled(self, when: Condition | None) -> tuple[dict[str, Any], Q]:
        """Compile a condition: what rows are to be annotated with, and the filter over that."""
        if when is None:
            return {}, Q()
        return self.compiling(when) if self.compiling else ({}, to_q(when, self.paths))

    def open_to(self, actor: Actor, rows: QuerySet[Any, Any], *, counting: bool = False) -> QuerySet[Any, Any]:
        """
        Give those of the rows that a reader may open.

        `counting` reads every row and asks for the owner first. Where the first rows of an order are wanted, what may
        be opened is looked up beside them: the other form let the database walk the order (2 s of a million cases).
        """
        if self.opening is not None:
            return self.opening(actor, rows)
        if self.opens is None:
            return rows
        if counting:
            return referring(actor, rows, self.opens, path=self.opened_by, purpose=self.purpose, owner=self.owned_by)
        return rows.filter(**{f"{self.opened_by}__in": visible(actor, self.opens, self.purpose).values("pk")})

    @property
    def permission(self) -> str:
        """Name the permission without which no row opens; empty where there is none."""
        return RULES[self.opens].permission_for(self.purpose) if self.opens else ""

    def hidden_from(self, actor: Actor) -> frozenset[str]:
        """Name the columns that a reader does not see; personal ones are not for the public."""
        personal = frozenset(name for name, column in self.columns.items() if column.personal)
        own = self.hides(actor) if self.hides else frozenset()
        return own if actor.is_system or actor.may(PERSONAL) else own | personal

    @property
    def shown(self) -> tuple[str, ...]:
        """Name the columns of the list of rows."""
        return self.shows or tuple(self.columns)

    @property
    def facts(self) -> dict[str, FactType]:
        """Give the types of the columns that conditions may ask; moments are compared by the period alone."""
        return {
            name: column.fact for name, column in self.columns.items() if not (column.is_moment or column.is_duration)
        }

    def known(self, times: Times) -> QuerySet[Any, Any]:
        """Give every row that we had learnt of, whether it holds or not: none means that nobody keeps such records."""
        rows = self.rows()
        if times.known_at is None or not (self.dating.recorded or self.dating.dossier):
            return rows
        return rows.filter(self.dating.known(times.known_at))

    @property
    def paths(self) -> dict[str, str]:
        """Give the paths of the columns that conditions may ask."""
        return {
            name: column.path for name, column in self.columns.items() if not (column.is_moment or column.is_duration)
        }


@dataclass(frozen=True)
class Listing:
    """
    A measure whose rows are no table but stand in published definitions: the items of a flow, the codes of a list.

    `rows` reads what was in force as of the day. Each row has the declared columns; `key` names the one that identifies
    it. Everybody may read definitions, so every row opens.
    """

    id: str
    name: StrOrPromise
    columns: Mapping[str, Column]
    rows: Callable[[Times], Sequence[Row]]
    key: str
    link: Callable[[str, Row], str] | None = None
    shows: tuple[str, ...] = ()
    day: str = ""
    region: str = ""
    unit: str = ""

    def hidden_from(self, actor: Actor) -> frozenset[str]:
        """Name the columns that a reader does not see: none, for definitions are public."""
        return frozenset()

    @property
    def shown(self) -> tuple[str, ...]:
        """Name the columns of the list of rows."""
        return self.shows or tuple(self.columns)

    @property
    def facts(self) -> dict[str, FactType]:
        """Give the types of the columns, for conditions."""
        return {name: column.fact for name, column in self.columns.items()}


Source = Measure | Listing
UNIT = "unit"
"""The name by which readers ask for the column that a measure names as its unit."""


def own_column(source: Source, name: str) -> str:
    """Give the column that readers mean by a name; empty where a measure has none by which rows are told apart."""
    name = source.unit if name == UNIT and source.unit else name
    return name if name in source.columns and source.columns[name].is_dimension else ""


def _has_code(column: Column, code: str) -> Q:
    if column.kind is FactKind.BOOL:
        return Q((column.path, code == "True"))
    return Q((column.path, code)) if code else Q((column.path, "")) | Q((f"{column.path}__isnull", True))


Finder = Callable[[str, date, "Folder | None"], "Source | None"]

MEASURES: dict[str, Source] = {}
_finders: dict[str, tuple[Finder, str]] = {}


def register_measure(*measures: Source) -> None:
    """
    Make measures known, in a domain's `AppConfig.ready`.

    :raises AssertionError: another measure has the id, or a column that it names is not declared
    """
    for measure in measures:
        assert MEASURES.setdefault(measure.id, measure).name == measure.name, f"{measure.id} is taken"
        named = {measure.day, measure.region, measure.unit, *measure.shows} - {""}
        assert named <= set(measure.columns), f"{measure.id}: not declared: {named - set(measure.columns)}"


def register_finder(prefix: str, kind: str, find: Finder) -> None:
    """
    Let measures called `prefix.ID` be found by a function; ID is of a kind of definition: registers are such.

    The function is given ID, the day, and the folder of definitions that is being checked (None: what is published).
    """
    _finders[prefix] = (find, kind)


def measure_named(id: str, on: date, folder: Folder | None = None) -> Source | None:
    """Find a measure; None where there is none of that name."""
    room, _, rest = id.partition(".")
    if room in _finders:
        return _finders[room][0](rest, on, folder)
    return MEASURES.get(id)


def measure_names(folder: Folder) -> list[str]:
    """Name all measures there are, with those that a folder of definitions would make."""
    made = (f"{prefix}.{code}" for prefix, (_, kind) in _finders.items() for code in folder.codes(kind))
    return sorted({*MEASURES, *made})


def as_day(value: Value) -> Value:
    """Tell a moment as its day of China, anything else as it is."""
    return local_day(value) if isinstance(value, datetime) else value
