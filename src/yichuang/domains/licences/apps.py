"""Registers the licence library."""

from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_noop, pgettext_lazy

SCHEMA = Path(__file__).parent / "schemas" / "licence_type.schema.json"


class LicencesConfig(AppConfig):
    """The licence library."""

    name = "yichuang.domains.licences"
    verbose_name = "证照"

    def ready(self) -> None:
        """Make the kind of definition known, tell the one filter, and stand in the menus."""
        from yichuang.domains.licences import queries, rules
        from yichuang.foundation.definitions.kinds import Kind, register_kind, schema_file
        from yichuang.ui import menus

        register_kind(
            Kind(
                name="licence_type",
                folder="licence_types",
                label=gettext_noop("证照类型"),
                schema=schema_file(SCHEMA),
                parse=rules.parse_licence_type,
            )
        )
        queries.register_scopes()
        menus.add(
            "public", menus.Entry(pgettext_lazy("list", "证照"), "licences:list", permission="licences.view", order=50)
        )
        menus.add(
            "desk", menus.Entry(pgettext_lazy("list", "证照"), "licences:list", permission="licences.view", order=70)
        )
