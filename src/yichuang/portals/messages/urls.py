"""Addresses of a person's own messages."""

from django.urls import path

from yichuang.portals.messages import pages

app_name = "notices"
urlpatterns = [
    path("notices", pages.listed, name="list"),
    path("notices/read", pages.read_all, name="read_all"),
    path("notices/<int:notice_id>", pages.follow, name="follow"),
]
