"""Addresses of reports."""

from django.urls import path

from yichuang.portals.reports import deeds, pages

app_name = "reports"
urlpatterns = [
    path("reports", pages.listed, name="listed"),
    path("reports/new", deeds.draft, name="draft"),
    path("reports/<int:report_id>", pages.one, name="one"),
    path("reports/<int:report_id>/report.docx", pages.word, name="word"),
    path("reports/<int:report_id>/report.pdf", pages.pdf, name="pdf"),
    path("reports/<int:report_id>/figures.json", pages.figures, name="figures"),
    path("reports/<int:report_id>/<str:deed>", deeds.move, name="move"),
]
