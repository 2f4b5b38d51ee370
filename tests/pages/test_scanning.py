"""The files of one material on pages: several at once, replaced, put in order, turned, joined, and taken by a phone."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.support import files as made
from tests.support import people
from tests.support.engine import Hall
from tests.support.server import DESKTOP, PHONE
from tests.support.showing import Window
from yichuang.domains.cases.models import Draft
from yichuang.domains.cases.pages import scanning
from yichuang.domains.cases.pages.scanning import Leaf, Pass, moved
from yichuang.foundation.files.models import StoredFile
from yichuang.foundation.files.stores import store
from yichuang.foundation.records import realtime

CODE = "food_floor_plan"
PHOTO = {"size": (60, 30)}
PASTE = """() => {
  const clipboard = new DataTransfer();
  clipboard.items.add(new File(["x"], "image.png", {type: "image/png"}));
  document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clipboard, bubbles: true, cancelable: true}));
}"""


def picture(name: str = "图.png", **options: object) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, made.picture(**options), content_type="image/png")


@pytest.fixture
def draft(client: Client, db: None, settings, tmp_path) -> Draft:
    """Log an applicant in who has come as far as the materials."""
    settings.FILES = tmp_path
    hall = Hall()
    client.force_login(people.make_account("", party=hall.party))
    client.post("/apply/food_business_permit?business=restaurant&place=rented&area=small", {"project": ""})
    draft = Draft.objects.get()
    client.post(f"/drafts/{draft.pk}/parties", {"applicant": hall.party.pk, "delivery_kind": "WINDOW"})
    return draft


def address(draft: Draft, *, pages: bool = False) -> str:
    return f"/drafts/{draft.pk}/materials/{CODE}" + ("/pages" if pages else "")


def names(draft: Draft) -> list[str]:
    return list(draft.files.order_by("place").values_list("file__name", flat=True))


def leaves(html: str) -> list[str]:
    return re.findall(r'name="leaf" value="([^"]+)"', html)


def phone_address(client: Client, draft: Draft) -> str:
    """Read where the sign on the material's page leads."""
    until = client.get(address(draft)).context["until"]
    return f"/phone/{Pass(draft.pk, CODE, until).token}"


