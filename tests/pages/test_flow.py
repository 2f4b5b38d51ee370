"""The page 办件流转 tells the numbers of what the reader may see, chosen from lists of what there is."""

from __future__ import annotations

import re

import pytest

from tests.support import people
from tests.support.engine import publish
from tests.support.history import bring_in, mapping, table
from yichuang.domains.supervision.pages import following
from yichuang.foundation.work import flow

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, tmp_path):
    publish()
    named = mapping(tmp_path, region={"code": "420106", "name": "武昌区"})
    bring_in(table(tmp_path / "old.csv"), mapping=named)
    account = people.make_account("office", people.make_unit("office"))
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def cells(page: str, table_id: str) -> list[list[str]]:
    body = page.split(f'id="{table_id}">')[1].split("<tbody>")[1].split("</tbody>")[0]
    return [re.findall(r"<td[^>]*>(.*?)</td>", row, re.S) for row in body.split("</tr>") if "<td" in row]


class TestFlowPage:
    def test_tells_throughput_lateness_holders_paths_and_draws_them(self, office):
        page = office.get("/supervise/flow", {"source": "old_desk"}).content.decode()

        assert "收件 3，办结 2，未办结 1" in page
        assert cells(page, "late")[0][:2] == ["合计", "3"]
        assert sum(int(row[1]) for row in cells(page, "channels")[1:]) == 3
        assert ["登记 → 审查 → 决定", "1"] in [row[:2] for row in cells(page, "ways")]
        assert ["登记", "审查", "1"] in [row[:3] for row in cells(page, "pairs")]
        assert "<polyline" in page

    def test_offers_what_there_is_by_name_and_narrows_to_what_is_chosen(self, office):
        page = office.get("/supervise/flow").content.decode()
        unit = re.search(r'name="unit".*?<option value="(\d+)"', page, re.S)

        assert '<option value="old_desk">' in page
        assert unit is not None
        assert "本系统办件" not in page, "there is none of ours"
        narrowed = office.get("/supervise/flow", {"unit": unit[1], "period": "year"}).content.decode()
        assert "收件 0" in narrowed or "收件 " in narrowed
        by_day = office.get("/supervise/flow", {"source": "old_desk", "since": "2099-01-01"}).content.decode()
        assert "收件 0，办结 0，未办结 0" in by_day
        assert "<polyline" not in by_day

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_days_beyond_all_calendars_ask_nothing(self, office, day):
        page = office.get("/supervise/flow", {"source": "old_desk", "since": day, "until": day}).content.decode()

        assert "收件 3，办结 2，未办结 1" in page
        assert "“收件自”请填写 1900 年至 2100 年之间的日期。" in page

    def test_what_cannot_be_read_is_told_at_its_field_and_asks_nothing(self, office):
        page = office.get("/supervise/flow", {"source": "nobody", "least": "x", "since": "?"}).content.decode()

        assert "请从“来源”给出的选项中选择" in page
        assert "收件 3，办结 2，未办结 1" in page


class TestPicture:
    def graph(self, *edges: tuple[str, str, int]) -> flow.Follows:
        keys = list(dict.fromkeys(key for before, after, _n in edges for key in (before, after)))
        nodes = tuple(flow.Node(key, f"环节{key}", 5, float(place), 0) for place, key in enumerate(keys))
        return flow.Follows(nodes, tuple(flow.Edge(before, after, n, 1.0) for before, after, n in edges), 0)

    def test_draws_the_most_frequent_and_one_of_two_that_lead_to_and_fro(self):
        pairs = [(f"{n}", f"{n + 1}", n + 1) for n in range(40)]

        drawn = following.drawn_edges(self.graph(*pairs, ("1", "0", 30)))

        assert len(drawn) == following.MOST_EDGES
        assert ("1", "0") in {(edge.before, edge.after) for edge in drawn}
        assert ("0", "1") not in {(edge.before, edge.after) for edge in drawn}

    def test_an_arrow_back_is_dashed_and_points_at_its_beginning(self):
        drawing = following.picture(self.graph(("a", "b", 9), ("b", "c", 4), ("c", "a", 2)))

        assert drawing.count("stroke-dasharray") == drawing.count('marker-start="url') == 1
        assert drawing.count('marker-end="url') == 2
        assert following.picture(flow.Follows((), (), 0)) == ""
