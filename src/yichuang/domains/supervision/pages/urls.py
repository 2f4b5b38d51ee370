"""Addresses of supervision."""

from django.urls import path

from yichuang.domains.supervision.pages import answering, board, deciding, flow

app_name = "supervision"
urlpatterns = [
    path("supervise", board.board, name="board"),
    path("supervise/print", board.printed, name="print"),
    path("supervise/flow", flow.flowed, name="flow"),
    path("supervise/evasion", board.evasion, name="evasion"),
    path("supervise/case/<str:number>", deciding.dossier, name="dossier"),
    path("supervise/case/<str:number>/remind", deciding.remind, name="remind"),
    path("supervise/cards/<int:card_id>", deciding.card, name="card"),
    path("supervise/orders/<str:number>", deciding.order, name="order"),
    path("supervise/reminders/<int:clock_id>", deciding.defer, name="defer"),
    path("supervise/answers", answering.answers, name="answers"),
    path("supervise/answers/cards/<int:card_id>", answering.explain, name="explain"),
    path("supervise/answers/orders/<str:number>", answering.reply, name="reply"),
]
