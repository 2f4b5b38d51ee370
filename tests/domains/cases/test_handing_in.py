"""A draft becomes one case, whoever else hands it in at the same moment."""

from __future__ import annotations

import pytest

from tests.support.engine import Hall
from yichuang.domains.cases import commands
from yichuang.domains.cases.commands.intake import receive
from yichuang.domains.cases.commands.refusals import HandedInBefore
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.terms import Channel
from yichuang.foundation.work.models import Dossier

pytestmark = pytest.mark.django_db


def test_who_comes_second_is_given_the_case_of_the_first_and_makes_none():
    hall = Hall()
    application = hall.application(channel=Channel.ONLINE)
    draft = commands.begin_draft(item_id=application.item_id, by=hall.citizen, at=hall.at)
    first = commands.submit_draft(draft_id=draft.pk, application=application, by=hall.citizen, at=hall.at)

    with pytest.raises(HandedInBefore) as no:  # as one that looked at the draft before the first was done
        receive(application=application, by=hall.citizen, at=hall.at, draft_id=draft.pk)

    assert no.value.case == first
    assert first.dossier.number in no.value.message
    assert (Case.objects.count(), Dossier.objects.count()) == (1, 1)
    assert commands.submit_draft(draft_id=draft.pk, application=application, by=hall.citizen, at=hall.at) == first
