from datetime import date

import pytest
from jsonschema import Draft202012Validator

from tests.support.definitions import publish_shipped, shipped
from tests.support.forms import form, topic
from yichuang.foundation.forms import queries
from yichuang.foundation.forms.merging import merged
from yichuang.foundation.forms.schema import json_schema

FIRST = form(
    topic("who", "name", "firm"), topic("house", "use", {"element": "basement", "when": "use = 'home'"}), code="first"
)
SECOND = form(
    topic("who", {"element": "firm", "optional": True}, "person"),
    topic("house", "use", {"element": "basement", "when": "use = 'shop'", "optional": True}),
    topic("more", "area"),
    code="second",
)


class TestMerged:
    both = merged([FIRST, SECOND], "both", "一件事")

    def test_asks_each_element_once(self):
        codes = [field.code for field in self.both.fields]

        assert codes == ["name", "firm", "person", "use", "basement", "area"]
        assert [each.id for each in self.both.all_topics] == ["who", "house", "more"]

    def test_says_which_forms_want_it(self):
        assert self.both.field("firm").forms == ("first", "second")
        assert self.both.field("area").forms == ("second",)

    def test_is_required_when_one_form_requires_it(self):
        assert self.both.field("firm").required

    def test_is_asked_when_one_form_would_ask_it(self):
        assert "basement" in self.both.asked({"use": "shop"})
        assert "basement" in self.both.asked({"use": "home"})
        assert "basement" not in FIRST.asked({"use": "shop"})


class TestJsonSchema:
    def test_is_a_schema_that_takes_a_submission(self):
        schema = json_schema(FIRST)

        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        answers = {
            "name": "张三",
            "firm": {"name": "某公司", "uscc": "11100000000013338W"},
            "use": "home",
            "basement": "30",
        }
        assert validator.is_valid(FIRST.submission(answers))
        assert not validator.is_valid({"name": "张三"})
        assert not validator.is_valid(answers | {"strange": 1})

    def test_a_condition_travels_with_its_question(self):
        assert json_schema(FIRST)["properties"]["basement"]["x-when"] == "use = 'home'"


class TestShippedForms:
    @pytest.mark.django_db
    def test_a_pinned_version_is_given_and_the_one_in_force(self):
        publish_shipped("form", "element")

        form = queries.load("food_licence", date(2019, 10, 30))

        assert form.version == 1
        assert queries.load("food_licence", date(2019, 10, 30), version=1) is form
        assert form.field("food_premises_area_m2").asks[0].unit == "平方米"

    @pytest.mark.parametrize("file", shipped().of("form"), ids=lambda file: file.code)
    def test_no_field_name_occurs_twice_in_a_journey(self, file):
        codes = [each["element"] for page in file.body["topics"] for each in page["fields"]]

        assert len(codes) == len(set(codes))

    @pytest.mark.django_db
    def test_no_field_is_asked_twice_by_the_one_form_of_several_items(self):
        publish_shipped("form", "element")

        both = queries.load_merged(["food_licence", "simple_application"], date(2019, 10, 30), "open_shop", "开饭店")

        names = [field.code for field in both.fields]
        assert len(names) == len(set(names))
        assert both.field("delivery_kind").forms == ("food_licence", "simple_application")
