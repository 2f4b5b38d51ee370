"""The console on pages: each opens for those who may, says what it should, and refuses the others."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.support import definitions, people
from tests.support.engine import china
from tests.support.people import WEDNESDAY
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.jobs.models import Job
from yichuang.foundation.people import commands as deeds
from yichuang.foundation.people.holdings import HOLDINGS, Held, Holding
from yichuang.foundation.people.models import AccessLog, Account, Appointment, HandOver, Substitution
from yichuang.foundation.records import realtime
from yichuang.foundation.records.models import Anchor, Delivery, Record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page be answered on a Wednesday."""
    monkeypatch.setattr("yichuang.foundation.people.middleware.clock.business_now", lambda: WEDNESDAY)


@pytest.fixture(autouse=True)
def keys(settings, tmp_path: Path) -> None:
    """Keep the keys of a test in its own folder."""
    settings.KEYS = tmp_path / "keys"


def log_in(client: Client, role: str, **fields: object) -> Account:
    """Log somebody in who holds one role."""
    account = people.make_account(role, "zjj", **fields)
    client.force_login(account)
    return account


def text(client: Client, address: str) -> str:
    """Read a page that opens."""
    page = client.get(address)
    assert page.status_code == 200
    return page.content.decode()


def something_recorded() -> None:
    """Let a deed write a record."""
    deeds.open_account(username="new", name="新人", by=people.make_actor("sysadmin"), at=WEDNESDAY)


@pytest.mark.parametrize(
    ("address", "allowed", "refused"),
    [
        ("records", "auditor", "window"),
        ("definitions", "process_admin", "window"),
        ("health", "secadmin", "window"),
        ("people", "window", "citizen"),
        ("units", "window", "citizen"),
        ("plans", "process_admin", "window"),
        ("plans/publish", "process_admin", "sysadmin"),
        ("calendar/import", "sysadmin", "window"),
        ("roles", "window", "citizen"),
        ("jobs", "sysadmin", "window"),
        ("accesses", "auditadmin", "sysadmin"),
        ("covers", "dept_head", "window"),
        ("people/open", "sysadmin", "secadmin"),
        ("gallery", "window", "citizen"),
    ],
)
def test_opens_for_those_who_may_and_for_no_others(client: Client, address: str, allowed: str, refused: str) -> None:
    log_in(client, allowed)
    assert client.get(f"/admin-desk/{address}").status_code == 200

    client.force_login(people.make_account("" if refused == "citizen" else refused))
    assert client.get(f"/admin-desk/{address}").status_code == 403


class TestRecords:
    def test_searches_by_kind_stream_and_account(self, client: Client) -> None:
        something_recorded()
        log_in(client, "auditadmin")

        assert "system/2019-10-30" in text(client, "/admin-desk/records?kind=AccountOpened")
        assert "没有符合条件的记录" in text(client, "/admin-desk/records?kind=Nothing")
        assert "没有符合条件的记录" in text(client, "/admin-desk/records?stream=elsewhere")
        assert "没有这个用户名" in text(client, "/admin-desk/records?account=nobody")

    def test_an_untouched_chain_is_ok(self, client: Client) -> None:
        something_recorded()
        log_in(client, "auditadmin")

        assert "校验通过 OK" in client.post("/admin-desk/records/verify").content.decode()

    def test_a_forged_record_is_named(self, client: Client) -> None:
        something_recorded()
        true = Record.objects.get()
        Record.objects.create(
            stream=true.stream,
            seq=true.seq + 1,
            kind="AccountClosed",
            by=true.by,
            at=true.at,
            recorded_at=true.recorded_at,
            payload='{"forged":1}',
            previous=true.digest,
            digest="0" * 64,
        )
        log_in(client, "auditadmin")

        said = client.post("/admin-desk/records/verify").content.decode()

        assert "校验不通过" in said
        assert "<td>system/2019-10-30</td><td>2</td>" in said

    def test_anchors_now_for_the_audit_administrator_alone(self, client: Client) -> None:
        something_recorded()
        log_in(client, "auditor")
        assert client.post("/admin-desk/records/anchor").status_code == 403
        log_in(client, "auditadmin")

        assert client.post("/admin-desk/records/anchor").status_code == 302
        assert Anchor.objects.get().records == 1


