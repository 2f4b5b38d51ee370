"""The role matrix: what every role may do and where, and one role read by itself (M4)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.people.permissions import Allowance, Role, Scope, table
from yichuang.ui import menus
from yichuang.ui.words import listed


@page(permission="people.view")
def matrix(request: ActingRequest) -> HttpResponse:
    """Show the matrix of all roles; with `?role=` what this one role sees and may do, in words."""
    whole = table()
    chosen = request.GET.get("role", "")
    if chosen and chosen not in whole.roles:
        raise Http404
    roles = [whole.roles[chosen]] if chosen else list(whole.roles.values())
    given = {key for role in roles for key in role.may}
    rows = [
        {"name": str(name), "key": key, "cells": [_cell(role.may.get(key)) for role in roles]}
        for key, name in whole.permissions.items()
        if key in given
    ]
    apart = [" / ".join(sorted(map(whole.role_name, group))) for group in whole.apart]
    never = [whole.permission_name(key) for key in whole.permissions if key in whole.never_temporary]
    return render(
        request,
        "console/roles.html",
        {
            "every_role": whole.roles.values(),
            "roles": roles,
            "chosen": chosen,
            "rows": rows,
            "seen": _seen(roles[0]) if chosen else [],
            "apart": apart,
            "never": never,
        },
    )


def _seen(role: Role) -> list[dict[str, Any]]:
    """Tell the entries of each menu as somebody who holds this role alone finds them."""
    titles = {"public": _("门户"), "desk": _("工作台"), "console": _("管理台")}
    labels = {
        name: [link.label for link in menus.links(name, may=role.may.__contains__, here="")]
        for name in titles
        if name == "public" or role.is_staff
    }
    return [{"title": titles[name], "entries": entries} for name, entries in labels.items() if entries]


def _cell(allowance: Allowance | None) -> dict[str, Any] | None:
    if allowance is None:
        return None
    labels = {
        Scope.OWN: pgettext("scope", "本人"),
        Scope.MANDATE: _("受委托"),
        Scope.UNIT: _("本单位"),
        Scope.SUBTREE: _("本单位及下属"),
        Scope.REGION: _("本辖区"),
        Scope.ALL: _("全部"),
    }
    covered = allowance.masked | allowance.hidden
    return {"scopes": listed(labels[scope] for scope in Scope if scope in allowance.scopes), "covers": bool(covered)}
