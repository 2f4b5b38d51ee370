"""Addresses of the hall."""

from django.urls import path

from yichuang.domains.counter.pages import accounts, bags, corrections, desk, received, tickets

app_name = "counter"
urlpatterns = [
    path("desk", desk.desk, name="desk"),
    path("desk/bar", desk.bar, name="bar"),
    path("desk/items", desk.items, name="items"),
    path("desk/case/<str:number>", received.received, name="received"),
    path("desk/case/<str:number>/undo", received.undo, name="undo"),
    path("desk/case/<str:number>/correct", corrections.correct, name="correct"),
    path("desk/accounts/<int:party_id>", accounts.identify, name="identify"),
    path("desk/tickets", tickets.tickets, name="tickets"),
    path("desk/tickets/<int:ticket_id>/slip", tickets.slip, name="slip"),
    path("desk/bags", bags.bags, name="bags"),
    path("desk/bags/<str:code>/label", bags.label, name="label"),
    path("desk/lists/<str:number>", bags.custody_list, name="list"),
    path("screen/call/<slug:site_code>", tickets.call_screen, name="call_screen"),
]
