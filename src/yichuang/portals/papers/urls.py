"""Addresses of files and papers, and of the public check."""

from django.urls import path

from yichuang.portals.papers import checking, pages, papers, room

app_name = "files"
urlpatterns = [
    path("files/<int:file_id>", pages.show, name="show"),
    path("files/<int:file_id>/preview", pages.preview, name="preview"),
    path("papers/<int:paper_id>", papers.show, name="paper"),
    path("papers/<int:paper_id>.pdf", papers.pdf, name="paper_pdf"),
    path("papers/<int:paper_id>/make", papers.make, name="paper_make"),
    path("papers/print", papers.print_papers, name="print"),
    path("papers/seals", room.seals, name="seals"),
    path("papers/reprints", room.reprints, name="reprints"),
    path("papers/blanks", room.blanks, name="blanks"),
    path("papers/profiles", room.profiles, name="profiles"),
    path("verify", checking.ask, name="verify"),
    path("verify/<str:code>", checking.answer, name="verified"),
]
