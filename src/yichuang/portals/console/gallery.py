"""The component gallery as a page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.ui.gallery import gallery


@page(permission="gallery.view")
def shown(request: ActingRequest) -> HttpResponse:
    """Show every component with its examples."""
    return render(request, "console/gallery.html", gallery(request))
