"""Story 7: a building permit through many departments at once; one correction, a joint review that returns, a pause."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walking import People, fill, follow, hand_in, press, told, unfold
from tests.support.server import Server

pytestmark = [pytest.mark.journey, pytest.mark.both]

CODE = "2019-420106-47-03-000777"
HERE = f"/construction/{CODE}"
JOINT = ("zjj", "rfb", "qxj")
LIBRARY = f"""
import django; django.setup()
from datetime import date
from yichuang.domains.licences.commands import enter_outside
from yichuang.foundation.people.actors import SYSTEM
from yichuang.foundation.people.models import Party, Unit
from yichuang.foundation.records.clock import business_now
firm, unit = Party.objects.get(name="武汉示例置业有限公司"), Unit.objects.get(code="zrzy").pk
for n, kind in enumerate(("land_permit", "works_permit"), 1):
    enter_outside(licence_type=kind, number=f"示{{n:04d}}", holder_id=firm.pk, unit_id=unit, fields={{}}, by=SYSTEM,
                  at=business_now(), project_code="{CODE}", valid_from=date(2019, 6, 1), is_synthetic=True)
"""
"""What the two stages before have issued."""


@pytest.fixture
def library(server: Server) -> None:
    """Let the library hold what the stages before have issued."""
    settings = {"DJANGO_SETTINGS_MODULE": "yichuang.config.settings"}
    subprocess.run([sys.executable, "-c", LIBRARY], env=server.folder.environment | settings, check=True)


def number_of(page: Page, name: str) -> str:
    """Read the number of an item's case off the project page."""
    text = page.locator("main li.steps__item", has_text=name).first.inner_text()
    found = re.search(r"办件号(\d+)", text)
    assert found, text
    return found[1]


def registered(people: People) -> Page:
    """Let the developer register a project; gives its page."""
    page = people.at("company", "/construction/new")
    page.fill("[name=code]", CODE)
    page.fill("[name=name]", "滨江示例大厦")
    for name, value in (("flow_class", "3"), ("investment_source", "private"), ("works_class", "housing")):
        page.check(f"[name={name}][value='{value}']")
    for name, number in (("total_investment", "12000"), ("land_area_m2", "8000"), ("building_area_m2", "30000")):
        page.fill(f"[name={name}]", number)
    press(page, "登记")
    assert page.url.endswith(HERE), page.inner_text("main")
    return page


def opinions(people: People, review: str, verdict: str, *, of: str = "") -> None:
    """Let every unit of the joint review sign; `of` alone says `verdict`, all when empty, the others pass."""
    press(people.at("zjj_handler", f"{HERE}/joint/{review}"), "分发给各单位")
    for unit in JOINT:
        page = people.at(f"{unit}_handler", f"{HERE}/joint/{review}")
        says = verdict if of in ("", unit) else "passed"
        page.check(f"[name=verdict][value={says}]", force=True)
        if says == "revise":
            page.fill("[name=opinion]", "人防门尺寸与平时通道冲突")
        press(page, "签署意见")


