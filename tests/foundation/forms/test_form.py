from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.http import QueryDict

from tests.support.forms import form, topic
from yichuang.foundation.definitions.folders import read_folder
from yichuang.foundation.forms.terms import TopicState
from yichuang.kernel.errors import DefinitionError

PARTS = {
    "element": "parts",
    "columns": [
        {"id": "what", "name": "名称", "kind": "text"},
        {"id": "n", "name": "数量", "kind": "number", "digits": 0},
    ],
}
HOUSE = form(
    topic("house", "use", "area", {"element": "basement", "when": "use = 'home'"}),
    topic("deep", {"element": "name", "when": "basement > 0"}, when="use = 'home'"),
    topic("rest", {"element": "place", "optional": True}),
)


def posted(text):
    return QueryDict(text)


class TestAsked:
    def test_what_is_unknown_is_asked(self):
        assert HOUSE.asked({}) == {"use", "area", "basement", "name", "place"}

    def test_a_no_closes_the_question_and_what_hangs_on_it(self):
        assert HOUSE.asked({"use": "shop"}) == {"use", "area", "place"}
        assert [each.id for each in HOUSE.topics({"use": "shop"})] == ["house", "rest"]

    def test_what_hangs_on_a_question_that_is_not_asked_is_not_asked(self):
        hanging = form(
            topic(
                "a", "use", {"element": "basement", "when": "use = 'home'"}, {"element": "name", "when": "basement > 0"}
            )
        )

        assert hanging.asked({"use": "shop", "basement": "3"}) == {"use"}

    def test_a_kept_answer_that_is_not_asked_is_no_fact_and_not_submitted(self):
        answers = {"use": "shop", "area": "90", "basement": "30"}

        assert HOUSE.facts(answers) == {"use": "shop", "area": Decimal(90)}
        assert HOUSE.submission(answers) == {"use": "shop", "area": "90"}

    def test_facts_from_elsewhere_count(self):
        known = form(
            topic("a", {"element": "name", "when": "project.value > 100"}),
            facts={"project.value": {"name": "总投资", "kind": "number"}},
        )

        assert known.asked({}, {"project.value": Decimal(99)}) == frozenset()
        assert known.facts({}, {"project.value": Decimal(99)}) == {"project.value": Decimal(99)}


class TestCleanTopic:
    def test_gives_values_and_errors_by_input(self):
        values, errors = HOUSE.clean_topic("house", posted("use=home&area=１２０ &basement="))

        assert values == {"use": "home", "area": "120", "basement": None}
        assert errors == {"basement": "请填写“basement”。"}

    def test_does_not_complain_about_what_is_not_asked(self):
        values, errors = HOUSE.clean_topic("house", posted("use=shop&area=90&basement=x"))

        assert errors == {}
        assert values["basement"] == "x"  # kept as typed, never submitted

    def test_keeps_what_was_not_on_the_page(self):
        before = {"use": "shop", "basement": "30"}

        values, _ = HOUSE.clean_topic("house", posted("use=shop&area=90"), before)

        assert (before | values)["basement"] == "30"

    def test_wrong_answers_stay_as_typed(self):
        values, errors = HOUSE.clean_topic("house", posted("use=shop&area=很大"))

        assert values["area"] == "很大"
        assert list(errors) == ["area"]

    def test_asks_for_what_an_answer_on_the_same_page_opens(self):
        _, errors = HOUSE.clean_topic("house", posted("use=home&area=90"), {"use": "shop"})

        assert errors == {"basement": "请填写“basement”。"}

    def test_an_unticked_list_is_blank(self):
        several = form(topic("a", {"element": "traits", "kind": "choices", "optional": True}))

        assert several.clean_topic("a", posted("traits=old&traits=wet"))[0] == {"traits": ["old", "wet"]}
        assert several.clean_topic("a", posted("next=1"), {"traits": ["old"]})[0] == {"traits": None}

    def test_dates_in_their_order(self):
        dates = form(topic("a", "start_on", {"element": "end_on", "not_before": "start_on"}))

        _, errors = dates.clean_topic("a", posted("start_on=2019-10-30&end_on=2019-10-29"))

        assert errors == {"end_on": "“end_on”不能早于“start_on”（2019-10-30），请核对。"}
        assert dates.clean_topic("a", posted("start_on=2019-10-30&end_on=2019-10-30"))[1] == {}


