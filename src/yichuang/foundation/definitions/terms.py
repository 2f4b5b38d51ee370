"""The names of the kinds known here."""

from __future__ import annotations

CALENDAR = "calendar"
LIFECYCLE = "lifecycle"
PLAN = "plan"
RULE = "rule"
ELEMENT = "element"
CODE_LIST = "code_list"
MAPPING = "mapping"
