"""Finding on the database, whichever it is: `YICHUANG_TEST_DB=postgresql` runs the same tests there."""

from __future__ import annotations

import pytest
from django.db import connection

from yichuang.foundation.people.actors import PUBLIC
from yichuang.foundation.search import commands, fulltext, kinds
from yichuang.foundation.search.commands import Thing
from yichuang.foundation.search.models import Entry
from yichuang.foundation.search.queries import search
from yichuang.foundation.search.templatetags.search import marked
from yichuang.foundation.search.terms import How

pytestmark = pytest.mark.django_db
KIND = "thing"


@pytest.fixture(autouse=True)
def a_kind(monkeypatch):
    monkeypatch.setitem(kinds.KINDS, KIND, lambda actor, keys: [key for key in keys if key != "secret"])


@pytest.fixture
def things():
    commands.index(
        KIND, "food", "食品经营许可（新办）", ["开饭店", "开餐馆", "餐饮许可"], "营业执照 场所租赁合同", popularity=9
    )
    commands.index(KIND, "works", "建筑工程施工许可证核发", ["开工许可"], popularity=5)
    commands.index(KIND, "pension", "高龄津贴发放", [], popularity=1)
    commands.index(KIND, "bank", "银行账户备案")
    commands.index(KIND, "secret", "食品抽检计划")


def keys(query: str, **more: object) -> list[str]:
    return [hit.key for hit in search(query, KIND, **more)]


@pytest.mark.usefixtures("things")
class TestFinding:
    @pytest.mark.parametrize("query", ["许可", "餐", "spjy", "shipin", "开饭店", "食品经营", "我想开饭店", "SPJYXK"])
    def test_the_food_licence(self, query):
        assert keys(query)[0] == "food"

    def test_by_another_sound_of_the_same_character(self):
        assert keys("yinhang") == ["bank"]

    def test_by_what_stands_in_the_text(self):
        assert keys("租赁合同") == ["food"]

    def test_nothing_where_nothing_fits(self):
        assert keys("量子纠缠") == []
        assert keys("？？") == []

    def test_the_syntax_of_the_databases_is_not_ours(self):
        for query in ("许可*", '"许可', "' OR 1=1 --", "NEAR(许可)", "许可 & !食品", "a:*", "\\"):
            keys(query)

    def test_not_what_the_actor_may_not_see(self):
        assert "secret" not in keys("食品", actor=PUBLIC)

    def test_no_more_than_asked_for(self):
        assert keys("许可", limit=1) == ["food"]


class TestOrder:
    def test_name_before_alias_before_part_before_sound_before_popularity(self):
        commands.index(KIND, "exact", "许可")
        commands.index(KIND, "alias", "卫生登记", ["许可"])
        commands.index(KIND, "part", "施工许可证")
        commands.index(KIND, "wanted", "规划许可证", popularity=3)
        commands.index(KIND, "part_of_alias", "排水登记", ["排水许可证"], popularity=99)
        commands.index(KIND, "text", "其他登记", [], "取得许可后", popularity=99)

        assert keys("许可") == ["exact", "alias", "wanted", "part", "part_of_alias"]

    def test_what_only_mentions_it_comes_where_nothing_is_called_so(self):
        commands.index(KIND, "text", "其他登记", [], "取得许可后")

        assert keys("许可") == ["text"]

    def test_characters_mistyped_for_others_of_the_same_sound(self):
        commands.index(KIND, "card", "居民身份证补领")
        commands.index(KIND, "other", "分户登记")

        [hit] = search("深分证", KIND)

        assert (hit.key, hit.how) == ("card", How.SOUND)
        assert [hit.title[first:end] for first, end in hit.marks] == ["身份证"]

    def test_the_exact_name_however_many_are_wanted_more(self):
        commands.index_all(KIND, [Thing(f"k{n}", f"施工许可证{n}", popularity=9) for n in range(2100)])
        commands.index(KIND, "exact", "许可证")

        assert keys("许可证", limit=1) == ["exact"]

    def test_more_of_the_question_before_less(self):
        commands.index(KIND, "less", "经营场所登记")
        commands.index(KIND, "more", "食品经营登记")

        assert keys("食品经营许可")[0] == "more"


@pytest.mark.usefixtures("things")
class TestKeeping:
    def test_indexing_again_changes_the_words_and_keeps_the_popularity(self):
        commands.index(KIND, "food", "餐饮服务备案")

        assert keys("食品经营") == []
        assert keys("餐饮服务备案") == ["food"]
        assert Entry.objects.get(key="food").popularity == 9

    def test_what_is_forgotten_is_not_found(self):
        commands.forget(KIND, "food")

        assert "food" not in keys("许可")

    def test_popularity_is_set_for_all_at_once(self):
        commands.set_popularity(KIND, {"works": 50})

        assert keys("许可") == ["works", "food"]

    def test_the_index_is_put_back_and_filled_when_it_is_gone(self):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("DROP INDEX search_entry_words")
            else:
                cursor.execute("DROP TABLE search_words")
                for name in fulltext.TRIGGERS:
                    cursor.execute(f"DROP TRIGGER {name}")
        assert not fulltext.installed()

        fulltext.install()
        fulltext.install()

        assert fulltext.installed()
        assert keys("许可") == ["food", "works"]

    def test_a_rare_character_harms_nothing(self):
        commands.index(KIND, "rare", "𬱖𬘭街道办事处")

        assert keys("街道办事处") == ["rare"]
        keys("𬱖𬘭")


def test_what_is_searched_for_is_not_logged(caplog):
    search("999999199001011234 张三", KIND)

    assert caplog.text == ""


def test_marks_are_drawn_and_the_rest_is_escaped():
    assert marked("<b>许可</b>", ((3, 5),)) == "&lt;b&gt;<mark>许可</mark>&lt;/b&gt;"
