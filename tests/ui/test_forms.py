"""Forms draw labelled fields, say what to do, and read what people really type."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from yichuang.ui.forms import CodeField, Filters, UiForm, half_width, posted_key


class ProjectForm(UiForm):
    name = forms.CharField(label="项目名称", help_text="与备案证一致。")
    code = CodeField(label="统一社会信用代码", required=False)
    area = forms.IntegerField(label="面积")
    starts_on = forms.DateField(label="开工日期")
    kind = forms.ChoiceField(label="建设性质", choices=[("new", "新建"), ("old", "改建")], widget=forms.RadioSelect)
    needs = forms.MultipleChoiceField(
        label="接入", choices=[("w", "水"), ("p", "电")], required=False, widget=forms.CheckboxSelectMultiple
    )
    plan = forms.FileField(label="总平面图", required=False)
    draft = forms.CharField(widget=forms.HiddenInput, required=False)


FILLED = {"name": "示例楼", "area": "１２５００", "starts_on": " ２０１９-10-30", "kind": "new"}


class TestReading:
    def test_accepts_full_width_digits_and_spaces(self):
        form = ProjectForm(FILLED | {"code": " 91420106ma4k0000 0ｘ "})

        assert form.is_valid()
        assert form.cleaned_data["area"] == 12500
        assert form.cleaned_data["starts_on"] == date(2019, 10, 30)
        assert form.cleaned_data["code"] == "91420106MA4K00000X"

    def test_leaves_words_as_they_were_typed(self):
        form = ProjectForm(FILLED | {"name": "武昌（示例）公司"})

        assert form.is_valid()
        assert form.cleaned_data["name"] == "武昌（示例）公司"

    def test_leaves_out_signs_that_nobody_sees(self):
        class Said(UiForm):
            name = forms.CharField()
            text = forms.CharField(widget=forms.Textarea)

        form = Said({"name": "\x01刘\u202e某\u2066", "text": "一\r\n\t二\x0b"})

        assert form.is_valid()
        assert form.cleaned_data == {"name": "刘某", "text": "一\r\n\t二"}

    def test_half_width(self):
        assert half_width("　ＡＢＣ１２３ ") == "ABC123"

    def test_reads_the_key_of_a_deed_form(self, a_request):
        assert posted_key(a_request("/x", method="post", key="k1")) == "k1"
        assert posted_key(a_request("/x", method="post", other="1")) == ""


class TestDrawing:
    def test_labels_every_field_and_links_hint_and_error(self):
        html = str(ProjectForm(FILLED | {"name": ""}))

        assert '<label class="govuk-label" for="id_name">项目名称</label>' in html
        assert 'aria-describedby="id_name_helptext id_name_error" aria-invalid="true"' in html
        assert '<legend class="govuk-fieldset__legend">建设性质</legend>' in html
        assert "required" not in html

    def test_marks_what_may_stay_empty(self):
        html = str(ProjectForm())

        assert "统一社会信用代码（选填）" in html
        assert "项目名称（选填）" not in html

    def test_does_not_say_so_of_filters_which_all_may(self):
        class Narrow(Filters):
            name = forms.CharField(label="名称", required=False)

        assert "选填" not in str(Narrow())

    def test_says_where_a_prefilled_value_comes_from(self):
        html = str(ProjectForm(initial={"name": "示例楼"}, sources={"name": "电子证照"}))

        assert 'value="示例楼"' in html
        assert "已填好，来自电子证照" in html

    def test_keeps_what_was_typed_and_chosen(self):
        html = str(ProjectForm({"name": "示例楼", "area": "很大", "kind": "old", "needs": ["p"]}))

        assert 'value="很大"' in html
        assert 'value="old" checked' in html
        assert 'value="p" checked' in html
        assert 'value="w" checked' not in html

    def test_shows_a_day_as_the_input_wants_it(self):
        assert 'type="date" id="id_starts_on" name="starts_on" value="2019-10-30"' in str(
            ProjectForm(initial={"starts_on": date(2019, 10, 30)})
        )

    def test_draws_one_field_alone(self):
        assert "项目名称" in ProjectForm()["name"].as_field_group()

    def test_hidden_fields_have_no_label(self):
        html = str(ProjectForm(initial={"draft": "d1"}))

        assert '<input type="hidden" name="draft" value="d1" id="id_draft">' in html

    def test_a_widget_of_its_own_draws_itself(self):
        class Odd(UiForm):
            when = forms.SplitDateTimeField(label="时间")

        assert 'name="when_0"' in str(Odd())

    def test_attributes_of_a_widget_reach_the_input(self):
        class Scan(UiForm):
            code = forms.CharField(label="票号", widget=forms.TextInput(attrs={"data-key": "F2", "autofocus": True}))

        assert 'data-key="F2" autofocus>' in str(Scan())


class TestErrors:
    def test_say_what_to_do(self):
        form = ProjectForm({"area": "很大", "starts_on": "明天"})

        assert form.error_links[:4] == [
            {"text": "请填写“项目名称”。", "href": "#id_name"},
            {"text": "“面积”请填写数字，例如 12。", "href": "#id_area"},
            {"text": "“开工日期”请填写日期，例如 2019-10-30。", "href": "#id_starts_on"},
            {"text": "请选择“建设性质”。", "href": "#id_kind"},
        ]

    def test_name_the_field_and_its_limit(self):
        class Limited(UiForm):
            name = forms.CharField(label="名称", max_length=3)
            copies = forms.IntegerField(label="份数", min_value=1, max_value=9)

        assert [each["text"] for each in Limited({"name": "一二三四", "copies": "0"}).error_links] == [
            "“名称”不超过 3 个字，现有 4 个，请删减。",
            "“份数”不小于 1。",
        ]
        assert Limited({"name": "一", "copies": "10"}).error_links[0]["text"] == "“份数”不大于 9。"

    def test_name_the_field_of_amounts_hours_and_files_too(self):
        class Typed(UiForm):
            amount = forms.DecimalField(label="金额", max_digits=5, decimal_places=2)
            hour = forms.TimeField(label="时间")
            table = forms.FileField(label="表格")

        def told(amount: str) -> list[str]:
            sent = {"amount": amount, "hour": "下午"}
            return [each["text"] for each in Typed(sent, {"table": SimpleUploadedFile("空.csv", b"")}).error_links]

        assert told("很多") == [
            "“金额”请填写数字，例如 12。",
            "“时间”请填写时间，例如 09:30。",
            "“表格”是空文件，请重新导出或另存后再上传。",
        ]
        assert told("1.234")[0] == "“金额”最多 2 位小数。"
        assert told("12345")[0] == "“金额”小数点前最多 3 位数字。"
        assert told("12345.6")[0] == "“金额”最多 5 位数字。"

    @pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2101-01-01", "9999-12-31"])
    def test_no_day_is_so_far_that_nothing_can_be_counted_from_it(self, day):
        class When(UiForm):
            at = forms.DateTimeField(label="时间", required=False)

        assert ProjectForm(FILLED | {"starts_on": day}).error_links == [
            {"text": "“开工日期”请填写 1900 年至 2100 年之间的日期。", "href": "#id_starts_on"}
        ]
        assert ProjectForm(FILLED | {"starts_on": "2100-12-31"}).is_valid()
        assert not When({"at": f"{day} 09:00"}).is_valid()

    def test_a_message_of_the_field_itself_stays(self):
        class Own(UiForm):
            code = forms.CharField(label="代码", error_messages={"required": "请输入18位统一社会信用代码。"})

        assert Own({}).error_links == [{"text": "请输入18位统一社会信用代码。", "href": "#id_code"}]

    def test_a_no_stands_first_without_a_link(self, draw):
        form = ProjectForm(FILLED)
        form.add_error(None, "此申请人另有在办件。")

        html = draw('{% include "ui/components/error_summary.html" with form=form only %}', {"form": form})

        assert "<li>此申请人另有在办件。</li>" in html

    def test_nothing_is_drawn_when_all_is_well(self, draw):
        html = draw('{% include "ui/components/error_summary.html" with form=form only %}', {"form": ProjectForm()})

        assert "请改正" not in html

    def test_every_link_leads_to_something_on_the_page(self):
        form = ProjectForm({})

        html = str(form)

        assert all(f'id="{link["href"][1:]}"' in html for link in form.error_links)

    def test_an_upload_is_read(self):
        form = ProjectForm(FILLED, {"plan": SimpleUploadedFile("plan.pdf", b"%PDF-1.4")})

        assert form.is_valid()
        assert form.cleaned_data["plan"].name == "plan.pdf"


class TestDeedForm:
    def test_carries_the_token_and_a_key(self, draw):
        html = draw("{% load ui %}{% deed_form action='/x' %}<p>内容</p>{% end_deed_form %}")

        assert 'name="csrfmiddlewaretoken"' in html
        assert 'name="key"' in html
        assert "novalidate" in html and "data-deed" in html
        assert "<p>内容</p>" in html

    def test_has_a_fresh_key_each_time(self, draw):
        source = "{% load ui %}{% deed_form %}{% end_deed_form %}"

        assert draw(source) != draw(source)

    @pytest.mark.parametrize(("option", "mark"), [("multipart=True", "multipart/form-data"), ("name='b'", "data-name")])
    def test_takes_its_options(self, draw, option, mark):
        assert mark in draw(f"{{% load ui %}}{{% deed_form {option} %}}{{% end_deed_form %}}")

    def test_a_plain_one_is_left_to_the_browser(self, draw):
        assert "data-deed" not in draw("{% load ui %}{% deed_form plain=True %}{% end_deed_form %}")
