"""
The one filter: what an actor may see of a model, compiled here and used by page, list, search, export and file alike.

A room registers each of its models once, in `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from yichuang.foundation.people.actors import Actor, Reach
from yichuang.foundation.people.masking import NUMBERS, mask, mask_in
from yichuang.foundation.people.permissions import Scope, table

M = TypeVar("M", bound=Model)
Branch = Q | QuerySet[Any] | None
"""A condition on the model, or a query of its primary keys; None adds nothing."""
ScopeFunction = Callable[[Reach], Branch]
WIDE = 50
"""Units from which on a reach goes over so much that reading the rows is quicker than gathering what they refer to."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How the scopes of the permission table become rows of one model."""

    permission: str
    purposes: Mapping[str, str] = field(default_factory=dict)
    own: ScopeFunction | None = None
    mandate: ScopeFunction | None = None
    units: ScopeFunction | None = None
    everything: ScopeFunction | None = None
    owner: str = ""

    def permission_for(self, purpose: str) -> str:
        """Name the permission that a purpose asks for."""
        return self.purposes.get(purpose, self.permission)


RULES: dict[type[Model], Rule] = {}


def register_scope(
    model: type[Model],
    *,
    permission: str,
    purposes: Mapping[str, str] | None = None,
    own: ScopeFunction | None = None,
    mandate: ScopeFunction | None = None,
    units: ScopeFunction | None = None,
    everything: ScopeFunction | None = None,
    owner: str = "",
) -> None:
    """
    Say how a model is filtered.

    `permission` is asked for every purpose that `purposes` does not name. Each function takes a `Reach` and gives a
    branch: `own` reads `reach.parties` (and `reach.actor.account_id`), `mandate` reads `reach.principals` (those who
    mandated every matter; cases of the others are seen by their own agent), `units`
    reads `reach.units`, the ids of own unit, subtree and region together. `everything` narrows even scope `all`,
    as for rows that are public; without it scope `all` sees every row. A scope without a function shows nothing.
    `owner` names the column of the unit that sees a row of its own whatever else is true, where there is such a one.
    """
    RULES[model] = Rule(permission, dict(purposes or {}), own, mandate, units, everything, owner)


def visible(actor: Actor, model: type[M], purpose: str = "list") -> QuerySet[M]:
    """
    Give the rows that the actor may see for a purpose (`list`, `work`, `export`, …).

    One branch becomes a plain filter, several become primary keys joined by UNION ALL: never an OR over joins.

    :raises LookupError: the model was never registered
    """
    rows = model._default_manager.all()
    _reach, branches = _seen_by(actor, model, purpose)
    if branches is None:
        return rows
    if not branches:
        return rows.none()
    if len(branches) == 1:
        return rows.filter(_condition(branches[0]))
    keys = [rows.filter(_condition(branch)).order_by().values("pk") for branch in branches]
    return rows.filter(pk__in=keys[0].union(*keys[1:], all=True))


def referring(
    actor: Actor, rows: QuerySet[M], model: type[Model], *, path: str, purpose: str = "list", owner: str = ""
) -> QuerySet[M]:
    """
    Filter rows of another model: those that refer by `path` to a row of this one which the actor may see.

    `owner` is the path of the unit that owns what is referred to, where the rows themselves bear it: whoever reaches
    over many units is shown what these own without a look at anything else.

    :raises LookupError: the model was never registered
    """
    reach, branches = _seen_by(actor, model, purpose)
    if branches is None:
        return rows
    if not branches:
        return rows.none()
    keys = [_keys(model, branch) for branch in branches]
    seen = Q((f"{path}__in", keys[0].union(*keys[1:], all=True) if len(keys) > 1 else keys[0]))
    if owner and _rule(model).owner and len(reach.units) >= WIDE:
        return rows.filter(Q((f"{owner}__in", reach.units)) | seen)
    return rows.filter(seen)


def visible_keys(actor: Actor, model: type[Model], purpose: str = "list") -> tuple[str, tuple[Any, ...]]:
    """Give the same filter as SQL and parameters that select primary keys, for statements written by hand."""
    compiled = visible(actor, model, purpose).order_by().values("pk").query.sql_with_params()
    return str(compiled[0]), tuple(compiled[1])


@dataclass(frozen=True, slots=True)
class Fields:
    """Which personal fields an actor sees masked, and which not at all."""

    masked: frozenset[str]
    hidden: frozenset[str]

    def show(self, name: str, value: str) -> str:
        """Give the value as this actor may see it."""
        if name in self.hidden:
            return ""
        return mask(value, table().masks[name]) if name in self.masked else value

    def show_text(self, text: str) -> str:
        """Give a text whose parts nobody can tell apart with the numbers in it as this actor may see them."""
        for name in sorted(self.masked | self.hidden):
            kind = table().masks[name]
            text = mask_in(text, kind) if kind in NUMBERS else text
        return text


def fields(actor: Actor, model: type[Model], purpose: str = "list", *, own: bool = False) -> Fields:
    """
    Tell which personal fields of a model's rows the actor sees masked or not at all.

    `own` says that the rows belong to the actor's own parties or principals; rights over units then do not matter.
    A field is shown as the most generous of the actor's roles allows; without any, all are hidden.
    """
    permission = _rule(model).permission_for(purpose)
    if actor.is_system:
        return Fields(frozenset(), frozenset())
    personal = {Scope.OWN, Scope.MANDATE}
    cells = [cell for grant in actor.grants if (cell := grant.allowance(permission))]
    cells = [cell for cell in cells if bool(cell.scopes & personal) == own or (cell.scopes - personal and not own)]
    everything = frozenset(table().masks)
    hidden, shut = everything, everything
    for cell in cells:
        hidden &= cell.hidden
        shut &= cell.hidden | cell.masked
    return Fields(masked=shut - hidden, hidden=hidden)


def _rule(model: type[Model]) -> Rule:
    if model not in RULES:
        raise LookupError(f"{model.__name__} has no scope; its room calls register_scope in AppConfig.ready")
    return RULES[model]


def _seen_by(actor: Actor, model: type[Model], purpose: str) -> tuple[Reach, list[Q | QuerySet[Any]] | None]:
    """Tell how far somebody reaches for a purpose, and the branches by which rows are seen; None: every row is."""
    rule = _rule(model)
    reach = actor.reach(rule.permission_for(purpose))
    return reach, None if reach.everything and rule.everything is None else _branches(rule, reach)


def _branches(rule: Rule, reach: Reach) -> list[Q | QuerySet[Any]]:
    asked = (
        (reach.everything, rule.everything),
        (bool(reach.parties) or reach.actor.is_known, rule.own if _holds(reach, Scope.OWN) else None),
        (bool(reach.actor.principal_ids), rule.mandate if _holds(reach, Scope.MANDATE) else None),
        (bool(reach.units), rule.units),
    )
    found = [function(reach) for holds, function in asked if holds and function is not None]
    return [branch for branch in found if branch is not None]


def _holds(reach: Reach, scope: Scope) -> bool:
    cells = (grant.allowance(reach.permission) for grant in reach.actor.grants)
    return any(scope in cell.scopes for cell in cells if cell)


def _keys(model: type[Model], branch: Q | QuerySet[Any]) -> QuerySet[Any, Any]:
    if isinstance(branch, Q):
        return model._default_manager.filter(branch).order_by().values("pk")
    return branch


def _condition(branch: Q | QuerySet[Any]) -> Q:
    return branch if isinstance(branch, Q) else Q(pk__in=branch)
