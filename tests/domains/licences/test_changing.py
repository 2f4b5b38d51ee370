"""A licence in its later life: withheld, given back, struck off, replaced; a record each and, issued here, a paper."""

from __future__ import annotations

from datetime import date

import pytest

from tests.domains.licences.test_licences import ANSWERS, approved, entered
from tests.support.engine import Hall, china
from yichuang.domains.licences import commands, queries
from yichuang.domains.licences.models import Licence
from yichuang.domains.licences.terms import LicenceState, Standing
from yichuang.foundation.documents import queries as documents
from yichuang.foundation.documents.models import Paper
from yichuang.foundation.documents.terms import Standing as PaperStanding
from yichuang.foundation.people.actors import NotAllowed
from yichuang.foundation.records.models import Record
from yichuang.kernel.identifiers import parse_licence_identifier

pytestmark = pytest.mark.django_db

LATER = china("2019-11-04 10:00")
WHY = {"reason": "经营条件变化，未按规定整改", "basis": "食品安全法 第一百二十六条"}


@pytest.fixture
def hall() -> Hall:
    return Hall()


def paper_names(row: Licence) -> list[str]:
    return list(Paper.objects.filter(dossier=row.dossier_id).order_by("pk").values_list("name", flat=True))


def last_kind() -> str:
    return Record.objects.order_by("-pk").values_list("kind", flat=True)[0]


class TestSuspend:
    def test_it_stands_in_for_nothing_until_it_is_given_back(self, hall):
        row = approved(hall)
        commands.suspend_licence(licence_id=row.pk, **WHY, by=hall.signer, at=LATER)

        found = queries.valid_for(holder_ids=[hall.party.pk], types=[row.licence_type], on=LATER.date())
        assert found == {}
        assert queries.verify(row.verify_code, LATER.date()).standing == Standing.SUSPENDED

        commands.resume_licence(licence_id=row.pk, reason="整改到位", basis=WHY["basis"], by=hall.signer, at=LATER)

        row.refresh_from_db()
        assert (row.state, row.ended_at, row.ended_because) == (LicenceState.ISSUED, None, "")
        assert paper_names(row)[-2:] == ["暂扣证照决定书", "解除暂扣证照通知书"]

    def test_is_recorded_on_the_case_it_came_from(self, hall):
        row = approved(hall)
        commands.suspend_licence(licence_id=row.pk, **WHY, by=hall.signer, at=LATER)

        assert "LicenceSuspended" in Record.objects.filter(stream=row.dossier.stream).values_list("kind", flat=True)

    def test_what_was_issued_elsewhere_is_marked_without_a_paper(self, hall):
        row = entered(hall)
        commands.suspend_licence(licence_id=row.pk, **WHY, by=hall.signer, at=LATER)

        row.refresh_from_db()
        assert (row.state, last_kind()) == (LicenceState.SUSPENDED, "LicenceSuspended")
        assert not Paper.objects.exists()

    def test_reason_and_basis_are_asked_for(self, hall):
        with pytest.raises(commands.ReasonMissing):
            commands.suspend_licence(licence_id=approved(hall).pk, reason="x", basis=" ", by=hall.signer, at=LATER)

    def test_only_those_who_revoke_may(self, hall):
        with pytest.raises(NotAllowed):
            commands.suspend_licence(licence_id=approved(hall).pk, **WHY, by=hall.handler, at=LATER)

    def test_not_twice(self, hall):
        row = approved(hall)
        commands.suspend_licence(licence_id=row.pk, **WHY, by=hall.signer, at=LATER)

        with pytest.raises(commands.NotInThatState, match="目前暂扣，不能暂扣"):
            commands.suspend_licence(licence_id=row.pk, **WHY, by=hall.signer, at=LATER)
        assert paper_names(row).count("暂扣证照决定书") == 1


class TestCancel:
    def test_ends_licence_and_certificate(self, hall):
        row = approved(hall)
        commands.cancel_licence(
            licence_id=row.pk, reason="持证单位依法终止", basis="行政许可法 第七十条第三项", by=hall.signer, at=LATER
        )

        assert queries.verify(row.verify_code, LATER.date()).standing == Standing.CANCELLED
        paper = documents.verify(row.verify_code, at=LATER)
        assert paper is not None
        assert paper.standing is PaperStanding.REVOKED
        assert paper_names(row)[-1] == "注销行政许可决定书"

    def test_what_ended_is_not_given_back(self, hall):
        row = approved(hall)
        commands.cancel_licence(licence_id=row.pk, **WHY, by=hall.signer, at=LATER)

        with pytest.raises(commands.NotInThatState, match="不能解除暂扣"):
            commands.resume_licence(licence_id=row.pk, **WHY, by=hall.signer, at=LATER)


class TestReplace:
    def replaced(self, hall: Hall, row: Licence, **face: str) -> Licence:
        return commands.replace_licence(licence_id=row.pk, face=face, reason="变更经营场所", by=hall.signer, at=LATER)

    def test_the_new_version_takes_the_place_of_the_old(self, hall):
        old = approved(hall)

        new = self.replaced(hall, old, 经营场所="中南路街道示例路2号")

        old.refresh_from_db()
        was, now = parse_licence_identifier(old.identifier), parse_licence_identifier(new.identifier)
        assert (was.serial, was.version, now.serial, now.version) == (now.serial, "001", was.serial, "002")
        assert (new.number, new.valid_until, new.replaces) == (old.number, date(2024, 10, 11), old)
        assert old.state == LicenceState.CHANGED
        assert queries.verify(old.verify_code, LATER.date()).standing == Standing.REPLACED
        assert queries.verify(new.verify_code, LATER.date()).standing == Standing.VALID

    def test_lines_that_did_not_change_stay_and_what_was_put_together_no_longer_fills_forms(self, hall):
        old = approved(hall)

        new = self.replaced(hall, old, 经营场所="中南路街道示例路2号", 主体业态="餐饮服务经营者")

        assert new.read_face() == old.read_face() | {"经营场所": "中南路街道示例路2号"}
        assert new.read_answers() == {"food_business_form": ANSWERS["food_business_form"]}

    def test_has_a_certificate_of_its_own(self, hall):
        old = approved(hall)
        new = self.replaced(hall, old)

        assert new.paper_id != old.paper_id
        found = documents.verify(old.verify_code, at=LATER)
        assert found is not None
        assert found.standing is PaperStanding.REVOKED

    def test_what_was_replaced_is_not_replaced_again(self, hall):
        old = approved(hall)
        self.replaced(hall, old)

        with pytest.raises(commands.NotInThatState, match="目前已换发，不能换发"):
            self.replaced(hall, old)
        assert Licence.objects.count() == 2
