"""What a situation asks for: pure, on items read from their definitions."""

from __future__ import annotations

import pytest

from tests.support.catalogue import item
from yichuang.domains.catalogue.queries import fit, needed_when
from yichuang.domains.catalogue.rules import parse_item
from yichuang.domains.catalogue.terms import Limit, Way
from yichuang.kernel.errors import DefinitionError


def parsed(**more: object):
    return parse_item(item("shop", **more)[1], "shop")


PLACE = {
    "id": "place",
    "question": "在哪里？",
    "choices": [
        {"id": "own", "label": "自有", "facts": {"rented": False}},
        {"id": "rented", "label": "租用", "facts": {"rented": True}},
        {"id": "street", "label": "街上", "not_eligible": "街上不能办", "basis": "某法 第三条"},
    ],
}
LEASE = {
    "id": "lease",
    "question": "租约多长？",
    "when": "rented",
    "choices": [{"id": "long", "label": "一年以上", "facts": {"long": True}}, {"id": "short", "label": "不足一年"}],
}
MATERIALS = [
    {"code": "form", "name": "申请书", "source": "10"},
    {"code": "contract", "name": "租赁合同", "source": "10", "when": "rented"},
]


@pytest.fixture
def shop():
    return parsed(situations=[PLACE, LEASE], materials=MATERIALS)


def names(materials) -> list[str]:
    return [material.name for material in materials]


class TestFit:
    def test_asks_the_first_question_first(self, shop):
        found = fit(shop, {})

        assert (found.asks.id, found.place, names(found.materials)) == ("place", 1, [])

    def test_a_question_that_does_not_apply_is_not_asked(self, shop):
        own, rented = fit(shop, {"place": "own"}), fit(shop, {"place": "rented"})

        assert own.asks is None
        assert (names(own.materials), names(own.spared)) == (["申请书"], ["租赁合同"])
        assert (rented.asks.id, rented.place) == ("lease", 2)

    def test_an_answer_to_what_is_no_longer_asked_is_passed_over(self, shop):
        found = fit(shop, {"place": "own", "lease": "long"})

        assert [situation.id for situation, _ in found.answered] == ["place"]
        assert found.facts == {"rented": False}

    def test_a_no_ends_it_with_reason_and_basis(self, shop):
        found = fit(shop, {"place": "street"})

        assert (found.asks, found.reasons, found.materials) == (None, (("街上不能办", "某法 第三条"),), ())

    def test_without_a_basis_of_its_own_that_of_the_item(self):
        bare = {key: value for key, value in PLACE["choices"][2].items() if key != "basis"}
        found = fit(parsed(situations=[PLACE | {"choices": [PLACE["choices"][0], bare]}]), {"place": "street"})

        assert found.reasons == (("街上不能办", "行政许可法 第四十二条"),)

    def test_a_question_can_be_asked_again(self, shop):
        answers = {"place": "rented", "lease": "long"}

        assert fit(shop, answers).asks is None
        assert fit(shop, answers, again="place").asks.id == "place"

    def test_an_item_without_questions_is_at_its_end_at_once(self):
        found = fit(parsed(materials=MATERIALS[:1]), {})

        assert (found.asks, names(found.materials)) == (None, ["申请书"])

    def test_the_promise_is_that_of_the_answers(self):
        variants = [{"id": "rented", "when": "rented", "promise": {"limit": 9}}]
        found = fit(parsed(situations=[PLACE], variants=variants), {"place": "rented"})

        assert found.item.promise.limit == 9


class TestNeededWhen:
    def test_names_the_answers_that_ask_for_it(self, shop):
        always, contract = shop.materials

        assert needed_when(shop, always) == ()
        assert needed_when(shop, contract) == ("租用",)


class TestItem:
    def test_ways(self):
        assert parsed().ways == (Way.ONLINE, Way.WINDOW)
        assert parsed(online=False).ways == (Way.WINDOW,)
        assert parsed(points=[]).ways == (Way.ONLINE,)
        assert parsed(handling_system="PROVINCE").ways == (Way.WINDOW,)

    @pytest.mark.parametrize(
        ("limit", "text"),
        [
            (Limit(10, "working_day", ""), "10 个工作日"),
            (Limit(1, "half_day", ""), "1 个半天"),
            (Limit(3, "working_hour", ""), "3 个工作小时"),
            (Limit(7, "calendar_day", ""), "7 个自然日"),
            (Limit(2, "month", ""), "2 个月"),
        ],
    )
    def test_limits_in_words(self, limit, text):
        assert limit.text == text

    def test_fees_in_yuan(self):
        (fee,) = parsed(fees=[{"name": "工本费", "amount_fen": 1205, "basis": "某文"}]).fees

        assert fee.yuan == "12.05"

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"promise": {"limit": 21}}, "at most the legal 20"),
            ({"handling": "INSTANT"}, "no promise for 即办件"),
            ({"consult": "12345"}, "another number than for questions"),
            ({"materials": [MATERIALS[0], MATERIALS[0]]}, "form twice"),
        ],
    )
    def test_what_may_not_be(self, more, said):
        with pytest.raises(DefinitionError, match=said):
            parsed(**more)
