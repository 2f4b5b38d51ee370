"""The first page, and the pages about the house itself."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render

from yichuang.domains.catalogue import queries as catalogue
from yichuang.domains.catalogue.queries import Filters
from yichuang.domains.catalogue.terms import Serves
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.portals.public.demo import is_open
from yichuang.portals.public.landing import landing

THEMES, MATTERS = 12, 8
ROBOTS = """\
User-agent: *
Disallow: /account/
Disallow: /apply/
Disallow: /drafts/
Disallow: /me
Disallow: /track/
Disallow: /desk
Disallow: /dept
Disallow: /api/
"""


@page(public=True)
def home(request: ActingRequest) -> HttpResponse:
    """Lead to what people come for: search, the two entrances, themes, what is wanted most, progress of a case."""
    actor = request.actor
    hot = catalogue.popular(actor, MATTERS)
    entrances = [(side, catalogue.items(actor, Filters(serves=side.value)).count()) for side in Serves]
    context = {
        "entrances": [(str(side.label), side.value, count) for side, count in entrances],
        "themes": catalogue.themes(actor)[:THEMES],
        "is_hot": bool(hot),
        "suggested": hot or list(catalogue.items(actor)[:MATTERS]),
        "has_demo_doors": is_open(request),
    }
    return render(request, "public/home.html", context)


@page(public=True)
def begin(request: ActingRequest) -> HttpResponse:
    """Lead to the page on which the reader begins; a log-in that was asked for by no page ends here."""
    return redirect(landing(request.actor))


@page(public=True)
def about(request: ActingRequest) -> HttpResponse:
    """Say what this is and what it keeps of people."""
    return render(request, "public/about.html")


@page(public=True)
def help_page(request: ActingRequest) -> HttpResponse:
    """Say how to find, apply, follow and complain."""
    return render(request, "public/help.html")


@page(public=True)
def accessibility(request: ActingRequest) -> HttpResponse:
    """Say what was done so that everybody can use it, and whom to tell where it fails."""
    return render(request, "public/accessibility.html")


@page(public=True)
def robots(request: ActingRequest) -> HttpResponse:
    """Ask crawlers to keep to what is public; of a demo they are to keep nothing."""
    text = "User-agent: *\nDisallow: /\n" if settings.DEMO else ROBOTS
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
