"""What programs are told of items."""

from __future__ import annotations

from datetime import date

from ninja import Schema
from pydantic import Field


class LimitOut(Schema):
    """A limit: so many units, and the law or promise that it comes from."""

    limit: int
    unit: str = Field(description="working_day, half_day, working_hour, calendar_day or month")
    basis: str


class ItemRow(Schema):
    """One item in a list."""

    id: str
    name: str
    code: str = Field(description="实施编码")
    unit: str = Field(description="code of the unit that decides")
    task_type: str
    handling: str = Field(description="INSTANT 即办件 or PROMISE 承诺件")
    promise: LimitOut | None
    online: bool
    window: bool
    persons: bool
    firms: bool


class ItemMaterialOut(Schema):
    """One material that is asked for."""

    code: str
    name: str
    need: str
    form: str
    copies: int
    source: str
    licence_type: str = Field(description="the licence that the library supplies instead; empty: handed in")
    filled_by_form: bool
    standard: str
    conditional: bool = Field(description="asked for in some situations only")


class ChoiceOut(Schema):
    """One answer to a question about the situation."""

    id: str
    label: str
    not_eligible: str = Field(description="why one who answers so cannot apply; empty if he can")


class SituationOut(Schema):
    """One question about the situation."""

    id: str
    question: str
    hint: str
    choices: list[ChoiceOut]


class StepOut(Schema):
    """One step of handling, as the guide tells it."""

    title: str
    units: list[str]
    days: int | None
    item: str = Field(description="the item that the step is, with a guide of its own; empty: none")
    beside: bool
    conditional: bool


class FeeOut(Schema):
    """One fee."""

    name: str
    amount_fen: int | None = Field(description="null where the amount is reckoned after the standard")
    standard: str
    basis: str


class ItemOut(Schema):
    """One item with its guide, as it is in force today."""

    id: str
    version: int
    in_force_from: date
    name: str
    code: str
    catalog_code: str
    unit: str
    unit_name: str
    task_type: str
    handling: str
    handling_system: str
    level: str
    serves: list[str]
    ways: list[str]
    visits: int
    legal: LimitOut | None = Field(description="null where the law gives none")
    promise: LimitOut | None
    acceptance: LimitOut | None
    form: str = Field(description="id of the form, see /forms/{code}; empty: none")
    result: str
    licence_type: str
    conditions: str
    commitment: bool
    materials: list[ItemMaterialOut]
    situations: list[SituationOut]
    steps: list[StepOut]
    total_days: int
    fees: list[FeeOut]
    basis: list[str]
    places: list[str]
    hours: str
    consult: str
    complain: str