class TestPartsAndTables:
    def test_a_person_in_parts_and_without_a_telephone(self):
        person = form(topic("a", "person"))

        values, errors = person.clean_topic("a", posted("person__name=刘 &person__id_number=1&person__phone="))

        assert values == {"person": {"name": "刘 ", "id_number": "1", "phone": ""}}
        assert errors == {"person__id_number": "请输入18位居民身份证号码，最后一位可以是 X。"}

    def test_an_optional_person_is_whole_or_not_at_all(self):
        person = form(topic("a", {"element": "person", "optional": True}))

        assert person.clean_topic("a", posted("person__name=&person__id_number=&person__phone=")) == (
            {"person": None},
            {},
        )
        assert list(person.clean_topic("a", posted("person__name=刘&person__id_number="))[1]) == ["person__id_number"]

    def test_a_firm_is_known_to_conditions_by_its_parts(self):
        firm = form(topic("a", "firm", {"element": "name", "when": "known(firm.uscc)"}))

        assert firm.asked({"firm": {"name": "某公司"}}) == {"firm"}
        assert firm.facts({"firm": {"uscc": "11100000000013338W"}}) == {"firm.uscc": "11100000000013338W"}

    def test_rows_of_a_table_blank_ones_passed_over(self):
        table = form(topic("a", PARTS))
        sent = "parts-rows=3&parts-0-what=灶&parts-0-n=２&parts-1-what=&parts-1-n=&parts-2-what=柜&parts-2-n=1"

        assert table.clean_topic("a", posted(sent)) == (
            {"parts": [{"what": "灶", "n": "2"}, {"what": "柜", "n": "1"}]},
            {},
        )

    def test_a_wrong_cell_names_its_row(self):
        table = form(topic("a", PARTS))

        _, errors = table.clean_topic(
            "a", posted("parts-rows=2&parts-0-what=灶&parts-0-n=2&parts-1-what=柜&parts-1-n=多")
        )

        assert errors == {"parts-1-n": "第 2 行：“数量”请填写数字，例如 12。"}

    def test_a_required_table_wants_a_row(self):
        assert form(topic("a", PARTS)).clean_topic("a", posted("parts-rows=1&parts-0-what=&parts-0-n="))[1] == {
            "parts-rows": "“parts”请至少填写 1 行。"
        }

    @pytest.mark.parametrize("count", ["", "-1", "x", "９", "99999999999"])
    def test_a_forged_row_count_does_no_harm(self, count):
        values, _ = form(topic("a", PARTS)).clean_topic("a", posted(f"parts-rows={count}&parts-0-what=灶&parts-0-n=1"))

        assert len(values["parts"] or []) <= 50

    def test_the_number_of_rows_is_a_fact(self):
        table = form(topic("a", PARTS, {"element": "name", "when": "parts.count > 1"}))

        assert table.asked({"parts": [{"what": "灶", "n": "2"}]}) == {"parts"}


class TestCheckPage:
    answers = {"use": "home", "area": "90.5", "basement": "0"}

    def test_groups_what_is_asked(self):
        house, rest = HOUSE.check_page(self.answers)

        assert [(row.label, row.lines) for row in house.rows] == [
            ("use", ("住宅",)),
            ("area", ("90.5",)),
            ("basement", ("0",)),
        ]
        assert rest.rows[0].lines == ()

    def test_says_what_is_missing_and_wrong(self):
        assert [field.code for field in HOUSE.missing({"use": "home"})] == ["area", "basement", "name"]
        assert HOUSE.check({"use": "shop", "area": "很大"}) == {"area": "“area”请填写数字，例如 1200.5。"}
        assert HOUSE.check_page({"use": "shop"})[0].rows[1].error == "请填写“area”。"

    def test_what_is_wrong_stands_as_it_was_typed(self):
        asked = form(topic("a", "area", "person", PARTS))
        typed = {"area": "很大", "person": {"name": "张三", "id_number": "12"}, "parts": [{"what": "门", "n": "x"}]}

        rows = asked.check_page(typed)[0].rows

        assert [row.lines for row in rows] == [("很大",), ("姓名：张三", "身份证号码：12"), ("名称：门；数量：x",)]
        assert all(row.error for row in rows)

    def test_a_topic_knows_how_far_it_is(self):
        assert HOUSE.state("house", {}) == TopicState.NOT_STARTED
        assert HOUSE.state("house", {"use": "home"}) == TopicState.STARTED
        assert HOUSE.state("house", self.answers) == TopicState.DONE


