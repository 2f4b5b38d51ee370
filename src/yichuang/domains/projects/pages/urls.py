"""Addresses of major projects and meetings."""

from django.urls import path

from yichuang.domains.projects.pages import exchange, listing, matters, meetings, project

app_name = "projects"
urlpatterns = [
    path("projects", listing.projects, name="projects"),
    path("projects/board", listing.board, name="board"),
    path("projects/gantt", listing.gantt, name="gantt"),
    path("projects/new", project.new, name="new"),
    path("projects/import", exchange.import_table, name="import"),
    path("projects/oc4ids", exchange.oc4ids, name="oc4ids"),
    path("projects/waiting", project.waiting, name="waiting"),
    path("projects/waiting/decide", project.decide, name="decide"),
    path("meetings", meetings.meetings, name="meetings"),
    path("meetings/new", meetings.plan_meeting, name="plan_meeting"),
    path("meetings/bulletin", meetings.bulletin, name="bulletin"),
    path("meetings/<str:number>", meetings.meeting, name="meeting"),
    path("meetings/<str:number>/held", meetings.hold, name="hold"),
    path("meetings/<str:number>/minutes", meetings.minutes, name="minutes"),
    path("meetings/<str:number>/matters", meetings.resolve, name="resolve"),
    path("matters-resolved", matters.matters, name="matters"),
    path("matters-resolved/<str:number>", matters.matter, name="matter"),
    path("matters-resolved/<str:number>/report", matters.report, name="report"),
    path("matters-resolved/<str:number>/verify", matters.verify, name="verify"),
    path("projects/<str:number>", project.project, name="project"),
    path("projects/<str:number>/edit", project.edit, name="edit"),
    path("projects/<str:number>/plan", project.plan, name="plan"),
    path("projects/<str:number>/stage", project.move, name="move"),
    path("projects/<str:number>/months", project.month, name="month"),
    path("projects/<str:number>/nodes", project.node, name="node"),
    path("projects/<str:number>/nodes/<int:node_id>", project.reach, name="reach"),
    path("projects/<str:number>/difficulties", project.difficulty, name="difficulty"),
]