class TestRoles:
    def test_shows_one_role_in_words(self, client: Client) -> None:
        log_in(client, "window")

        page = text(client, "/admin-desk/roles?role=auditadmin")

        assert "固化记录链" in page
        assert "签发决定" not in page.split("不得由一人兼任")[0]
        assert client.get("/admin-desk/roles?role=none").status_code == 404

    def test_shows_the_menus_as_one_role_finds_them(self, client: Client) -> None:
        log_in(client, "secadmin")

        def seen(role: str) -> str:
            return (
                text(client, f"/admin-desk/roles?role={role}").partition("该角色看到的栏目")[2].partition("<table")[0]
            )

        assert "记录" in seen("auditadmin")
        assert "待办" not in seen("auditadmin")
        assert "待办" in seen("window")
        assert "授权委托" in seen("citizen")
        assert "管理台" not in seen("citizen")
        assert "该角色看到的栏目" not in text(client, "/admin-desk/roles")


class TestJobs:
    def test_lists_what_waits_and_tries_a_parked_job_again(self, client: Client) -> None:
        jobs.enqueue("test.kind", "key", WEDNESDAY)
        log_in(client, "sysadmin")
        assert "test.kind" in text(client, "/admin-desk/jobs")
        Job.objects.update(state="PARKED", last_error="ValueError: broken")
        assert "ValueError: broken" in text(client, "/admin-desk/jobs?state=PARKED")

        client.post(f"/admin-desk/jobs/{Job.objects.get().pk}/retry")

        assert Job.objects.get().state == "WAITING"
        assert (
            "没有被搁置" in client.post(f"/admin-desk/jobs/{Job.objects.get().pk}/retry", follow=True).content.decode()
        )


def notice(form: object) -> dict[str, SimpleUploadedFile]:
    """Write the upload of a notice."""
    return {"notice": SimpleUploadedFile("notice.json", json.dumps(form).encode())}


class TestCalendar:
    @pytest.fixture(autouse=True)
    def published(self, db: None) -> None:
        definitions.publish_shipped("calendar")

    def test_shows_a_year_to_everybody(self, client: Client) -> None:
        page = text(client, "/admin-desk/calendar")

        assert "国庆节" in page
        assert "全年250个工作日" in page

    def test_adds_and_counts(self, client: Client) -> None:
        assert "2019-09-30加1个工作日是2019-10-08" in text(client, "/admin-desk/calendar?start=2019-09-30&days=1")
        counted = text(client, "/admin-desk/calendar?start=2019-09-30&end=2019-10-12")
        assert "有5个工作日" in counted
        assert "两者填一个" in text(client, "/admin-desk/calendar?start=2019-09-30")
        assert "超出工作日历的范围" in text(client, "/admin-desk/calendar?start=2100-12-30&days=100")

    @pytest.mark.parametrize(("moment", "warns"), [("2026-11-01 10:00", False), ("2026-11-02 10:00", True)])
    def test_warns_sixty_days_before_a_year_without_a_notice(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, moment: str, warns: bool
    ) -> None:
        at = china(moment)
        monkeypatch.setattr("yichuang.foundation.people.middleware.clock.business_now", lambda: at)

        assert ("2027年的放假安排还没有导入" in text(client, "/admin-desk/calendar")) == warns

    def test_imports_a_notice(self, client: Client) -> None:
        log_in(client, "sysadmin")
        days = [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}]

        sent = notice({"year": 2027, "papers": ["测试"], "days": days})
        done = client.post("/admin-desk/calendar/import", sent, follow=True).content.decode()

        assert "已生效" in done
        assert "元旦" in done

    def test_says_what_is_wrong_with_a_notice(self, client: Client) -> None:
        log_in(client, "sysadmin")
        days = [{"name": "元旦", "date": "2029-05-01", "isOffDay": True}]

        said = client.post("/admin-desk/calendar/import", notice({"year": 2027, "papers": [], "days": days}))

        assert "放假安排文件读不懂" in said.content.decode()
        assert "2029-05-01" in said.content.decode()


