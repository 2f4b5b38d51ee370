"""Random plans in their YAML form: any shape, conditions, returns, denials, optional tails."""

from __future__ import annotations

from hypothesis import strategies as st

FLAGS = ["sun", "rain", "snow"]

facts = st.fixed_dictionaries({flag: st.sampled_from([True, False, None]) for flag in FLAGS})


@st.composite
def plan_steps(draw, most=7, returns=True, optional=True):
    names = [f"s{n}" for n in range(draw(st.integers(1, most)))]
    steps = {}
    for n, name in enumerate(names):
        before = draw(st.lists(st.sampled_from(names[:n]), unique=True, max_size=3)) if n else []
        step = {"after": before, "days": draw(st.integers(0, 6))}
        if draw(st.booleans()):
            step["when"] = draw(st.sampled_from([*FLAGS, "not sun", "sun and rain"]))
        step["outcomes"] = {"passed": "continue"}
        if returns:
            upstream = [one for one in names[:n] if one in _all_before(steps, before)]
            if draw(st.booleans()):
                step["outcomes"]["revise"] = {"return_to": draw(st.sampled_from([*upstream, name]))}
            if draw(st.integers(0, 4)) == 0:
                step["outcomes"]["failed"] = "deny"
        steps[name] = step
    if optional:
        for name in reversed(names[1:]):
            behind = [one for one in names if name in steps[one]["after"]]
            if all(steps[one].get("optional") for one in behind) and draw(st.integers(0, 2)) == 0:
                steps[name]["optional"] = True
    order = draw(st.permutations(names))
    return {name: steps[name] for name in order}


def _all_before(steps, names):
    found = set(names)
    for name in names:
        found |= _all_before(steps, steps[name]["after"])
    return found
