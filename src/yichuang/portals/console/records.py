"""The records as auditors read them: searched, verified and anchored (M4)."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yichuang.foundation.people.models import Account
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.records import commands, queries
from yichuang.foundation.records.models import Anchor, Record
from yichuang.foundation.records.terms import By
from yichuang.kernel import ledger
from yichuang.portals.console.names import names
from yichuang.ui import paging
from yichuang.ui.forms import Filters
from yichuang.ui.repeating import once

LATEST = 2000
"""How many of the latest records a search shows."""
PAGE = 50
AT_ONCE = 200_000
"""How many records are verified within one request; beyond that the command does it."""


class SearchForm(Filters):
    """What records are looked for."""

    kind = forms.CharField(label=gettext_lazy("种类"), required=False)
    stream = forms.CharField(
        label=gettext_lazy("记录流"), required=False, help_text=gettext_lazy("例如 system/2019-10-30")
    )
    account = forms.CharField(label=gettext_lazy("用户名"), required=False)

    def clean_account(self) -> int | None:
        """Find the account of a user name."""
        username = self.cleaned_data["account"]
        if not username:
            return None
        found = Account.objects.filter(username=username).values_list("pk", flat=True).first()
        if found is None:
            raise forms.ValidationError(_("没有这个用户名，请核对后再查。"))
        return found


@page(permission="records.view")
def latest(request: ActingRequest) -> HttpResponse:
    """Show the latest records, filtered by kind, stream and account."""
    return _shown(request, None)


@page(permission="records.verify")
@require_POST
def verify(request: ActingRequest) -> HttpResponse:
    """Verify all records against heads and anchors, and say OK or where it breaks."""
    if Record.objects.count() > AT_ONCE:
        messages.warning(request, _("记录太多，不能在页面上校验。请在服务器上运行 yichuang records verify。"))
        return _shown(request, None)
    key = ledger.public_key_of(commands.signing_key(settings.KEYS))
    return _shown(request, queries.verify(key))


@page(permission="records.anchor")
@require_POST
def anchor(request: ActingRequest) -> HttpResponse:
    """Sign the heads of all streams now."""

    def done() -> str:
        made = commands.anchor(at=request.at, keys=settings.KEYS)
        messages.success(
            request,
            _("已固化第%(number)s号：%(records)s条记录，%(streams)s条流。")
            % {"number": made.number, "records": made.records, "streams": made.streams},
        )
        return reverse("console:records")

    return once(request, done)


def _shown(request: ActingRequest, report: ledger.Report | None) -> HttpResponse:
    form = SearchForm(request.GET)
    found = queries.latest(LATEST, **form.cleaned_data) if form.is_valid() else Record.objects.none()
    rows = Paginator(found, PAGE).get_page(request.GET.get("page"))
    by = {row.pk: By.parse(row.by) for row in rows}
    named = names(request.actor, {each.account_id for each in by.values() if each.account_id is not None})
    told = [
        {
            "record": row,
            "who": named.get(by[row.pk].account_id or 0, _("系统")),
            "post": by[row.pk].as_post,
            "payload": row.payload,
        }
        for row in rows
    ]
    may = request.actor.may
    return render(
        request,
        "console/records.html",
        {
            "form": form,
            "told": told,
            "paging": paging.links(rows, request),
            "report": report,
            "anchor": Anchor.objects.order_by("-number").first(),
            "may_verify": may("records.verify"),
            "may_anchor": may("records.anchor"),
        },
    )