def test_a_building_permit_goes_through_all_departments_at_once(
    people: People, server: Server, library: None, drawing: Path
) -> None:
    server.shift("2019-10-08T09:05")
    page = registered(people)
    people["company"].shot("project-new")
    follow(page, page.locator("a[href*='construction_stage_3']"))
    press(page, "开始申请")
    number = hand_in(page, drawing, ("class_3", "has", "yes", "housing", "window"))
    precheck = f"{HERE}/precheck/{number}"

    expect(people.at("rfb_handler", "/construction").locator("main")).to_contain_text("等我单位预审")
    page = people.at("rfb_handler", precheck)
    unfold(page, "需要补正")
    page.check("#own_ask_drawings", force=True)
    page.fill("#own_reason_drawings", "缺人防专业图")
    press(page, "交牵头单位汇总")
    server.shift("2019-10-09T17:01")  # the other units said nothing for one working day: they agree
    press(people.at("zjj_handler", precheck), "汇总并一次性告知")
    page = people.at("company", f"/me/cases/{number}/correct")
    page.set_input_files("main input[type=file]", str(drawing))
    press(page, "提交")
    server.shift("2019-10-12T09:05")  # the second round passes in silence; 10-12 is a working Saturday
    page = people.at("zjj_handler", precheck)
    people["zjj_handler"].shot("precheck")
    press(page, "汇总并受理")

    project = people.at("zjj_handler", HERE)
    main = project.locator("main")
    expect(main).to_contain_text("2019-11-04")  # sixteen working days from 10-12
    expect(main).to_contain_text("关键路径 10 天")  # drawings 7, then the permit 3
    people["zjj_handler"].shot("project-accepted")
    expect(main).to_contain_text("可宽2天")  # the air-raid shelter's 5 days beside the drawings' 7
    names = ("施工图联合审查", "防空地下室建设审批", "建筑垃圾处置核准")
    review, shelter, waste = (number_of(project, name) for name in names)

    opinions(people, review, "revise", of="rfb")
    press(people.at("zjj_handler", f"{HERE}/joint/{review}"), "汇总并出意见书")
    page = people.at("company", f"{HERE}/joint/{review}")
    people["company"].shot("joint-returned")
    fill(page, within="form:has(input[type=file])")
    page.set_input_files("main input[type=file]", str(drawing))
    press(page, "提交")
    opinions(people, review, "passed")
    press(people.at("zjj_handler", f"{HERE}/joint/{review}"), "汇总并出意见书")
    people["zjj_handler"].shot("joint-passed")

    page = people.at("rfb_handler", f"/dept/cases/{shelter}")
    unfold(page, "特别程序")
    form = page.locator("form[action$='/hold']")
    form.locator("[name=kind][value=SUSPENSION]").check(force=True)
    form.locator("[name=ground]").select_option("申请人同意的补正")
    for name, value in (("reason", "补充口部详图"), ("days", "3")):
        form.locator(f"[name={name}]").fill(value)
    press(page, "提请批准")
    press(people.at("zjj_handler", HERE), "征求申请人意见")
    press(people.at("company", HERE), "同意停表")
    press(people.at("rfb_head", f"/dept/cases/{shelter}"), "批准")
    expect(people.at("company", f"/me/cases/{shelter}").locator("main")).to_contain_text("停")
    server.shift("2019-10-16T09:05")
    press(people.at("rfb_handler", f"/dept/cases/{shelter}"), "结束并恢复时限")
    people.sign("rfb_", shelter)
    people.sign("zjj_", review, handle=False)
    permit = number_of(people.at("zjj_handler", HERE), "建筑工程施工许可证")
    people.sign("zjj_", permit)
    told(people.at("company", HERE), "建筑工程施工许可证 ")
    people["company"].shot("project-permitted")

    server.shift("2019-10-23T09:05")  # the waste had five working days from 10-12: until 10-18
    office = people["office"]
    page = office.go(f"/supervise/case/{waste}")
    press(page, "催办")
    page.fill("[name=subject]", "建筑垃圾处置核准超期")
    page.fill("[name=findings]", "10月12日受理，承诺5个工作日，至今未办结。")
    page.fill("[name=demand]", "3个工作日内办结并反馈。")
    press(page, "存为草稿并预览")
    order = page.url.split("/")[-1]
    page = people.at("office_signer", f"/supervise/orders/{order}")
    press(page, "签发")
    expect(page.locator("main")).to_contain_text("武营商督〔2019〕")
    people["office_signer"].shot("order-signed")
    expect(people.at("cgj_head", "/supervise/answers").locator("main")).to_contain_text("武营商督〔2019〕")

    page = people.at("zjj_handler", HERE)
    unfold(page, "登记发现的系统外证照")
    form = page.locator("form[action$='/outside']")
    for name, value in (("name", "占用绿地批文"), ("number", "武园许〔2019〕7号"), ("found_how", "现场检查")):
        form.locator(f"[name={name}]").fill(value)
    follow(page, form.locator("button"))
    expect(page.locator("main")).to_contain_text("体外循环：占用绿地批文")
    expect(office.go("/supervise/evasion").locator("main")).to_contain_text("武园许〔2019〕7号")

    answer = office.go("/construction/package")
    with answer.expect_download() as download:
        answer.locator("main form button").first.click()
    package = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    rows = {name: package.read(name).decode("utf-8-sig") for name in package.namelist()}
    assert any(CODE in text for text in rows.values()), list(rows)
