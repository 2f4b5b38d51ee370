"""An online application from the first page to the archive of proofs: apply, accept, decide, paper, track, records."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.walking import People, hand_in, press, told
from tests.support.server import PHONE, Server, Visit, Visitor

pytestmark = [pytest.mark.journey, pytest.mark.both]

DECISION = "准予行政许可决定书"


def test_a_permit_is_applied_for_accepted_decided_sealed_tracked_and_proven(
    people: People, visit: Visit, server: Server, drawing: Path, tmp_path: Path
) -> None:
    citizen = people["citizen"]
    page = citizen.go("/apply/food_business_permit")
    citizen.shot("apply-start")
    press(page, "开始")
    citizen.shot("apply-tasks")
    number = hand_in(page, drawing, ("catering", "restaurant", "own", "window", "WINDOW"))
    citizen.shot("apply-submitted")
    code = re.findall(r"查询码：([0-9A-Z]{6})", page.inner_text("main"))[0]

    expect(people.at("handler", "/desk/prechecks").locator("main")).to_contain_text(number)
    press(people.at("handler", f"/dept/cases/{number}"), "受理")
    people["handler"].shot("case-accepted")
    people.sign("", number)

    (tmp_path / "decision.pdf").write_bytes(sealed(citizen, number))
    judged = subprocess.run(["pdfsig", tmp_path / "decision.pdf"], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in judged, judged

    anybody = visit(viewport=PHONE)
    page = anybody.go("/track")
    page.fill("input[name=number]", number)
    page.fill("input[name=code]", code)
    with page.expect_navigation():
        page.locator("main form .actions button.govuk-button").click()
    anybody.shot("tracked-375")
    expect(page.locator("main")).to_contain_text("准予")
    assert "13800000001" not in page.content()
    assert json.loads(server.folder.command("records", "verify", "--json").stdout.splitlines()[-1])["ok"]


def sealed(visitor: Visitor, number: str) -> bytes:
    """Wait for the paper of the decision on the applicant's page, and fetch it."""
    page = visitor.go(f"/me/cases/{number}")
    told(page, DECISION)
    link = page.locator("main li", has_text=DECISION).locator("a[href$='.pdf']")
    for _ in range(30):
        if link.count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    visitor.shot("me-decided")
    answer = page.request.get(visitor.url + str(link.first.get_attribute("href")))
    assert answer.ok
    return answer.body()
