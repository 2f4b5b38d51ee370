"""The three ways in which the house says that something cannot be."""

from __future__ import annotations

from collections.abc import Sequence


class DefinitionError(ValueError):
    """A definition is wrong: says where, what was found, what was expected and which choices there were."""

    def __init__(self, place: str, found: str, expected: str = "", choices: Sequence[str] = ()) -> None:
        self.place, self.found, self.expected, self.choices = place, found, expected, tuple(choices)
        text = f"{place}: {found}"
        if expected:
            text += f"; expected {expected}"
        if self.choices:
            text += f"; there are {', '.join(self.choices)}"
        super().__init__(text)


class NotPossible(Exception):
    """
    A rule says no and the person can act on it.

    Kinds name their reason. `code` is stable and for programs; `message` is for people, in their language, and says
    what is wrong, why, and what to do next; `basis` is the law where there is one.
    """

    code = "not_possible"
    basis = ""

    def __init__(self, message: str, *, basis: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if basis is not None:
            self.basis = basis


class Unavailable(Exception):
    """An outside system did not answer: jobs try again, people are told plainly, it is never shown as success."""

    def __init__(self, system: str, message: str) -> None:
        super().__init__(f"{system}: {message}")
        self.system, self.message = system, message
