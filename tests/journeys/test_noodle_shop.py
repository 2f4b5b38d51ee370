"""Story 1: a noodle shop opens; one material is missing, one is asked for too late, and the office says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walking import People, fill, follow, press, told, unfold
from tests.support.server import Server

pytestmark = [pytest.mark.journey, pytest.mark.both]

SHOP = "924201069999056A7D"
CHOSEN = ("catering", "hot", "no", "window", "individual")


def take_in(page: Page) -> str:
    """Receive Ms Liu at the window: everything is there but the floor plan; gives the case's number."""
    page.keyboard.press("F2")
    expect(page.locator("#bar-ticket")).to_have_text("A001")
    expect(page.locator("main .who").first).to_contain_text("刘敏")  # known from her ticket; the shop applies
    press(page, "换人")
    page.select_option("[name=p-id_kind]", "USCC")
    page.fill("[name=p-number]", SHOP)
    press(page, "查找或登记")
    follow(page, page.locator("button[name=item][value=food_business_permit]").first)
    for question, answer in (("business", "restaurant"), ("place", "rented"), ("area", "small")):
        with page.expect_response(re.compile("/desk$")):
            page.click(f"label[for=s_{question}_{answer}]")
    page.wait_for_load_state("networkidle")
    for _ in range(3):
        fill(page, CHOSEN, within="section[aria-labelledby=form-heading]")
        follow(page, page.locator(".actions button[value=update]"))
        if not page.locator("#answer .gaps--inline").count():
            break
    follow(page, page.locator("button[name=all_here]"))
    page.click("label[for=state-food_floor_plan-MISSING]")
    page.fill("[name=reason_food_floor_plan]", "没有标明面积和功能间")
    follow(page, page.locator(".actions button[value=update]"))
    return page.inner_text("#answer")


def test_a_noodle_shop_opens_with_one_thing_missing(people: People, server: Server, drawing: Path) -> None:
    guide = people.at("guide", "/desk/tickets")
    guide.fill("[name=id_number]", "99999919840612122X")
    press(guide, "A")
    people["guide"].shot("ticket")
    clerk = people["window"]
    page = clerk.go("/desk")
    press(page, "1")
    answer = take_in(page)
    clerk.shot("desk")
    assert "缺1份" in answer, answer
    assert page.locator("li.material").count() == 6
    expect(page.locator("#material-business_licence")).to_contain_text("免提交")
    follow(page, page.locator("button[value=notice]"))
    clerk.shot("desk-told")
    found = re.search(r"\b\d{20}\b", page.inner_text("main"))
    assert found, page.inner_text("main")
    number = found[0]
    case, mine = f"/dept/cases/{number}", f"/me/cases/{number}"

    server.shift("2019-09-29T09:30")  # the working Sunday: she hands in the same plan again
    citizen = people["citizen"]
    page = citizen.go(f"{mine}/correct")
    assert page.locator("main input[type=file]").count() == 1  # the one row
    page.set_input_files("main input[type=file]", str(drawing))
    press(page, "提交")
    page = clerk.go(case)
    unfold(page, "一次性告知补正")
    page.check("[name=ask_food_floor_plan]", force=True)
    page.fill("[name=reason_food_floor_plan]", "仍没有标明面积和功能间")
    page.check("[name=ask_lease]", force=True)
    page.fill("[name=reason_lease]", "缺少房东签字页")
    press(page, "发出一次性告知书")
    clerk.shot("told-twice")

    unit = people.at("scjg_head", "/supervise/answers")
    told(unit, number)
    follow(unit, unit.locator("main a", has_text=number))
    unit.fill("main form textarea", "窗口首次收件时没有翻到最后一页。")
    press(unit, "提交申辩")
    office = people["office"]
    page = office.go("/supervise?show=cards")
    follow(page, page.locator("#cases a", has_text=number))
    expect(page.locator("main")).to_contain_text(
        "第2次告知新增：场所租赁合同"
    )  # the plan, asked for twice, is no breach
    expect(page.locator("main .pane")).to_have_count(2)  # both notices side by side
    page.fill("main form textarea", "首次告知时租赁合同已在手，应当一并告知。")
    office.shot("card-new-row")
    press(page, "认定")
    expect(page.locator("main")).to_contain_text("认定")

    server.shift("2019-09-30T09:30")
    press(clerk.go("/desk"), "1")  # a new day at the window
    page = clerk.go(f"/desk/case/{number}/correct")
    for box in page.locator("[name^=came_]").all():
        box.check(force=True)
    clerk.shot("desk-corrected")
    follow(page, page.locator("button[value=accept]"))
    expect(page.locator("main")).to_contain_text("2019-10-18")  # ten working days from Monday 09-30
    people.sign("", number)
    page = people.at("delivery", case)
    page.fill("[name=receiver]", "刘敏")
    press(page, "出件")

    page = citizen.go(mine)
    told(page, "准予")
    expect(page.locator("main")).to_contain_text("营业执照：免提交")
    expect(page.locator("main h3", has_text="次 2019-09")).to_have_count(2)  # one case, two notices
    citizen.shot("me-delivered")
    page = citizen.go(f"{mine}/rate")
    page.locator("main label", has_text="非常满意").first.click()
    press(page, "提交")

    page = citizen.go("/licences")
    follow(page, page.locator("main a", has_text="食品经营许可证").first)
    citizen.shot("licence")
    expect(page.locator("main svg").first).to_be_visible()
    address = re.search(r"/verify/[\w-]+", page.content())
    assert address, page.inner_text("main")
    expect(people.visit().go(address[0]).locator("main")).to_contain_text("有效")
    cards = office.go(f"/supervise/case/{number}").locator("main li", has_text="认定")
    expect(cards).to_have_count(1)
