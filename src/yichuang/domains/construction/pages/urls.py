"""Addresses of construction projects."""

from django.urls import path

from yichuang.domains.construction.pages import checks, joint, packages, prechecks, projects

app_name = "construction"
urlpatterns = [
    path("construction", projects.projects, name="projects"),
    path("construction/new", projects.new, name="new"),
    path("construction/start/<slug:item_id>", projects.start, name="start"),
    path("construction/package", packages.package, name="package"),
    path("construction/layers", checks.layers, name="layers"),
    path("construction/<str:code>", projects.project, name="project"),
    path("construction/<str:code>/edit", projects.edit, name="edit"),
    path("construction/<str:code>/close", projects.close, name="close"),
    path("construction/<str:code>/lift-block", projects.lift_block, name="lift_block"),
    path("construction/<str:code>/stages/<int:stage>.bpmn", projects.bpmn, name="bpmn"),
    path("construction/<str:code>/stages/<str:number>/items/<int:step_id>/move", projects.move, name="move"),
    path("construction/<str:code>/items/<str:number>/ask-consent", projects.ask_consent, name="ask_consent"),
    path("construction/<str:code>/consents/<int:consent_id>", projects.answer_consent, name="answer_consent"),
    path("construction/<str:code>/outside", projects.register_outside, name="register_outside"),
    path("construction/<str:code>/outside/<int:alarm_id>", projects.answer_outside, name="answer_outside"),
    path("construction/<str:code>/precheck/<str:number>", prechecks.precheck, name="precheck"),
    path("construction/<str:code>/precheck/<str:number>/merge", prechecks.merge_all, name="merge_precheck"),
    path("construction/<str:code>/precheck/<str:number>/<int:share_id>", prechecks.give, name="give_precheck"),
    path("construction/<str:code>/joint/<str:number>", joint.joint, name="joint"),
    path("construction/<str:code>/joint/<str:number>/shares/<int:share_id>", joint.give, name="give_opinion"),
    path("construction/<str:code>/joint/<str:number>/send", joint.send, name="send_round"),
    path("construction/<str:code>/joint/<str:number>/merge", joint.merge, name="merge_round"),
    path("construction/<str:code>/joint/<str:number>/visit", joint.propose, name="propose_visit"),
    path("construction/<str:code>/joint/<str:number>/visit/<int:visit_id>", joint.agree, name="agree_visit"),
    path("construction/<str:code>/joint/<str:number>/reworks/<int:rework_id>", joint.rework, name="report_rework"),
    path("construction/<str:code>/joint/<str:number>/drawings", joint.drawings, name="hand_in_drawings"),
    path("construction/<str:code>/plans", checks.check, name="check"),
    path("construction/<str:code>/plans/red-line", checks.red_line, name="red_line"),
    path("construction/<str:code>/plans/run", checks.run, name="run_check"),
    path("construction/<str:code>/plans/ask", checks.ask, name="ask_early"),
    path("construction/<str:code>/plans/shares/<int:share_id>", checks.give, name="give_early"),
    path("construction/<str:code>/plans/conclude", checks.conclude, name="conclude_check"),
]