class TestDefinitions:
    def test_shows_how_versions_differ_and_withdraws_with_a_reason(self, client: Client) -> None:
        definitions.publish(definitions.rule(value=20))
        _, body = definitions.rule(value=15)
        later = body | {"version": 2, "in_force": {"from": "2019-02-01"}}
        definitions.publish(definitions.rule(value=20), ("rule", later))
        log_in(client, "process_admin")

        page = text(client, "/admin-desk/definitions/rule/limit")
        assert "20 → 15" in page
        assert "limit" in text(client, "/admin-desk/definitions?kind=rule")

        address = "/admin-desk/definitions/rule/limit/2/withdraw"
        assert "撤回这一版" in text(client, address)
        assert client.post(address, {"reason": ""}).status_code == 200
        done = client.post(address, {"reason": "写错了"}, follow=True).content.decode()

        assert "已撤回" in done
        assert client.post(address, {"reason": "再一次"}).status_code == 200

    def test_others_read_but_do_not_withdraw(self, client: Client) -> None:
        definitions.publish(definitions.rule())
        log_in(client, "secadmin")

        assert "撤回这一版" not in text(client, "/admin-desk/definitions/rule/limit")
        assert client.post("/admin-desk/definitions/rule/limit/1/withdraw", {"reason": "x"}).status_code == 403
        assert client.get("/admin-desk/definitions/rule/none").status_code == 404


def upload(content: bytes) -> dict[str, SimpleUploadedFile]:
    """Write the upload of a model."""
    return {"model": SimpleUploadedFile("model.bpmn", content)}


class TestPlans:
    @pytest.fixture(autouse=True)
    def published(self, db: None) -> None:
        definitions.publish_shipped()

    def newest(self) -> Definition:
        """Find a shipped plan of several steps."""
        return Definition.objects.filter(kind="plan").order_by("code", "-version")[0]

    def test_every_plan_is_drawn_listed_and_leaves_as_bpmn(self, client: Client) -> None:
        log_in(client, "process_admin")
        listed = text(client, "/admin-desk/plans")

        for row in Definition.objects.filter(kind="plan"):
            assert row.name in listed
            page = text(client, f"/admin-desk/plans/{row.code}/{row.version}")
            assert "</svg>" in page
            assert "style=" not in page
            model = client.get(f"/admin-desk/plans/{row.code}/{row.version}/bpmn")
            assert b"BPMNDiagram" in model.content
        assert client.get("/admin-desk/plans/none/1").status_code == 404

    def test_units_go_by_their_names(self, client: Client) -> None:
        log_in(client, "process_admin")
        people.make_unit("rfb", name="区人防办")
        version = Definition.objects.filter(kind="plan", code="construction_stage_3").order_by("-version")[0].version

        page = text(client, f"/admin-desk/plans/construction_stage_3/{version}")

        assert page.count("区人防办") >= 2  # in the picture and in the list

    def test_takes_a_model_in_as_yaml(self, client: Client) -> None:
        log_in(client, "process_admin")
        row = self.newest()
        model = client.get(f"/admin-desk/plans/{row.code}/{row.version}/bpmn").content

        page = client.post("/admin-desk/plans/import", upload(model)).content.decode()

        assert f"plan: {row.code}" in page
        assert "检查并发布" in page

    def test_names_the_element_that_a_plan_cannot_hold(self, client: Client) -> None:
        log_in(client, "process_admin")
        model = (
            b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">'
            b'<callActivity id="Call_1" name="x"/></process></definitions>'
        )

        assert "Call_1" in client.post("/admin-desk/plans/import", upload(model)).content.decode()
        assert "元素" in client.post("/admin-desk/plans/import", upload(b"no model")).content.decode()

    def test_publishes_a_new_version_beside_the_old(self, client: Client) -> None:
        log_in(client, "process_admin")
        row = self.newest()
        form = client.get(f"/admin-desk/plans/publish?from={row.code}")
        start = form.context["form"].initial["text"]

        done = client.post("/admin-desk/plans/publish", {"text": start}, follow=True)

        assert "已发布新版本" in done.content.decode()
        versions = Definition.objects.filter(kind="plan", code=row.code).values_list("version", flat=True)
        assert set(versions) >= {row.version, row.version + 1}

    def test_says_where_a_plan_is_wrong(self, client: Client) -> None:
        log_in(client, "process_admin")
        row = self.newest()
        start = client.get(f"/admin-desk/plans/publish?from={row.code}").context["form"].initial["text"]

        said = client.post("/admin-desk/plans/publish", {"text": start.replace("steps:", "stages:")})
        assert "stages" in said.content.decode()
        assert "不是流程定义" in client.post("/admin-desk/plans/publish", {"text": "a: 1"}).content.decode()
        assert Definition.objects.filter(kind="plan", code=row.code, version=row.version + 1).count() == 0


