"""Addresses of the portal."""

from django.urls import path

from yichuang.portals.public import demo, mandates, pages, registers

app_name = "public"
urlpatterns = [
    path("", pages.home, name="home"),
    path("begin", pages.begin, name="begin"),
    path("about", pages.about, name="about"),
    path("help", pages.help_page, name="help"),
    path("a11y", pages.accessibility, name="accessibility"),
    path("robots.txt", pages.robots, name="robots"),
    path("me/mandates", mandates.listed, name="mandates"),
    path("me/mandates/<int:mandate_id>/end", mandates.end, name="mandate_end"),
    path("registers/<str:code>/<int:entry_id>", registers.of_entry, name="register_of_entry"),
    path("lists", registers.index, name="registers"),
    path("lists/<str:code>", registers.one, name="register"),
    path("lists/<str:code>/download", registers.download, name="register_download"),
    path("lists/<str:code>/files/<int:file_id>", registers.file, name="register_file"),
    path("lists/<str:code>/<int:number>", registers.entry, name="register_entry"),
    path("demo", demo.doors, name="demo"),
    path("demo/enter", demo.enter, name="demo_enter"),
    path("demo/clock", demo.shift, name="demo_clock"),
]
