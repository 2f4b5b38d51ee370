"""Why a step was opened or skipped, as a page says it: names instead of codes, in the reader's language."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from tests.support.definitions import publish_shipped
from yichuang.foundation.work.reasons import in_words

pytestmark = pytest.mark.django_db

ON = date(2019, 10, 30)
ENERGY = "annual_energy_tce 为 1800，符合条件“不少于 1000”；works_class 为 housing，不符合条件“等于 municipal”"


@pytest.fixture(autouse=True)
def elements() -> None:
    publish_shipped()


def test_elements_and_choices_bear_their_names():
    assert in_words(ENERGY, ON) == (
        "年综合能源消费量为 1800 吨标准煤，符合条件“不少于 1000 吨标准煤”；"
        "工程分类为 房屋建筑工程，不符合条件“等于 城市基础设施工程”"
    )


def test_what_is_unknown_is_named_too():
    assert in_words("尚不知道annual_energy_tce，条件是“大于 0”", ON) == (
        "尚不知道年综合能源消费量，条件是“大于 0 吨标准煤”"
    )


def test_in_english_the_sentence_is_english():
    with translation.override("en"):
        said = in_words(ENERGY, ON)

    assert said.startswith("年综合能源消费量 is 1800 吨标准煤, as asked: “at least 1000 吨标准煤”; ")


@pytest.mark.parametrize("text", ["", "移入 施工许可：资金未到位", "新版本流程没有这个环节"])
def test_what_is_no_condition_stays(text):
    assert in_words(text, ON) == text
