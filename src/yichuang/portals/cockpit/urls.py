"""Addresses of the cockpit."""

from django.urls import path

from yichuang.portals.cockpit import pages

app_name = "cockpit"
urlpatterns = [
    path("cockpit", pages.cockpit, name="cockpit"),
    path("cockpit/wall", pages.wall, name="wall"),
    path("cockpit/export", pages.export, name="export"),
    path("cockpit/projects", pages.projects, name="projects"),
]
