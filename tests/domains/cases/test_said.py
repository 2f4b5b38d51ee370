"""What a deed says when it is not possible: in the language of who asked for it."""

from __future__ import annotations

import pytest
from django.utils import translation

from tests.support.engine import Hall
from yichuang.domains.cases import commands
from yichuang.kernel.lifecycles import NotOpen

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "begins", "goes_on"),
    [
        ("zh-hans", "行政许可办件现为“已受理”，不能“受理”；", "现在可以："),
        (
            "en",
            "Permit case: the state is “Accepted”, so “Accept” is not possible.",
            "Possible now: Undo",
        ),
    ],
)
def test_a_state_that_does_not_allow_it(language: str, begins: str, goes_on: str) -> None:
    hall = Hall()
    case = hall.receive()
    commands.accept_case(case_id=case.pk, by=hall.window, at=hall.at)

    with translation.override(language), pytest.raises(NotOpen) as caught:
        commands.accept_case(case_id=case.pk, by=hall.window, at=hall.at)

    assert caught.value.message.startswith(begins)
    assert goes_on in caught.value.message
