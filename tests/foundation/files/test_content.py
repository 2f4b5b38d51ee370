"""What a file is, is found by its content; what should not be kept is refused, and the person told what to do."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.support import files as make
from yichuang.foundation.files import problems
from yichuang.foundation.files.content import MAX_MEMBERS, examine
from yichuang.foundation.files.marks import secret_mark
from yichuang.foundation.files.names import clean_name
from yichuang.foundation.files.terms import MEGABYTE, FileKind


def look(content: bytes, name: str, **options):
    return examine(BytesIO(content), name, **options)


class TestExamine:
    @pytest.mark.parametrize(
        ("content", "name", "kind"),
        [
            (make.pdf(3), "图纸.PDF", FileKind.PDF),
            (make.picture("JPEG"), "照片.jpeg", FileKind.JPG),
            (make.picture("PNG"), "照片.png", FileKind.PNG),
            (make.docx(), "说明.docx", FileKind.DOCX),
            (make.xlsx(), "清单.xlsx", FileKind.XLSX),
            (make.ofd(), "证照.ofd", FileKind.OFD),
            ("红线坐标".encode(), "坐标.txt", FileKind.TXT),
            ("序号,名称\n1,图纸".encode("gb18030"), "清单.csv", FileKind.CSV),
        ],
    )
    def test_knows_the_eight_kinds(self, content, name, kind):
        found = look(content, name)

        assert found.kind is kind
        assert found.size == len(content)

    def test_counts_pages_and_pixels(self):
        assert look(make.pdf(3), "图纸.pdf").pages == 3
        assert (look(make.picture(), "a.png").width, look(make.picture(), "a.png").height) == (40, 30)

    @pytest.mark.parametrize(
        ("content", "name", "reason"),
        [
            (b"", "空.pdf", problems.EmptyFile),
            (make.pdf(), "图纸.png", problems.KindMismatch),
            (make.picture("PNG"), "照片.jpg", problems.KindMismatch),
            (make.pdf(), "图纸", problems.KindMismatch),
            (b"MZ not for us", "安装.exe", problems.SuffixNotAllowed),
            (b"<html></html>", "页面.html", problems.SuffixNotAllowed),
            (b"MZ\x90\x00\x03\x00\x00\x00", "安装.exe", problems.KindNotAllowed),
            (b"MZ\x90\x00\x03\x00\x00\x00", "图纸.pdf", problems.KindNotAllowed),
            (make.archive({"a.txt": "x"}), "材料.zip", problems.KindNotAllowed),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧.docx", problems.KindNotAllowed),
            (make.pdf(password="123"), "加密.pdf", problems.Encrypted),
            (b"%PDF-1.7\nnothing more", "坏.pdf", problems.Broken),
            (make.picture("PNG", (200, 200))[:200], "断.png", problems.Broken),
            (make.docx()[:-30], "断.docx", problems.Broken),
            (make.scripted_pdf(), "脚本.pdf", problems.ActiveContent),
            (make.docx(**{"word/vbaProject.bin": b"x"}), "宏.docx", problems.ActiveContent),
            (make.docx(**{"word/setup.exe": b"x"}), "程序.docx", problems.ActiveContent),
            (make.docx(**{"../../etc/passwd": b"x"}), "路径.docx", problems.Bomb),
            (make.docx(**{"big.bin": bytes(8 * MEGABYTE)}), "炸弹.docx", problems.Bomb),
            (make.docx(**{f"{n}.xml": "" for n in range(MAX_MEMBERS)}), "多.docx", problems.Bomb),
        ],
    )
    def test_refuses_in_words_that_help(self, content, name, reason):
        with pytest.raises(reason) as caught:
            look(content, name)

        assert caught.value.message.startswith(f"「{name}")
        assert "请" in caught.value.message

    def test_refuses_a_picture_of_too_many_pixels_before_opening_it(self):
        with pytest.raises(problems.Bomb):
            look(make.picture("PNG", (20_000, 5_000)), "巨图.png")

    def test_names_the_size_and_the_limit(self):
        with pytest.raises(problems.TooBig) as caught:
            look(bytes(3 * MEGABYTE), "扫描.pdf", limit=2 * MEGABYTE)

        assert "3.0 MB" in caught.value.message
        assert "2 MB" in caught.value.message


class TestSecretMarks:
    @pytest.mark.parametrize("text", ["机密★1年", "绝 密 ★", "秘\u3000密☆ 3年", "（机密★）"])
    def test_are_found(self, text):
        assert secret_mark(text)

    @pytest.mark.parametrize("text", ["商业秘密", "机密性要求", "★★★ 优秀", ""])
    def test_are_not_seen_where_there_are_none(self, text):
        assert secret_mark(text) is None

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (make.pdf(), "机密★会议纪要.pdf"),
            ("秘密★5年\n内容".encode(), "纪要.txt"),
            (make.docx("机</w:t></w:r><w:r><w:t>密★10年"), "纪要.docx"),
            (make.ofd("绝密★"), "纪要.ofd"),
        ],
    )
    def test_keep_a_file_out(self, content, name):
        with pytest.raises(problems.SecretMark) as caught:
            look(content, name)

        assert "严禁上传涉密信息" in caught.value.message


class TestNames:
    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("C:\\资料\\营业执照.pdf", "营业执照.pdf"),
            ("../../etc/passwd", "passwd"),
            ("a\x00b\r\n.pdf", "ab.pdf"),
            ("照片\u202egpj.exe", "照片gpj.exe"),
            ('图"纸<1>?.pdf', "图_纸_1__.pdf"),
            ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
            (" 说明 .docx ", "说明.docx"),
        ],
    )
    def test_are_made_harmless(self, given, kept):
        assert clean_name(given) == kept

    @pytest.mark.parametrize("given", ["", "  ", "..", ".pdf", "\u200b.txt", "///"])
    def test_of_nothing_are_refused(self, given):
        with pytest.raises(problems.BadName):
            clean_name(given)
