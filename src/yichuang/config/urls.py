"""Every address of the house: found in the rooms, which give full paths; here stand only the few that have no room."""

from __future__ import annotations

from importlib.util import find_spec

from django.apps import apps
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_safe

from yichuang.config import api


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process serves and its database answers; for probes, so it shows nothing else."""
    connection.ensure_connection()
    return HttpResponse("ok", content_type="text/plain")


def of_rooms() -> list[URLResolver]:
    """Include the addresses of each room that has any: `pages/urls.py`, or `urls.py` for portals."""
    found = []
    for config in apps.get_app_configs():
        if config.name.startswith("yichuang."):
            modules = [f"{config.name}.pages.urls", f"{config.name}.urls"]
            found += [path("", include(module)) for module in modules if _exists(module)]
    return found


def _exists(module: str) -> bool:
    parent = module.rpartition(".")[0]
    spec = find_spec(parent)
    return spec is not None and spec.submodule_search_locations is not None and find_spec(module) is not None


API = api.make()

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("account/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", API.urls),
    *of_rooms(),
]

handler403 = "yichuang.config.errors.refused"
handler404 = "yichuang.config.errors.not_found"
handler500 = "yichuang.config.errors.failed"