class TestMaterial:
    def test_says_types_and_size_before_and_takes_files_camera_and_clipboard(self, client, draft):
        page = client.get(address(draft)).content.decode()

        assert "PDF、JPG、PNG、DOCX、XLSX、OFD、TXT、CSV，每个不超过 20 MB" in page
        assert re.search(r'name="upload"[^>]* multiple data-paste', page)
        assert re.search(r'name="photo"[^>]*accept="image/jpeg,image/png" capture="environment"', page)
        assert "cases/scan.js" in page
        assert 'class="qr__code"' in page
        assert "15 分钟内有效" in page

    def test_takes_several_at_once_and_keeps_the_good_ones_when_one_is_refused(self, client, draft):
        wrong = SimpleUploadedFile("程序.png", b"MZ\x00\x01 nothing good")

        page = client.post(address(draft), {"upload": [picture("一.png"), wrong, picture("二.png")]})

        assert names(draft) == ["一.png", "二.png"]
        assert "「程序.png」的内容不是可接收的类型" in page.content.decode()
        assert "一.png" in page.content.decode()

    def test_done_takes_what_was_chosen_and_leads_back(self, client, draft):
        with_file = client.post(address(draft), {"upload": picture("一.png"), "do": "done"})
        without = client.post(address(draft), {"do": "done"})
        wrong = client.post(address(draft), {"upload": SimpleUploadedFile("空.png", b""), "do": "done"})

        assert names(draft) == ["一.png"]
        assert with_file["Location"] == without["Location"] == f"/drafts/{draft.pk}/materials"
        assert "「空.png」是空文件" in wrong.content.decode()

    def test_asks_for_a_file_when_there_is_none(self, client, draft):
        assert "请先选择文件或拍照" in client.post(address(draft)).content.decode()

    def test_explains_what_is_too_big(self, client, draft, settings):
        settings.FILE_MAX_BYTES = 1024

        page = client.post(address(draft), {"upload": picture(size=(900, 900), form="BMP")})

        assert "MB 的上限。请降低扫描分辨率" in page.content.decode()

    def test_explains_what_is_infected_and_keeps_nothing_of_it(self, client, draft, settings):
        with made.fake_clamd() as settings.VIRUS_SCANNER:
            words = SimpleUploadedFile("说明.txt", made.EICAR)
            page = client.post(address(draft), {"upload": [words, picture("一.png")]}).content.decode()

        assert "「说明.txt」查出病毒（Eicar-Signature），没有保存" in page
        assert names(draft) == ["一.png"]

    def test_replaces_one_file(self, client, draft):
        client.post(address(draft), {"upload": [picture("一.png"), picture("二.png")]})
        old = draft.files.get(file__name="一.png")
        assert f"?replace={old.pk}" in client.get(address(draft)).content.decode()

        client.post(f"{address(draft)}?replace={old.pk}", {"upload": picture("新.png")})

        assert names(draft) == ["二.png", "新.png"]

    def test_is_not_there_for_others(self, client, draft):
        client.force_login(people.make_account("", party=people.make_party("王某")))

        assert client.get(address(draft)).status_code == 404
        assert client.get(address(draft, pages=True)).status_code == 404

    def test_leads_back_to_a_page_of_this_house_only(self, client, draft):
        done = client.post(f"{address(draft)}?back=/desk%3Fdraft%3D1", {"do": "done"})

        assert done["Location"] == "/desk?draft=1"
        assert 'href="/desk?draft=1"' in client.get(address(draft), {"back": "/desk?draft=1"}).content.decode()
        assert 'href="//evil' not in client.get(address(draft), {"back": "//evil.example"}).content.decode()


class TestArrange:
    def test_moves_and_turns_without_a_script_and_joins_in_that_order(self, client, draft):
        lease = SimpleUploadedFile("合同.pdf", made.pdf(2, text="lease"))
        client.post(address(draft), {"upload": [picture("一.png", **PHOTO), lease]})
        first = leaves(client.get(address(draft, pages=True)).content.decode())
        assert len(first) == 3

        down = client.post(address(draft, pages=True), {"leaf": first, "do": "down-0"}).content.decode()
        turned = client.post(address(draft, pages=True), {"leaf": leaves(down), "do": "right-1"}).content.decode()
        assert leaves(turned) == [first[1], first[0].removesuffix("0") + "1", first[2]]
        assert "已顺时针旋转 90°" in turned
        done = client.post(address(draft, pages=True), {"leaf": leaves(turned), "do": "join"})

        assert done["Location"] == address(draft)
        assert len(names(draft)) == 1
        joined = draft.files.get().file
        with store().open(joined.sha256) as content:
            pages = pypdf.PdfReader(BytesIO(content.read())).pages
        assert [("lease" in page.extract_text(), page.rotation) for page in pages] == [
            (True, 0),
            (False, 90),
            (True, 0),
        ]
        assert joined.name.endswith(".pdf")

    def test_leaves_alone_what_was_taken_out_and_what_has_no_pages(self, client, draft):
        words = SimpleUploadedFile("说明.docx", made.docx())
        client.post(address(draft), {"upload": [picture("一.png"), picture("二.png"), words]})
        first = leaves(client.get(address(draft, pages=True)).content.decode())

        page = client.post(address(draft, pages=True), {"leaf": first, "do": "out-1"}).content.decode()
        assert "保持原样：二.png、说明.docx" in page
        client.post(address(draft, pages=True), {"leaf": leaves(page), "do": "join"})

        assert names(draft)[:2] == ["二.png", "说明.docx"]
        assert len(names(draft)) == 3

    def test_a_second_press_finds_nothing_to_join(self, client, draft):
        client.post(address(draft), {"upload": picture("一.png")})
        form = {"leaf": leaves(client.get(address(draft, pages=True)).content.decode()), "do": "join"}
        client.post(address(draft, pages=True), form)

        again = client.post(address(draft, pages=True), form).content.decode()

        assert "没有可合并的页面" in again
        assert len(names(draft)) == 1

    @pytest.mark.parametrize(
        ("do", "order"),
        [("up-0", "abc"), ("up-2", "acb"), ("down-2", "abc"), ("down-0", "bac"), ("out-1", "ac"), ("up-9", "abc")],
    )
    def test_moving_never_loses_a_page(self, do, order):
        table = [Leaf(StoredFile(name=name), 0) for name in "abc"]

        assert "".join(leaf.file.name for leaf in moved(table, do)) == order