class TestHealth:
    def test_shows_checks_and_parked_jobs(self, client: Client) -> None:
        definitions.publish_shipped("calendar")
        jobs.enqueue("test.kind", "key", WEDNESDAY)
        Job.objects.update(state="PARKED", last_error="ValueError: broken")
        log_in(client, "sysadmin")

        page = text(client, "/admin-desk/health")

        assert "搁置1个" in page
        assert "ValueError: broken" in page

    def test_sends_a_parked_reaction_again(self, client: Client) -> None:
        something_recorded()
        parked = Delivery.objects.create(
            record=Record.objects.get(), reaction="none", stream="system", parked_at=WEDNESDAY, error="ValueError: no"
        )
        log_in(client, "sysadmin")
        assert "ValueError: no" in text(client, "/admin-desk/health")

        client.post(f"/admin-desk/health/{parked.pk}/retry")

        parked.refresh_from_db()
        assert parked.parked_at is None


class TestPeople:
    def test_finds_an_account_and_closes_it(self, client: Client) -> None:
        log_in(client, "sysadmin")
        other = people.make_account("handler", "zjj", name="王示例")
        assert "王示例" in text(client, "/admin-desk/people?q=王示")
        assert "承办" in text(client, f"/admin-desk/people/{other.pk}")
        assert "zjj" in text(client, "/admin-desk/units")

        client.post(f"/admin-desk/people/{other.pk}/close")

        other.refresh_from_db()
        assert not other.is_active

    def test_what_is_held_is_listed_handed_over_and_signed_before_closing(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        giver, taker = people.make_account("handler", "zjj"), people.make_account("handler", "zjj")
        keeper = {"7": giver.pk}

        def held(account_id: int) -> list[Held]:
            return [Held(key, f"钥匙{key}") for key, owner in keeper.items() if owner == account_id]

        def move(keys: list[str], *, taker_id: int, **_rest: object) -> None:
            keeper.update(dict.fromkeys(keys, taker_id))

        monkeypatch.setitem(HOLDINGS, "keys", Holding("keys", "钥匙", held, move))
        log_in(client, "sysadmin")
        refused = client.post(f"/admin-desk/people/{giver.pk}/close", follow=True).content.decode()
        assert "钥匙7" in refused
        giver.refresh_from_db()
        assert giver.is_active

        log_in(client, "dept_head")
        address = f"/admin-desk/people/{giver.pk}/hand-over"
        wrong = client.post(address, {"taker": "nobody", "reason": "离岗", "things": ["keys/7"]})
        assert "没有这个用户名" in wrong.content.decode()
        done = client.post(address, {"taker": taker.username, "reason": "离岗", "things": ["keys/7"]}, follow=True)
        assert "等待双方签字" in done.content.decode()
        assert keeper == {"7": taker.pk}

        client.force_login(taker)
        assert "等我签字的交接" in text(client, "/admin-desk/people")
        client.post(f"/admin-desk/hand-overs/{HandOver.objects.get().pk}/sign")
        assert HandOver.objects.get().taker_signed_at == WEDNESDAY


class TestAccounts:
    ANSWERS = {
        "username": "wang",
        "name": "王示例",
        "staff_no": "Z900",
        "password": "orchid-river-42",
    }

    def test_the_system_administrator_opens_an_account_that_must_change_its_password(self, client: Client) -> None:
        log_in(client, "sysadmin")
        assert "/admin-desk/people/open" in text(client, "/admin-desk/people")

        done = client.post("/admin-desk/people/open", self.ANSWERS, follow=True).content.decode()

        opened = Account.objects.get(username="wang")
        assert "账号已开通" in done
        assert opened.must_change_password
        assert opened.check_password("orchid-river-42")
        assert Record.objects.filter(kind="AccountOpened").count() == 1
        assert "王示例" in text(client, "/admin-desk/people")
        assert "任命" not in text(client, f"/admin-desk/people/{opened.pk}").replace("安全管理员任命", "")
        assert client.post(f"/admin-desk/people/{opened.pk}/appoint").status_code == 403

    def test_a_wrong_form_keeps_what_was_typed_but_not_the_password(self, client: Client) -> None:
        log_in(client, "sysadmin")
        people.make_account("window", "zjj", username="wang")

        said = client.post("/admin-desk/people/open", self.ANSWERS).content.decode()
        assert "“wang”已被使用" in said
        assert "王示例" in said
        assert "orchid" not in said
        weak = client.post("/admin-desk/people/open", self.ANSWERS | {"username": "li", "password": "short"})
        assert "密码至少 10 位" in weak.content.decode()
        spaced = client.post("/admin-desk/people/open", self.ANSWERS | {"username": "li si"})
        assert "不留空格" in spaced.content.decode()
        assert not Account.objects.filter(staff_no="Z900").exists()

    def test_citizens_are_not_listed_among_the_staff(self, client: Client) -> None:
        log_in(client, "sysadmin")
        people.make_account(username="zhangsan", name="张某某")

        assert "张某某" not in text(client, "/admin-desk/people")
        assert "张某某" not in text(client, "/admin-desk/people?q=张某")
        assert "张某某" in text(client, "/admin-desk/people?q=zhangsan")

    @pytest.mark.parametrize("role", ["sysadmin", "secadmin"])
    def test_unlocks_what_wrong_passwords_locked(self, client: Client, role: str) -> None:
        log_in(client, role)
        other = people.make_account("window", "zjj", failures=5, locked_until=realtime.now() + timedelta(minutes=9))
        assert "已锁定" in text(client, f"/admin-desk/people/{other.pk}")

        said = client.post(f"/admin-desk/people/{other.pk}/unlock", follow=True).content.decode()

        other.refresh_from_db()
        assert other.locked_until is None
        assert "账号已解锁" in said
        assert "已锁定" not in said


class TestAppointments:
    def test_the_security_administrator_appoints_and_ends(self, client: Client) -> None:
        log_in(client, "secadmin")
        new = Account.objects.create_user("wang", name="王示例", staff_no="Z900")
        post = people.make_post(people.make_unit("zjj"))
        place = f"{post.unit_id}/{post.pk}"
        answers = {"place": place, "role": "handler", "staff_kind": "ESTABLISHED", "valid_from": "2019-10-30"}
        assert "承办岗" in text(client, f"/admin-desk/people/{new.pk}/appoint")

        done = client.post(f"/admin-desk/people/{new.pk}/appoint", answers, follow=True).content.decode()

        row = Appointment.objects.get(account=new)
        assert "已任命" in done
        assert (row.post, row.role) == (post, "handler")
        again = client.post(f"/admin-desk/people/{new.pk}/appoint", answers).content.decode()
        assert "不必重复任命" in again

        address = f"/admin-desk/appointments/{row.pk}/end"
        assert "王示例" in text(client, address)
        assert "结束时间须晚于开始时间" in client.post(address, {"valid_to": "2019-10-01"}).content.decode()
        client.post(address, {"valid_to": "2019-11-01"})
        row.refresh_from_db()
        assert row.valid_to == date(2019, 11, 1)
        assert [each.kind for each in Record.objects.order_by("pk")] == ["Appointed", "AppointmentEnded"]

    @pytest.mark.parametrize(
        ("held", "role", "kind", "said"),
        [
            ("sysadmin", "secadmin", "ESTABLISHED", "不能由同一人担任"),
            ("sysadmin", "auditadmin", "ESTABLISHED", "不能由同一人担任"),
            ("window", "handler", "INTERN", "不超过一年"),
        ],
    )
    def test_says_beside_the_field_what_cannot_be(
        self, client: Client, held: str, role: str, kind: str, said: str
    ) -> None:
        log_in(client, "secadmin")
        other = people.make_account(held, "zjj")
        place = f"{people.make_unit('zjj').pk}/"
        answers = {"place": place, "role": role, "staff_kind": kind, "valid_from": "2019-11-05"}

        page = client.post(f"/admin-desk/people/{other.pk}/appoint", answers)

        field = "role" if held == "sysadmin" else "valid_to"
        assert said in page.context["form"].errors[field][0]
        assert "2019-11-05" in page.content.decode()
        assert other.appointments.count() == 1

    @pytest.mark.parametrize("role", ["sysadmin", "auditadmin", "dept_head"])
    def test_no_other_administrator_grants(self, client: Client, role: str) -> None:
        log_in(client, role)
        other = people.make_account("window", "zjj")
        row = other.appointments.get()

        assert client.post(f"/admin-desk/people/{other.pk}/appoint").status_code == 403
        assert client.post(f"/admin-desk/appointments/{row.pk}/end").status_code == 403
        assert f"/admin-desk/appointments/{row.pk}/end" not in text(client, f"/admin-desk/people/{other.pk}")


class TestCovers:
    ANSWERS = {"kind": "LEAVE", "from_at": "2019-10-31 09:00", "to_at": "2019-11-01 17:00", "reason": "年休假"}

    def test_a_head_arranges_lists_and_ends_a_cover(self, client: Client) -> None:
        absent, substitute = (people.make_account("handler", "zjj", name=name) for name in ("甲示例", "乙示例"))
        people.make_account("handler", "other", name="外单位")
        log_in(client, "dept_head")
        page = text(client, "/admin-desk/covers")
        assert "甲示例（zjj）" in page
        assert "外单位" not in page
        assert "没有代岗安排" in page

        answers = self.ANSWERS | {"absent": absent.pk, "substitute": substitute.pk}
        done = client.post("/admin-desk/covers", answers, follow=True).content.decode()

        row = Substitution.objects.get()
        assert (row.from_at, row.to_at) == (china("2019-10-31 09:00"), china("2019-11-01 17:00"))
        assert "已安排乙示例代岗" in done
        assert "年休假" in done
        assert "代岗已结束" in client.post(f"/admin-desk/covers/{row.pk}/end", follow=True).content.decode()
        assert [each.kind for each in Record.objects.order_by("pk")] == ["SubstituteSet", "SubstitutionEnded"]

    def test_says_beside_the_field_what_cannot_be(self, client: Client) -> None:
        log_in(client, "hall_office")
        hall = people.make_unit("zjj")
        absent = people.make_account("handler", "zjj")
        stranger = people.make_account("handler", people.make_unit("section", parent=hall))

        def said(**changed: object) -> dict[str, list[str]]:
            answers = self.ANSWERS | {"absent": absent.pk, "substitute": stranger.pk} | changed
            page = client.post("/admin-desk/covers", answers)
            assert "年休假" in page.content.decode()
            return dict(page.context["form"].errors)

        assert "AB岗须由同一单位" in said()["substitute"][0]
        assert "不能由本人接替" in said(substitute=absent.pk)["substitute"][0]
        assert "结束时间须晚于开始时间" in said(to_at="2019-10-31 08:00")["to_at"][0]
        assert "格式填写" in said(from_at="明天")["from_at"][0]
        assert not Substitution.objects.exists()

    def test_the_absent_person_ends_the_own_cover_and_others_do_not(self, client: Client) -> None:
        absent, substitute = people.make_account("handler", "zjj"), people.make_account("handler", "zjj")
        row = people.cover(absent, substitute, at=WEDNESDAY - timedelta(hours=1))
        address = f"/admin-desk/covers/{row.pk}/end"

        client.force_login(substitute)
        assert address not in text(client, f"/admin-desk/people/{absent.pk}")
        client.post(address)
        row.refresh_from_db()
        assert row.to_at > WEDNESDAY

        client.force_login(absent)
        assert address in text(client, f"/admin-desk/people/{absent.pk}")
        client.post(address)
        row.refresh_from_db()
        assert row.to_at == WEDNESDAY
        assert client.post("/admin-desk/covers/999/end").status_code == 404


class TestAccesses:
    def looked(self, account: Account, subject: str) -> None:
        """Note a look at somebody's number."""
        AccessLog.objects.create(
            account_id=account.pk,
            at=WEDNESDAY,
            recorded_at=WEDNESDAY,
            subject=subject,
            fields="id_number phone",
            purpose="unmask",
            reason="核对身份",
        )

    def test_shows_who_looked_at_whom_and_why(self, client: Client) -> None:
        self.looked(people.make_account("window", "zjj", username="wang", name="王示例"), "people.Party/12")
        log_in(client, "auditadmin")

        page = text(client, "/admin-desk/accesses")

        assert "王示例" in page
        assert "证件号码、手机" in page
        assert "查看完整信息：核对身份" in page
        assert "核对身份" in text(client, "/admin-desk/accesses?account=wang&subject=people.Party/12&since=2019-10-30")
        assert "没有符合条件的留痕" in text(client, "/admin-desk/accesses?since=2019-10-31")
        assert "没有符合条件的留痕" in text(client, "/admin-desk/accesses?subject=people.Party/1")
        assert "没有这个用户名" in text(client, "/admin-desk/accesses?account=nobody")

    def test_the_hall_sees_the_looks_of_its_own_people(self, client: Client) -> None:
        self.looked(people.make_account("window", "zjj"), "people.Party/12")
        self.looked(people.make_account("handler", "other"), "people.Party/13")
        log_in(client, "hall_office")

        page = text(client, "/admin-desk/accesses")

        assert "people.Party/12" in page.replace("例如 people.Party/12", "")
        assert "people.Party/13" not in page
