"""The application journey on pages, without a script: start, situation, parties, form, materials, check, hand in."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.support import people
from tests.support.engine import Hall
from yichuang.domains.cases.models import Case, Draft
from yichuang.domains.catalogue import commands as catalogue
from yichuang.domains.licences import commands as licences

pytestmark = pytest.mark.django_db


def picture() -> SimpleUploadedFile:
    """Make a small real picture."""
    content = BytesIO()
    Image.new("RGB", (40, 30), "white").save(content, "PNG")
    return SimpleUploadedFile("plan.png", content.getvalue(), content_type="image/png")


def applicant(client: Client) -> Hall:
    """Log the applicant in."""
    hall = Hall()
    account = people.make_account("", party=hall.party)
    client.force_login(account)
    return hall


ANSWERS = {
    "situation": {"business": "restaurant", "place": "rented", "area": "small"},
}


def test_from_the_start_page_to_the_number(client: Client) -> None:
    hall = applicant(client)
    page = client.get("/apply/food_business_permit")
    assert page.status_code == 200
    assert "开始申请" in page.content.decode()

    client.post("/apply/food_business_permit", {"project": ""})
    draft = Draft.objects.get()
    base = f"/drafts/{draft.pk}"
    assert client.get(base).status_code == 200
    assert client.post(f"{base}/situation", ANSWERS["situation"]).status_code == 302
    done = client.post(f"{base}/parties", {"applicant": hall.party.pk, "delivery_kind": "WINDOW"})
    assert done.status_code == 302
    tasks = client.get(base).content.decode()
    assert "材料" in tasks
    materials = client.get(f"{base}/materials").content.decode()
    assert "场所租赁合同" in materials
    upload = client.post(f"{base}/materials/food_floor_plan", {"upload": picture()})
    assert upload.status_code == 302, upload.content.decode()
    assert client.get(f"{base}/materials/food_floor_plan").status_code == 200
    check = client.get(f"{base}/check")
    assert check.status_code == 200
    assert "请上传“场所租赁合同”" in check.content.decode() or check.context["errors"] == []
    assert Case.objects.count() == 0


def test_somebody_elses_draft_is_not_there(client: Client) -> None:
    applicant(client)
    client.post("/apply/food_business_permit", {"project": ""})
    draft = Draft.objects.get()
    client.force_login(people.make_account("", party=people.make_party("王某")))

    assert client.get(reverse("cases:draft", args=[draft.pk])).status_code == 404


class TestAnswersFromTheGuide:
    """Whoever asked what fits (情形导办) is not asked the same again."""

    QUERY = "business=restaurant&place=rented&area=small"

    def test_the_result_leads_to_the_application_with_the_answers(self, client: Client) -> None:
        catalogue.refresh(at=applicant(client).at)

        page = client.get(f"/matters/food_business_permit/fit?{self.QUERY}").content.decode()

        assert 'href="/apply/food_business_permit?business=restaurant&amp;place=rented&amp;area=small"' in page

    def test_the_draft_begins_with_them(self, client: Client) -> None:
        applicant(client)

        client.post(f"/apply/food_business_permit?{self.QUERY}&place=nonsense&other=x", {"project": ""})

        draft = Draft.objects.get()
        assert draft.read("situation") == {"business": "restaurant", "area": "small"}

    def test_a_draft_that_was_begun_takes_them_over(self, client: Client) -> None:
        applicant(client)
        client.post("/apply/food_business_permit", {"project": ""})

        client.post(f"/apply/food_business_permit?{self.QUERY}", {"project": ""})

        assert Draft.objects.get().read("situation") == ANSWERS["situation"]

    def test_they_survive_the_log_in(self, client: Client) -> None:
        Hall()

        asked = client.post(f"/apply/food_business_permit?{self.QUERY}", {"project": ""})

        assert asked["Location"].endswith(
            "?next=%2Fapply%2Ffood_business_permit%3F" + self.QUERY.replace("=", "%3D").replace("&", "%26")
        )


class TestForAFirm:
    def test_how_the_result_comes_is_asked_once_by_the_form(self, client: Client) -> None:
        hall = applicant(client)
        client.post(f"/apply/food_business_permit?{TestAnswersFromTheGuide.QUERY}", {"project": ""})
        base = f"/drafts/{Draft.objects.get().pk}"
        asked = client.get(f"{base}/parties").content.decode()
        client.post(f"{base}/parties", {"applicant": hall.party.pk})

        contact = client.get(f"{base}/form/contact").content.decode()

        assert "delivery_kind" not in asked
        assert 'data-opened-by="delivery_kind" data-opened-on="post"' in contact

    def test_the_library_is_asked_for_who_stands_for_it(self, client: Client) -> None:
        hall = Hall()
        firm = people.make_party("示例面馆", kind="ENTERPRISE")
        client.force_login(people.make_account("", party=hall.party, firms=(firm,)))
        licences.enter_outside(
            licence_type="resident_id", number="1", holder_id=hall.party.pk, unit_id=hall.unit.pk, fields={},
            by=people.make_actor("chief", hall.unit, at=hall.at), at=hall.at,
        )  # fmt: skip
        client.post(f"/apply/food_business_permit?{TestAnswersFromTheGuide.QUERY}", {"project": ""})
        base = f"/drafts/{Draft.objects.get().pk}"

        client.post(f"{base}/parties", {"applicant": firm.pk})

        assert f"{base}/materials/food_floor_plan" in client.get(f"{base}/materials").content.decode()
        assert f"{base}/materials/resident_id" not in client.get(f"{base}/materials").content.decode()


def test_what_is_changed_from_the_check_page_leads_back_there(client: Client) -> None:
    hall = applicant(client)
    client.post(f"/apply/food_business_permit?{TestAnswersFromTheGuide.QUERY}", {"project": ""})
    base = f"/drafts/{Draft.objects.get().pk}"
    client.post(f"{base}/parties", {"applicant": hall.party.pk, "delivery_kind": "WINDOW"})
    assert f'href="{base}/form/contact?from=check"' in client.get(f"{base}/check").content.decode()

    done = client.post(f"{base}/parties?from=check", {"applicant": hall.party.pk, "delivery_kind": "ELECTRONIC"})

    assert done["Location"] == f"{base}/check"


def test_enter_in_a_field_saves_and_takes_no_row_away(client: Client) -> None:
    hall = applicant(client)
    client.post(f"/apply/food_business_permit?{TestAnswersFromTheGuide.QUERY}", {"project": ""})
    base = f"/drafts/{Draft.objects.get().pk}"
    client.post(f"{base}/parties", {"applicant": hall.party.pk, "delivery_kind": "WINDOW"})

    form = client.get(f"{base}/form/people").content.decode().split('enctype="multipart/form-data"')[1]

    first = re.search(r"<button[^>]*>([^<]*)</button>", form)
    assert first is not None
    assert first[1] == "保存并继续"
    assert "删除第1行" in form


def test_an_account_that_nobody_identified_is_told_so_and_what_to_do(client: Client) -> None:
    Hall()
    client.force_login(people.make_account(""))

    start = client.get("/apply/food_business_permit").content.decode()
    client.post(f"/apply/food_business_permit?{TestAnswersFromTheGuide.QUERY}", {"project": ""})
    asked = client.get(f"/drafts/{Draft.objects.get().pk}/parties").content.decode()

    assert "提交以前请带身份证件到政务大厅窗口核对一次" in start
    assert "您的账号还没有核对身份，还不能在网上提交申请" in asked
    assert "保存并继续" not in asked


class TestDiscarding:
    @pytest.fixture
    def draft(self, client: Client) -> Draft:
        applicant(client)
        client.post("/apply/food_business_permit", {"project": ""})
        return Draft.objects.get()

    def test_asks_before_what_was_typed_is_lost(self, client: Client, draft: Draft) -> None:
        address = f"/drafts/{draft.pk}/discard"

        asked = client.get(address).content.decode()

        assert f'href="{address}"' in client.get(f"/drafts/{draft.pk}").content.decode()
        assert "都不能恢复" in asked
        assert "确认删除" in asked
        assert Draft.objects.exists()
        for _press in range(2):  # a second press says the same
            done = client.post(address, {"key": "k"}, follow=True)
            assert "草稿已删除" in done.content.decode() or _press
            assert done.status_code == 200
        assert not Draft.objects.exists()


class TestHandedIn:
    def test_the_button_back_changes_nothing_any_more(self, client: Client) -> None:
        hall = applicant(client)
        client.post("/apply/food_business_permit", {"project": ""})
        draft = Draft.objects.get()
        Draft.objects.filter(pk=draft.pk).update(case=hall.receive())
        number = Case.objects.get().dossier.number

        for path in ("", "/situation", "/parties", "/materials", "/materials/food_floor_plan", "/discard"):
            answer = client.get(f"/drafts/{draft.pk}{path}")
            assert answer["Location"] == f"/me/cases/{number}/submitted", path
        changed = client.post(f"/drafts/{draft.pk}/situation", ANSWERS["situation"])
        erased = client.post(f"/drafts/{draft.pk}/discard", {"key": "k"}, follow=True)

        assert changed["Location"] == f"/me/cases/{number}/submitted"
        assert "已经提交" in erased.content.decode()
        assert Draft.objects.get().situation == draft.situation
