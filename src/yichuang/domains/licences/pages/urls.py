"""Addresses of the library."""

from django.urls import path

from yichuang.domains.licences.pages import keeping, showing

app_name = "licences"
urlpatterns = [
    path("licences", showing.listed, name="list"),
    path("licences/enter", keeping.enter, name="enter"),
    path("licences/<int:licence_id>/replace", keeping.replace, name="replace"),
    path("licences/<int:licence_id>/<slug:how>", keeping.change, name="change"),
    path("licences/<int:licence_id>", showing.show, name="show"),
]
