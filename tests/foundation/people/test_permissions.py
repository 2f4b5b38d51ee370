"""The permission table itself: whole, checked, and saying what practice asks."""

from __future__ import annotations

from copy import deepcopy

import pytest
import yaml
from django.conf import settings

from yichuang.foundation.people.permissions import Scope, parse, table
from yichuang.kernel.errors import DefinitionError

HALL = {"guide", "window", "chief", "delivery", "shift_lead", "hall_office", "street_window", "grid_worker"}
BACK = {"handler", "reviewer", "signer", "post_courier", "archivist"}
OTHERS = {"dept_head", "street", "office", "leader", "committee", "discipline", "npc", "auditor", "firm", "citizen"}
ADMINISTRATORS = {"item_editor", "catalogue_admin", "process_admin", "sysadmin", "secadmin", "auditadmin"}


@pytest.fixture
def data():
    (path,) = (folder / "permissions.yaml" for folder in settings.DEFINITIONS if (folder / "permissions.yaml").exists())
    return deepcopy(yaml.safe_load(path.read_text(encoding="utf-8")))


class TestTheTable:
    def test_holds_every_role_of_the_hall_and_the_house(self):
        known = HALL | BACK | OTHERS | ADMINISTRATORS | {"public", "park_agent", "bank_agent"}
        assert set(table().roles) == known

    def test_gives_every_permission_to_somebody(self):
        held = {permission for role in table().roles.values() for permission in role.may}
        assert set(table().permissions) == held

    def test_keeps_handling_reviewing_and_signing_apart(self):
        roles = table().roles
        asked = {"cases.handle", "cases.review", "cases.decide"}
        assert {role: asked & roles[role].may.keys() for role in ("handler", "reviewer", "signer")} == {
            "handler": {"cases.handle"},
            "reviewer": {"cases.review"},
            "signer": {"cases.decide"},
        }

    def test_shows_no_administrator_a_case(self):
        roles = table().roles
        assert not [role for role in ADMINISTRATORS if "cases.view" in roles[role].may]

    def test_shows_identity_numbers_to_no_unit_unmasked(self):
        personal = {Scope.OWN, Scope.MANDATE}
        open_cells = [
            (role.id, permission)
            for role in table().roles.values()
            for permission in ("cases.view", "construction.view", "licences.view", "parties.view")
            if (cell := role.may.get(permission)) and cell.scopes - personal
            if "id_number" not in cell.masked | cell.hidden
        ]
        assert open_cells == []

    def test_lets_only_the_public_and_the_known_outside_in_without_staff(self):
        outside = {role.id for role in table().roles.values() if not role.is_staff}
        assert outside == {"public", "citizen", "firm", "park_agent", "bank_agent"}


class TestAWrongTable:
    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (lambda data: data["roles"]["window"]["may"].update({"cases.acept": "unit"}), "cases.acept"),
            (lambda data: data["roles"]["window"]["may"].update({"cases.accept": "everywhere"}), "everywhere"),
            (lambda data: data["apart"].append(["sysadmin", "nobody"]), "nobody"),
            (lambda data: data["never_temporary"].append("cases.sing"), "cases.sing"),
            (
                lambda data: data["roles"]["window"]["may"].update(
                    {"cases.view": {"scope": "unit", "masked": ["shoe_size"]}}
                ),
                "shoe_size",
            ),
            (lambda data: data.update({"rolls": {}}), "rolls"),
        ],
    )
    def test_says_what_is_unknown_and_where(self, data, change, told):
        change(data)

        with pytest.raises(DefinitionError, match=told):
            parse(data, place="permissions.yaml")