class TestByPhone:
    def test_puts_photographs_on_that_material_without_a_log_in(self, client, draft):
        where, phone = phone_address(client, draft), Client()

        page = phone.get(where)
        assert page.status_code == 200
        assert "no-store" in page["Cache-Control"]
        assert phone.post(where, {"photo": picture("手机.png")}).status_code == 302

        row = draft.files.get()
        assert (row.material, row.file.name, row.file.owner_id) == (CODE, "手机.png", draft.account_id)
        assert "手机.png" in client.get(address(draft)).content.decode()

    def test_shows_nothing_of_the_case_but_the_name_of_the_material(self, client, draft):
        client.post(address(draft), {"upload": picture("机密图纸.png")})

        page = Client().get(phone_address(client, draft)).content.decode()

        assert draft.applicant is None
        draft.refresh_from_db()
        assert client.get(address(draft)).context["asked"].material.name in page
        assert "机密图纸" not in page
        assert draft.applicant.name not in page
        assert "/drafts/" not in page

    def test_ends_after_fifteen_minutes_of_real_time(self, client, draft, monkeypatch):
        where = phone_address(client, draft)
        late = realtime.now() + timedelta(minutes=scanning.PASS_MINUTES, seconds=1)
        monkeypatch.setattr(scanning.realtime, "now", lambda: late)

        page = Client().post(where, {"photo": picture()})

        assert page.status_code == 410
        assert "二维码已失效" in page.content.decode()
        assert not draft.files.exists()

    def test_a_changed_token_opens_nothing(self, client, draft):
        where = phone_address(client, draft)

        assert Client().get(where[:-1] + ("a" if where[-1] != "a" else "b")).status_code == 410
        assert Client().get("/phone/0").status_code == 410

    def test_ends_when_the_draft_is_gone(self, client, draft):
        where = phone_address(client, draft)
        client.post(f"/drafts/{draft.pk}/discard")
        Draft.objects.filter(pk=draft.pk).delete()

        assert Client().get(where).status_code == 410

    def test_takes_only_so_many(self, client, draft, monkeypatch):
        monkeypatch.setattr(scanning, "PHONE_FILES", 1)
        where = phone_address(client, draft)
        Client().post(where, {"photo": picture("一.png")})

        page = Client().post(where, {"photo": picture("二.png")}).content.decode()

        assert "文件太多了" in page
        assert names(draft) == ["一.png"]


@pytest.mark.journey
class TestInABrowser:
    @pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1366", "375"])
    def test_is_accessible_and_fits(self, client, draft, browser, viewport):
        client.post(address(draft), {"upload": SimpleUploadedFile("合同.pdf", made.pdf(2))})
        where = phone_address(client, draft)
        window = Window(browser, client, viewport)
        for path in (address(draft), address(draft, pages=True), where):
            window.go(path)
            assert (path, window.problems(), window.overflow()) == (path, [], 0)
        window.close()

        assert (window.complaints, window.strangers) == ([], [])

    def test_pictures_are_pasted_beside_what_was_chosen(self, client, draft, browser):
        window = Window(browser, client)
        page = window.go(address(draft))
        assert page.get_by_text("也可以把截图直接粘贴到本页").is_visible()

        page.evaluate(PASTE)
        page.evaluate(PASTE)

        assert page.evaluate("document.querySelector('#id_upload').files.length") == 2
        window.close()