class TestCovered:
    columns = (
        {"id": "name", "name": "姓名", "kind": "text"},
        {"id": "number", "name": "证件号码", "kind": "text", "format": "resident_id"},
        {"id": "phone", "name": "电话", "kind": "text", "format": "phone"},
    )
    asked = form(
        topic("who", "contact", "head", "home", "account", "born_on", "sex", "name", "place"),
        topic("more", {"element": "workers", "columns": columns}, {"element": "visitors", "columns": columns}),
    )
    person = {"name": "欧阳娜", "id_number": "999999199001011238", "phone": "10000001234"}
    row = {"name": "欧阳娜", "number": "999999199001011238", "phone": "10000001234"}
    answers = {
        "contact": person,
        "head": person,
        "home": {"street": "南湖", "detail": "中山路307号1栋"},
        "account": "6222020200112233",
        "born_on": "1990-01-01",
        "sex": "女",
        "name": "欧阳娜",
        "place": {"street": "南湖", "detail": "中山路307号1栋"},
        "workers": [row],
        "visitors": [row],
    }

    def shown(self, *masked):
        asked = []

        def cover(field, value):
            asked.append(field)
            return f"<{field}>" if not masked or field in masked else value

        groups = self.asked.check_page(self.answers, cover=cover)
        return {row.code: "；".join(row.lines) for group in groups for row in group.rows}

    def test_each_personal_answer_is_covered_as_what_it_is_also_in_a_table(self):
        assert self.shown() == {
            "contact": "姓名：<name>；身份证号码：<id_number>；联系电话：<phone>",
            "head": "姓名：<legal_representative>；身份证号码：<id_number>；联系电话：<phone>",
            "home": "街道：南湖；详细地址：<address>",
            "account": "<bank_account>",
            "born_on": "<id_number>",
            "sex": "女",
            "name": "欧阳娜",
            "place": "街道：南湖；详细地址：中山路307号1栋",
            "workers": "姓名：<name>；证件号码：<id_number>；电话：<phone>",
            "visitors": "姓名：欧阳娜；证件号码：<id_number>；电话：<phone>",
        }

    def test_only_what_the_one_who_looks_may_not_see(self):
        assert self.shown("phone")["contact"] == "姓名：欧阳娜；身份证号码：999999199001011238；联系电话：<phone>"

    def test_an_applicant_sees_the_own_answers_whole(self):
        told = [line for group in self.asked.check_page(self.answers) for row in group.rows for line in row.lines]

        assert not any("*" in line or "<" in line for line in told)


class TestPrefilled:
    both = form(
        topic(
            "a",
            {"element": "name", "prefill": ["licence", "account"]},
            {"element": "use", "prefill": ["previous"]},
            "area",
        )
    )

    def test_takes_the_first_source_that_has_a_sound_answer(self):
        sources = {"account": {"name": "张三", "area": "9"}, "licence": {"name": ""}, "previous": {"use": "castle"}}

        assert self.both.prefilled(sources) == ({"name": "张三"}, {"name": "account"})

    def test_shows_the_source_until_the_answer_is_changed(self):
        answers, marks = self.both.prefilled({"licence": {"name": "张三"}})

        assert self.both.check_page(answers, marks)[0].rows[0].source == "电子证照"
        assert self.both.marks_kept(marks, answers, {"name": "张三", "area": "1"}) == marks
        assert self.both.marks_kept(marks, answers, {"name": "李四"}) == {}


class TestLoading:
    @pytest.mark.parametrize(
        ("topics", "complaint"),
        [
            ([topic("a", "nowhere")], "没有数据元 nowhere"),
            ([topic("a", "name"), topic("b", "name")], "name 写了两次"),
            ([topic("a", "name"), topic("a", "area")], "a 写了两次"),
            ([topic("a", {"element": "name", "when": "area > 1"}, "area")], "area"),
            ([topic("a", {"element": "area", "when": "name > 1"})], "name"),
            ([topic("a", "use", {"element": "name", "when": "use = 'castle'"})], "castle"),
            ([topic("a", {"element": "use", "only": ["castle"]})], "castle"),
            ([topic("a", "parts")], "没有列"),
            ([topic("a", {"element": "name", "kind": "choices"})], "不是选择"),
            ([topic("a", {"element": "end_on", "not_before": "name"}, "name")], "not_before"),
        ],
    )
    def test_says_what_is_wrong_with_a_form(self, topics, complaint):
        with pytest.raises(DefinitionError, match=complaint):
            form(*topics)

    def test_facts_are_typed(self):
        types = HOUSE.fact_types()

        assert (types["area"].kind, types["use"].choices, "place.street" in types) == ("number", ("home", "shop"), True)
        assert form(topic("a", "start_on")).facts({"start_on": "2019-10-30"}) == {"start_on": date(2019, 10, 30)}


def test_a_mask_that_the_permission_table_does_not_know_is_a_problem(tmp_path):
    (tmp_path / "elements").mkdir()
    (tmp_path / "elements" / "cards.yaml").write_text(
        "element: cards\nname: 证卡\nversion: 1\nin_force: {from: 2019-01-01}\nsource: 测试\n"
        "elements:\n  card: {name: 卡号, kind: text, source: 测试, personal: true, mask: bank_acount}\n",
        encoding="utf-8",
    )

    (problem,) = read_folder([*settings.DEFINITIONS, tmp_path]).problems

    assert "bank_acount" in str(problem)
    assert "bank_account" in str(problem)
    assert "cards.yaml" in str(problem)
