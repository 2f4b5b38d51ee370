"""Keeping the library on pages: enter what was issued elsewhere, withhold, give back, strike off, replace."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.domains.licences.test_licences import approved, entered
from tests.support import people
from tests.support.engine import Hall, china
from yichuang.domains.licences import queries
from yichuang.domains.licences.models import Licence
from yichuang.domains.licences.terms import LicenceState
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import Account

pytestmark = pytest.mark.django_db

WHY = {"reason": "经营条件变化", "basis": "食品安全法 第一百二十六条"}


@pytest.fixture(autouse=True)
def business_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page be answered on Monday 2019-11-04 at 10:00."""
    monkeypatch.setattr("yichuang.foundation.people.middleware.clock.business_now", lambda: china("2019-11-04 10:00"))


@pytest.fixture
def hall() -> Hall:
    return Hall()


def log_in(client: Client, actor: Actor) -> None:
    client.force_login(Account.objects.get(pk=actor.account_id))


class TestFace:
    LINES = {"legal_representative": "姓名：罗春生；身份证号码：999999197501307802；联系电话：13800000006"}

    def test_numbers_on_it_are_covered_for_staff_and_whole_for_the_holder(self, client: Client, hall: Hall) -> None:
        row = entered(hall, licence_type="food_business_licence", number="999999197501307802", fields=self.LINES)

        log_in(client, hall.signer)
        seen = client.get(f"/licences/{row.pk}").content.decode()
        assert "999999********7802" in seen
        assert "999999197501307802" not in seen

        log_in(client, hall.citizen)
        own = client.get(f"/licences/{row.pk}").content.decode()
        assert "身份证号码：999999197501307802" in own
        assert "999999********7802" not in own


class TestChanging:
    def test_is_offered_to_those_who_may(self, client: Client, hall: Hall) -> None:
        row = approved(hall)

        log_in(client, hall.signer)
        assert "暂扣这份证照" in client.get(f"/licences/{row.pk}").content.decode()
        log_in(client, hall.handler)
        assert "暂扣这份证照" not in client.get(f"/licences/{row.pk}").content.decode()
        assert client.post(f"/licences/{row.pk}/suspend", WHY).status_code == 403

    def test_suspend_resume_cancel(self, client: Client, hall: Hall) -> None:
        row = approved(hall)
        log_in(client, hall.signer)

        for how, state in (("suspend", "SUSPENDED"), ("resume", "ISSUED"), ("cancel", "CANCELLED")):
            page = client.post(f"/licences/{row.pk}/{how}", WHY | {"key": how}, follow=True)
            assert page.status_code == 200
            row.refresh_from_db()
            assert row.state == state
        assert "已注销" in page.content.decode()

    def test_a_change_without_basis_says_what_is_missing(self, client: Client, hall: Hall) -> None:
        row = approved(hall)
        log_in(client, hall.signer)

        refused = client.post(f"/licences/{row.pk}/cancel", {"reason": "依法终止", "basis": ""})

        assert refused.status_code == 422
        assert 'href="#cancel_basis"' in refused.content.decode()
        assert "依法终止" in refused.content.decode()

    def test_unknown_changes_are_not_found(self, client: Client, hall: Hall) -> None:
        row = approved(hall)
        log_in(client, hall.signer)

        assert client.post(f"/licences/{row.pk}/destroy", WHY).status_code == 404


def test_replaces_a_licence(client: Client, hall: Hall) -> None:
    old = approved(hall)
    log_in(client, hall.signer)
    form = client.get(f"/licences/{old.pk}/replace").content.decode()
    assert 'value="餐饮服务经营者"' in form
    labels = [label for _, label in queries.licence_type(old.licence_type, old.issued_at.date()).fields]
    lines = {f"line_{n}": old.read_face().get(label, "") for n, label in enumerate(labels)}
    changed = f"line_{labels.index('主体业态')}"

    done = client.post(
        f"/licences/{old.pk}/replace", lines | {changed: "食品销售经营者", "reason": "变更业态"}, follow=True
    )

    new = Licence.objects.get(replaces=old)
    assert new.read_face() == old.read_face() | {"主体业态": "食品销售经营者"}
    assert f'href="/licences/{old.pk}"' in done.content.decode()
    old.refresh_from_db()
    assert old.state == LicenceState.CHANGED
    assert f'href="/licences/{new.pk}"' in client.get(f"/licences/{old.pk}").content.decode()


class TestEntering:
    ADDRESS = "/licences/enter?type=business_licence"

    def test_the_type_is_chosen_first(self, client: Client, hall: Hall) -> None:
        log_in(client, hall.signer)

        assert 'href="?type=business_licence"' in client.get("/licences/enter").content.decode()

    def test_a_licence_of_elsewhere_is_entered_for_its_holder(self, client: Client, hall: Hall) -> None:
        firm = people.make_party("武汉示例餐饮管理有限公司", kind="ENTERPRISE")
        log_in(client, hall.signer)
        said = {"number": "营照00001", "holder": firm.uscc, "issuer": hall.unit.pk, "valid_from": "2018-05-01"}

        done = client.post(self.ADDRESS, said, follow=True)

        row = Licence.objects.get()
        assert (row.holder, row.is_outside, str(row.valid_from)) == (firm, True, "2018-05-01")
        assert "其他机关核发" in done.content.decode()

    def test_a_holder_whom_nobody_knows_is_told(self, client: Client, hall: Hall) -> None:
        log_in(client, hall.signer)
        said = {"number": "营照1", "holder": "911101080000000000", "issuer": hall.unit.pk, "valid_from": "2018-05-01"}

        refused = client.post(self.ADDRESS, said)

        assert refused.status_code == 422
        assert "没有登记过这个号码的申请人" in refused.content.decode()

    def test_a_number_that_is_there_is_told(self, client: Client, hall: Hall) -> None:
        row = entered(hall)
        log_in(client, hall.signer)
        number = people.make_party("别家", kind="ENTERPRISE").uscc
        said = {"number": row.number, "holder": number, "issuer": hall.unit.pk, "valid_from": "2018-05-01"}

        assert "已经登记" in client.post(self.ADDRESS, said).content.decode()
