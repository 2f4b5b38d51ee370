"""The guided tours of `docs/tour/`, walked as they are written; with `YICHUANG_TOUR=1` they renew their pictures."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.walking import People, fill, follow, go_to, hand_in, press, told
from tests.support.folders import copied, ready_made
from tests.support.server import PHONE, TOUR, Server, _visits

pytestmark = pytest.mark.journey

TODAY = "2019-10-30T09:00"
"""What `make demo` opens with."""
SHOP = "924201069999056A7D"
CHOSEN = ("catering", "hot", "no", "window", "individual", "restaurant", "rented", "small", "WINDOW")


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A house as `make demo` opens it, for all tours together."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with copied(ready_made(shared, TODAY), tmp_path_factory.mktemp("tours") / "data") as folder:
        running = Server.start(folder)
        yield running
        running.stop()


@pytest.fixture
def people(browser: Browser, district: Server) -> Iterator[People]:
    """Let people come to that house."""
    for visit in _visits(browser, district.url):
        yield People(visit)


def picture(people: People, who: str, name: str, at: str = "h1") -> None:
    """Renew a picture with this part of the page in view."""
    people[who].page.locator(at).first.evaluate("(e) => window.scrollTo(0, e.getBoundingClientRect().top - 160)")
    people[who].picture(name)


def row_of(page: Page, words: str) -> str:
    """Give the number of the case in the row with these words."""
    found = re.search(r"\b\d{20}\b", page.locator("main tr", has_text=words).first.inner_text())
    assert found, page.inner_text("main")
    return found[0]


def test_applicant(people: People, drawing: Path) -> None:
    anybody = people.visit()
    page = anybody.go("/")
    anybody.picture("applicant-home")
    page.get_by_role("link", name="选一个角色进入").click()
    anybody.picture("applicant-doors")
    follow(page, page.locator("button", has_text="刘敏").first)

    people.there["citizen"] = anybody
    page = anybody.go("/")
    page.fill("main input[name=q]", "开饭店")
    follow(page, page.locator("main form button").first)
    go_to(page, "食品经营许可（新办）")
    picture(people, "citizen", "applicant-guide")
    go_to(page, "看我要带什么")
    for answer in ("餐饮服务", "租用", "不足100平方米"):
        page.locator("main label", has_text=answer).click()
        follow(page, page.locator("main form button", has_text="继续"))
    expect(page.locator("main")).to_contain_text("场所租赁合同")
    picture(people, "citizen", "applicant-fit")
    page = anybody.go("/apply/food_business_permit")
    press(page, "开始申请")
    picture(people, "citizen", "applicant-tasks")
    number = hand_in(page, drawing, CHOSEN)
    picture(people, "citizen", "applicant-number")
    code = re.findall(r"查询码：([0-9A-Z]{6})", page.inner_text("main"))[0]
    go_to(page, "查看办理进度")
    picture(people, "citizen", "applicant-progress")

    phone = people.visit(viewport=PHONE)
    page = phone.go("/track")
    page.fill("input[name=number]", number)
    page.fill("input[name=code]", code)
    follow(page, page.locator("main form .actions button"))
    expect(page.locator("main")).to_contain_text("已接件")
    phone.picture("applicant-track-phone")


def test_clerk(people: People) -> None:
    page = people.at("guide", "/desk/tickets")
    page.fill("[name=id_number]", "99999919840612122X")
    people["guide"].picture("clerk-tickets")
    press(page, "A")
    expect(page.locator(".slip__number")).to_be_visible()

    page = people.at("window", "/desk")
    press(page, "1")
    page.keyboard.press("F2")
    expect(page.locator("main .who").first).to_contain_text("刘敏")
    people["window"].picture("clerk-called")
    press(page, "换人")
    page.select_option("[name=p-id_kind]", "USCC")
    page.fill("[name=p-number]", SHOP)
    press(page, "查找或登记")
    follow(page, page.locator("button[name=item][value=food_business_permit]").first)
    for question, answer in (("business", "restaurant"), ("place", "rented"), ("area", "small")):
        with page.expect_response(re.compile("/desk$")):
            page.click(f"label[for=s_{question}_{answer}]")
    page.wait_for_load_state("networkidle")
    people["window"].picture("clerk-situation")
    for _ in range(3):
        fill(page, CHOSEN, within="section[aria-labelledby=form-heading]")
        follow(page, page.locator(".actions button[value=update]"))
        if not page.locator("#answer .gaps--inline").count():
            break
    follow(page, page.locator("button[name=all_here]"))
    expect(page.locator("#answer")).to_contain_text("可受理")
    picture(people, "window", "clerk-materials", "#material-food_permit_form")
    follow(page, page.locator("button[value=accept]"))
    expect(page.locator("main")).to_contain_text("材料袋")
    picture(people, "window", "clerk-accepted")
    page = people.at("window", "/desk/bags")
    people["window"].picture("clerk-bags")


def test_approver(people: People) -> None:
    page = people.at("handler", "/dept")
    people["handler"].picture("approver-list")
    number = row_of(page, "武昌区示例炒菜馆")
    case = f"/dept/cases/{number}"
    page = people.at("handler", case)
    people["handler"].picture("approver-case")
    people.sign("", number)
    people["signer"].picture("approver-signed")
    page = people.at("signer", case)
    told(page, "准予行政许可决定书")
    follow(page, page.locator("main a[href^='/papers/']", has_text="准予行政许可决定书").last)
    told(page, "打开PDF", seconds=60)
    people["signer"].picture("approver-paper")
    address = re.search(r"/verify/[\w-]+", page.content())
    assert address
    anybody = people.visit()
    expect(anybody.go(address[0]).locator("main")).to_contain_text("有效")
    anybody.picture("approver-verified")


def test_supervisor(people: People) -> None:
    page = people.at("office", "/supervise")
    people["office"].picture("supervisor-board")
    follow(page, page.locator("tr", has_text="区市场监管局").locator("td a").nth(1))
    due_soon = page.url
    for place in range(page.locator("#cases tbody a[href*='/case/']").count()):
        follow(page, page.locator("#cases tbody a[href*='/case/']").nth(place))
        if page.get_by_role("button", name="催办", exact=True).count():
            break
        expect(page.locator("main")).to_contain_text("系统已自动催办")
        page.goto(due_soon)
    press(page, "催办")
    expect(page.locator("body")).to_contain_text("已催办")
    people["office"].picture("supervisor-reminded")
    page = people.at("office_signer", "/supervise?show=drafts")
    follow(page, page.locator("#cases a").first)
    people["office_signer"].picture("supervisor-draft")
    press(page, "签发")
    expect(page.locator("main")).to_contain_text("〔2019〕")
    people["office_signer"].picture("supervisor-signed")
    people.at("office", "/supervise/evasion")
    people["office"].picture("supervisor-evasion")
    expect(people.at("office", "/supervise/print").locator("main")).not_to_contain_text("冯佳怡")


def test_engineer(people: People, district: Server) -> None:
    people.at("sysadmin", "/admin-desk/health")
    people["sysadmin"].picture("engineer-health")
    page = people.at("auditadmin", "/admin-desk/records")
    press(page, "校验链")
    people["auditadmin"].picture("engineer-records")
    page = people.at("process_admin", "/admin-desk/plans")
    go_to(page, "施工许可阶段并联审批")
    picture(people, "process_admin", "engineer-plan", "main svg")
    people.at("sysadmin", "/admin-desk/calendar")
    people["sysadmin"].picture("engineer-calendar")
    people.visit().go("/api/v1/docs").wait_for_selector(".swagger-ui .info")
    said = district.folder.command("calendar", "add", "2019-09-30", "5").stdout.split()
    assert said[-1] == "2019-10-12"


def test_every_picture_of_a_tour_is_there_and_small() -> None:
    shown = {
        name
        for tour in TOUR.parent.glob("*.md")
        for name in re.findall(r"images/([\w.-]+)", tour.read_text(encoding="utf-8"))
    }

    assert shown == {each.name for each in TOUR.iterdir()}
    assert all(each.stat().st_size <= 120_000 for each in TOUR.iterdir())
