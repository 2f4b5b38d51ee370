"""The exported BPMN means what the plan means: SpiffWorkflow, stepping the file, has the same steps open."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser, BpmnValidator
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from tests.kernel.plans.strategies import facts, plan_steps
from tests.kernel.plans.support import plan_of
from yichuang.kernel.conditions import Truth, parse
from yichuang.kernel.plans import begin, complete, export_bpmn, is_ended, open_steps

CHILD = """
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:x">
  <process id="{item}" isExecutable="true">
    <startEvent id="s"><outgoing>f</outgoing></startEvent>
    <userTask id="handle"><incoming>f</incoming><outgoing>g</outgoing></userTask>
    <endEvent id="e"><incoming>g</incoming></endEvent>
    <sequenceFlow id="f" sourceRef="s" targetRef="handle"/><sequenceFlow id="g" sourceRef="handle" targetRef="e"/>
  </process>
</definitions>
"""


class Conditions(PythonScriptEngine):
    """Let Spiff ask our conditions: a flow is taken only on a yes."""

    def __init__(self, some_facts):
        super().__init__()
        self.facts = some_facts

    def validate(self, expression):
        parse(expression)

    def evaluate(self, task, expression, external_context=None):
        return parse(expression).decide(self.facts).truth is Truth.YES


class Spiff:
    """One run of a BPMN file, asked only which steps are open."""

    def __init__(self, xml, plan, some_facts):
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(xml), filename="plan.bpmn")
        for item in {step.item for step in plan.steps.values() if step.kind == "dossier"}:
            parser.add_bpmn_xml(etree.fromstring(CHILD.format(item=item)), filename=f"{item}.bpmn")
        process = f"plan-{plan.id}"
        children = parser.get_subprocess_specs(process)
        self.run = BpmnWorkflow(parser.get_spec(process), children, script_engine=Conditions(some_facts))
        self.run.do_engine_steps()

    def ready(self):
        """Give the ready task of each open step, a child's under the name of the step that called it."""
        return {self.step_of(task): task for task in self.run.get_tasks(state=TaskState.READY, manual=True)}

    def step_of(self, task):
        if task.workflow is self.run:
            return task.task_spec.bpmn_id
        return self.run.get_task_from_id(task.workflow.parent_task_id).task_spec.bpmn_id

    def complete(self, step):
        self.ready()[step].run()
        self.run.do_engine_steps()
        self.run.refresh_waiting_tasks()
        self.run.do_engine_steps()


@settings(max_examples=25, deadline=None)
@given(plan_steps())
def test_is_valid_by_the_schema_of_the_standard(steps):
    BpmnValidator().validate(etree.fromstring(export_bpmn(plan_of(steps))))


def step_together(steps, some_facts, random):
    plan = plan_of(steps)
    spiff = Spiff(export_bpmn(plan), plan, some_facts)
    standing, _ = begin(plan, some_facts)
    assert set(spiff.ready()) == set(open_steps(plan, standing))

    while running := open_steps(plan, standing):
        step = random.choice(running)
        standing, _ = complete(plan, standing, step, "passed", some_facts)
        spiff.complete(step)
        assert set(spiff.ready()) == set(open_steps(plan, standing))

    assert is_ended(plan, standing)
    assert spiff.run.is_completed()


@settings(max_examples=60, deadline=None)
@given(plan_steps(returns=False), facts, st.randoms(use_true_random=False))
def test_the_same_steps_are_open_all_the_way(steps, some_facts, random):
    step_together(steps, some_facts, random)


@settings(max_examples=15, deadline=None)
@given(facts, st.randoms(use_true_random=False))
def test_child_dossiers_are_called_and_waited_for(some_facts, random):
    steps = {
        "drawing_review": {"kind": "dossier", "item": "joint_drawing_review"},
        "civil_defence": {"kind": "dossier", "item": "basement", "when": "sun"},
        "waste": {"kind": "dossier", "item": "waste_disposal", "optional": True},
        "permit": {"kind": "dossier", "item": "permit_item", "after": ["drawing_review", "civil_defence"]},
        "file": {"after": ["permit", "drawing_review"], "when": "not rain"},
    }

    step_together(steps, some_facts, random)
