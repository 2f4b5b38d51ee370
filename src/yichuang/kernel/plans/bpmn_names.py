"""The XML names that export and import share."""

from __future__ import annotations

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
YC = "urn:yichuang:bpmn"  # what BPMN has no word for: days, units, returns, silence


def when_gateway(step: str) -> str:
    """Name the gateway that asks a step's condition; step ids hold no hyphen, so that no step is called so."""
    return f"when-{step}"
