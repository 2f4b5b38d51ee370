"""Addresses of figures."""

from django.urls import path

from yichuang.portals.figures import pages, publishing, timeliness

app_name = "figures"
urlpatterns = [
    path("figures", pages.listed, name="listed"),
    path("figures/publish", publishing.publish, name="publish"),
    path("figures/timeliness", timeliness.table, name="timeliness"),
    path("figures/published/<int:snapshot_id>", pages.snapshot, name="snapshot"),
    path("figures/<str:id>", pages.one, name="one"),
    path("figures/<str:id>/export", pages.export, name="export"),
]
