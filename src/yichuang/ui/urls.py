"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from yichuang.ui import pages

app_name = "ui"
urlpatterns = [
    path("ui/style", pages.choose_style, name="style"),
    path("ui/views", pages.keep_view, name="keep_view"),
    path("ui/views/<int:view_id>/drop", pages.drop_view, name="drop_view"),
]
