import pytest
from django.http import QueryDict

from tests.support.forms import form, topic
from yichuang.foundation.forms.topic_forms import edit_rows, topic_form
from yichuang.ui.forms import UiForm

COLUMNS = [{"id": "what", "name": "名称", "kind": "text"}, {"id": "n", "name": "数量", "kind": "number"}]
FORM = form(
    topic(
        "a",
        {"element": "name", "prefill": ["account"]},
        "use",
        {"element": "area", "optional": True},
        {"element": "basement", "when": "use = 'home'"},
        {"element": "person", "label": "负责人"},
        {"element": "parts", "columns": COLUMNS},
        {"element": "photo", "optional": True},
    ),
)
GOOD = "name=张三&use=shop&area=&person__name=李四&person__id_number=&parts-rows=1&parts-0-what=灶&parts-0-n=1"


class TestTopicForm:
    def test_has_an_input_for_every_question_and_part(self):
        made = topic_form(FORM, "a", initial={"use": "home"})

        assert list(made.fields) == [
            "name", "use", "area", "basement", "person__name", "person__id_number", "person__phone",
            "parts-rows", "parts-0-what", "parts-0-n", "photo", "photo-upload",
        ]  # fmt: skip
        assert made.fields["person__name"].label == "负责人姓名"
        assert not made.fields["person__phone"].required
        assert not made.fields["area"].required

    def test_leaves_out_what_is_not_asked(self):
        assert "basement" not in topic_form(FORM, "a", initial={"use": "shop"}).fields

    def test_shows_what_the_draft_has(self):
        made = topic_form(
            FORM, "a", initial={"name": "张三", "parts": [{"what": "灶", "n": "1"}, {"what": "柜", "n": "2"}]}
        )

        assert made["name"].value() == "张三"
        assert made["parts-1-what"].value() == "柜"
        assert made["parts-rows"].value() == 2

    def test_puts_each_error_at_its_input_and_keeps_what_was_typed(self):
        made = topic_form(FORM, "a", QueryDict(GOOD))

        assert not made.is_valid()
        assert dict(made.errors) == {"person__id_number": ["请填写“负责人身份证号码”。"]}
        assert made["name"].value() == "张三"
        assert made.values["name"] == "张三"

    def test_shows_again_what_an_answer_opened(self):
        made = topic_form(FORM, "a", QueryDict(GOOD.replace("shop", "home")), {"use": "shop"})

        assert not made.is_valid()
        assert made.errors["basement"] == ["请填写“basement”。"]

    def test_draws_with_the_page_s_own_class_and_says_the_source(self):
        made = topic_form(FORM, "a", initial={"name": "张三"}, marks={"name": "account"}, base=UiForm)

        assert isinstance(made, UiForm)
        assert made["name"].source == "账户"
        assert "张三" in str(made)

    def test_errors_reach_the_summary_of_the_page(self):
        made = topic_form(FORM, "a", QueryDict("use=shop"), base=UiForm)

        made.is_valid()

        assert {"text": "请填写“name”。", "href": "#id_name"} in made.error_links

    def test_an_error_never_hides_at_an_input_that_is_not_seen(self):
        must = form(topic("a", "photo", {"element": "parts", "columns": COLUMNS}))

        made = topic_form(must, "a", QueryDict("parts-rows=1&parts-0-what=&parts-0-n="), base=UiForm)
        made.is_valid()

        assert made.error_links == [
            {"text": "请上传“photo”。", "href": "#id_photo-upload"},
            {"text": "“parts”请至少填写 1 行。", "href": "#id_parts-0-what"},
        ]

    @pytest.mark.parametrize(("rows", "drawn"), [("x", 0), ("-1", 0), ("1.5", 0), ("9" * 30, 50), ("2", 2)])
    def test_a_count_of_rows_that_is_none_or_too_many_draws_what_there_may_be(self, rows, drawn):
        table = form(topic("a", {"element": "parts", "columns": [{"id": "what", "name": "名称", "kind": "text"}]}))

        (section,) = topic_form(table, "a", QueryDict(f"parts-rows={rows}"), base=UiForm).sections

        assert len(section.rows) == drawn

    def test_a_table_without_rows_says_itself_what_it_wants(self):
        must = form(topic("a", {"element": "parts", "columns": COLUMNS}))

        made = topic_form(must, "a", QueryDict("parts-rows=0"), base=UiForm)
        made.is_valid()

        assert made.error_links == [{"text": "“parts”请至少填写 1 行。", "href": ""}]
        assert made.sections[0].error == "“parts”请至少填写 1 行。"

    def test_sections_are_for_templates(self):
        made = topic_form(FORM, "a", initial={"use": "shop"}, marks={"name": "account"})

        kinds = [(s.field.code, s.is_table, s.is_group, len(s.inputs), len(s.rows)) for s in made.sections]

        assert ("person", False, True, 3, 0) in kinds
        assert ("parts", True, False, 1, 1) in kinds
        assert made.sections[0].source == "账户"
        assert made.sections[4].may_add

    @pytest.mark.parametrize("code", ["name", "use", "area", "person__name", "parts-0-what"])
    def test_every_input_has_a_label(self, code):
        assert topic_form(FORM, "a").fields[code].label


class TestEditRows:
    def test_adds_a_row_and_keeps_everything_typed(self):
        answers = edit_rows(
            FORM, "a", QueryDict("name=半&parts-rows=1&parts-0-what=灶&parts-0-n=x&parts-add=1"), {"area": "9"}
        )

        assert answers == {"area": "9", "name": "半", "parts": [{"what": "灶", "n": "x"}, {}]}
        assert "parts-1-what" in topic_form(FORM, "a", initial=answers).fields

    def test_removes_the_row_of_the_button(self):
        sent = "parts-rows=2&parts-0-what=灶&parts-0-n=1&parts-1-what=柜&parts-1-n=2&parts-remove=0"

        assert edit_rows(FORM, "a", QueryDict(sent))["parts"] == [{"what": "柜", "n": "2"}]

    def test_is_nothing_without_such_a_button(self):
        assert edit_rows(FORM, "a", QueryDict(GOOD)) is None
