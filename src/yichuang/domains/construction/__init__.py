"""
Construction approvals: a project from its registration to its last acceptance, with four stages, many units, one lead.

A stage application is a case of the item `construction_stage_N` under the lifecycle `stage`, its items are child cases.
"""
