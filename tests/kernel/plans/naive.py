"""Plans once more, written as plainly as the rules read, without any thought of speed: to compare with."""

from __future__ import annotations

from yichuang.kernel.conditions import Truth

ENDED = {"done", "skipped", "cancelled"}


class No(Exception):
    """A rule says no."""


class Naive:
    """One dossier in one plan, given in its YAML form; facts map flags to True, False or None."""

    def __init__(self, steps, parse_condition):
        self.steps = steps
        self.parse = parse_condition
        self.state = dict.fromkeys(steps, "waiting")
        self.attempt = dict.fromkeys(steps, 1)
        self.outcome = dict.fromkeys(steps)
        self.denied = False

    def after(self, step):
        return self.steps[step].get("after", [])

    def comes_after(self, late, early):
        return any(one == early or self.comes_after(one, early) for one in self.after(late))

    def optional(self, step):
        return self.steps[step].get("optional", False)

    def holds_up(self, step):
        if self.state[step] == "done":
            return False
        if self.state[step] == "skipped":
            return any(self.holds_up(one) for one in self.after(step))
        return True

    def settle(self, facts):
        changed = True
        while changed:
            changed = False
            for step in self.steps:
                if self.state[step] == "waiting" and not any(self.holds_up(one) for one in self.after(step)):
                    self.state[step] = "skipped" if self.says_no(step, facts) else "open"
                    changed = True

    def says_no(self, step, facts):
        when = self.steps[step].get("when")
        if when is None or self.attempt[step] > 1:
            return False
        return self.parse(when).decide(facts).truth is Truth.NO

    def ended(self):
        return self.denied or all(self.state[one] in ENDED or self.optional(one) for one in self.steps)

    def begin(self, facts):
        self.settle(facts)

    def complete(self, step, outcome, facts):
        if self.state[step] != "open":
            raise No
        effects = self.steps[step].get("outcomes", {"passed": "continue"})
        if outcome not in effects:
            raise No
        if self.ended() and effects[outcome] != "continue":
            raise No
        self.state[step], self.outcome[step] = "done", outcome
        if effects[outcome] == "deny":
            self.denied = True
            for one in self.steps:
                if self.state[one] not in ENDED:
                    self.state[one] = "cancelled"
            return
        if effects[outcome] != "continue":
            self.reopen(effects[outcome]["return_to"])
        self.settle(facts)

    def reopen(self, step):
        for one in self.steps:
            if one == step or (self.comes_after(one, step) and self.state[one] in ("open", "done")):
                self.state[one] = "waiting"
                self.attempt[one] += 1
                self.outcome[one] = None
        if not any(self.holds_up(one) for one in self.after(step)):
            self.state[step] = "open"

    def return_to(self, step):
        if self.denied or self.state[step] not in ("done", "skipped"):
            raise No
        self.reopen(step)

    def skip(self, step, facts):
        if self.state[step] in ENDED:
            raise No
        self.state[step] = "skipped"
        self.settle(facts)

    def cancel(self, step):
        if self.state[step] in ENDED:
            raise No
        behind = [one for one in self.steps if self.comes_after(one, step) and self.state[one] not in ENDED]
        if not all(self.optional(one) for one in behind):
            raise No
        for one in (step, *behind):
            self.state[one] = "cancelled"

    def open_later(self, step):
        if not self.optional(step):
            raise No
        self.cancel(step)

    def longest(self, facts):
        """Length of the longest chain of required steps, by walking every chain."""

        def days(step):
            return 0 if self.says_no(step, facts) else self.steps[step]["days"]

        def until(step):
            return days(step) + max((until(one) for one in self.after(step)), default=0)

        required = [one for one in self.steps if not self.optional(one)]
        return max((until(one) for one in required if not self.says_no(one, facts)), default=0)
