"""The pages of this room: choosing how large the interface is, and keeping views of lists."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.foundation.people import saving
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import NotPossible
from yichuang.ui.context import STYLE_COOKIE, STYLES

YEAR = 365 * 24 * 3600


@page(public=True)
@require_POST
def choose_style(request: HttpRequest) -> HttpResponseRedirect:
    """Keep the style in a cookie and go back to the page where it was chosen."""
    chosen = request.POST.get("style", "normal")
    here = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(here, {request.get_host()}, require_https=request.is_secure())
    answer = HttpResponseRedirect(here if is_ours else "/")
    answer.set_cookie(STYLE_COOKIE, chosen if chosen in STYLES else "normal", max_age=YEAR, samesite="Lax")
    return answer


@page(permission="account.use")
@require_POST
def keep_view(request: ActingRequest) -> HttpResponseRedirect:
    """Keep what a list shows under a name, and go back to it."""
    place, query = request.POST.get("place", "/"), request.POST.get("query", "")
    if not place.startswith("/") or not url_has_allowed_host_and_scheme(place, None):
        raise Http404
    try:
        kept = saving.keep_view(place=place, name=request.POST.get("name", ""), query=query, by=request.actor)
    except NotPossible as reason:
        messages.error(request, reason.message)
    else:
        messages.success(request, _("视图“%(name)s”已保存。") % {"name": kept.name})
    return HttpResponseRedirect(f"{place}?{query}" if query else place)


@page(permission="account.use")
@require_POST
def drop_view(request: ActingRequest, view_id: int) -> HttpResponseRedirect:
    """Drop one's own view and go back to its list."""
    place = saving.drop_view(view_id=view_id, by=request.actor)
    if not place:
        raise Http404
    return HttpResponseRedirect(place)
