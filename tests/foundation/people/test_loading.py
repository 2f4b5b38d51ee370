"""Taking over units and people from YAML."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from tests.support.people import WEDNESDAY, actor_of, make_demo
from yichuang.foundation.people import commands, queries
from yichuang.foundation.people.models import Account, Appointment, Mandate, Party, Unit
from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.identifiers import make_synthetic_resident_id, make_synthetic_uscc

pytestmark = pytest.mark.django_db

PERSON = make_synthetic_resident_id(born=date(1980, 5, 1), order=1)
FIRM = make_synthetic_uscc(1)
TEXT = f"""
regions:
  - {{code: "420106", name: 武昌区, level: DISTRICT}}
  - {{code: "420106001", name: 积玉桥街道, level: STREET, parent: "420106"}}
units:
  - {{code: zjj, name: 武昌区住房和城乡建设局, short_name: 住建局, kind: BUREAU, relation: DISTRICT, region: "420106",
     from: 2019-01-01, posts: {{handle: 承办岗, sign: 签发岗}}, items: [construction_permit]}}
  - {{code: zjj_permits, name: 审批科, kind: OFFICE, relation: DISTRICT, parent: zjj, region: "420106",
     from: 2019-01-01}}
  - {{code: water, name: 水务公司, kind: COMPANY, relation: ENTERPRISE, region: "420106", is_utility: true,
     from: 2019-01-01}}
parties:
  - {{kind: PERSON, name: 刘某, id_kind: RESIDENT, number: "{PERSON}", is_synthetic: true}}
  - {{kind: ENTERPRISE, name: 示例建设有限公司, id_kind: USCC, number: "{FIRM}", is_synthetic: true,
     facts: {{industry: E4710, size_class: SMALL, established_on: 2015-06-01}}}}
accounts:
  - username: approver
    name: 陈工
    staff_no: Z001
    is_demo: true
    from: 2019-01-01
    appointments: [{{unit: zjj, role: handler, post: handle, from: 2019-01-01}}]
  - username: company
    name: 刘某
    is_demo: true
    from: 2019-01-01
    party: "{PERSON}"
    acts_for: {{"{FIRM}": LEGAL_REPRESENTATIVE}}
mandates:
  - {{principal: "{FIRM}", agent: "{PERSON}", kind: STAFF, from: 2019-01-01, to: 2020-01-01}}
"""


@pytest.fixture
def data():
    make_demo()
    return yaml.safe_load(TEXT)


class TestLoadUnits:
    def test_takes_everything_over(self, data):
        told = commands.load_units(data, at=WEDNESDAY)

        assert (told.regions, told.units, told.posts, told.accounts, told.appointments) == (2, 3, 2, 2, 1)
        zjj, section = queries.unit_by_code("zjj"), queries.unit_by_code("zjj_permits")
        assert section.path == f"/{zjj.pk}/{section.pk}/"
        assert not queries.unit_by_code("water").takes_orders
        handler = actor_of(Account.objects.get(username="approver"))
        assert handler.by.as_post == "zjj/handle"
        assert queries.item_codes(handler) == {"construction_permit"}
        company = actor_of(Account.objects.get(username="company"))
        assert company.may("construction.apply", party_id=Party.objects.get(uscc=FIRM).pk)

    def test_twice_changes_nothing(self, data):
        commands.load_units(data, at=WEDNESDAY)
        before = [model.objects.count() for model in (Unit, Party, Account, Appointment, Mandate)]

        commands.load_units(data, at=WEDNESDAY)

        assert [model.objects.count() for model in (Unit, Party, Account, Appointment, Mandate)] == before

    def test_moves_a_unit_with_what_stands_below(self, data):
        commands.load_units(data, at=WEDNESDAY)
        data["units"][0]["parent"] = "water"
        data["units"].insert(0, data["units"].pop())

        commands.load_units(data, at=WEDNESDAY)

        water, zjj, section = (queries.unit_by_code(code) for code in ("water", "zjj", "zjj_permits"))
        assert section.path == f"/{water.pk}/{zjj.pk}/{section.pk}/"

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (lambda data: data["units"][1].update(parent="nobody"), "nobody"),
            (lambda data: data["accounts"][0]["appointments"][0].update(role="wizard"), "wizard"),
            (lambda data: data["accounts"][0]["appointments"][0].update(post="throne"), "throne"),
            (lambda data: data["accounts"][1].update(party="123"), "not loaded"),
            (lambda data: data["units"][0].update(kind="CASTLE"), "CASTLE"),
            (lambda data: data["parties"][0].update(number="999999198005010010"), "校验位"),
        ],
    )
    def test_says_what_is_wrong_and_takes_nothing(self, data, change, told):
        change(data)

        with pytest.raises(DefinitionError, match=told):
            commands.load_units(data, at=WEDNESDAY)

        assert not Unit.objects.exists()

    def test_keeps_administrators_apart(self, data):
        data["accounts"][0]["appointments"] = [
            {"unit": "zjj", "role": role, "from": "2019-01-01"} for role in ("sysadmin", "auditadmin")
        ]

        with pytest.raises(DefinitionError, match="sysadmin"):
            commands.load_units(data, at=WEDNESDAY)
