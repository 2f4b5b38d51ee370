"""Registers the hall: its definition of service hours, its place in the one filter and in the menus, its holdings."""

from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

SCHEMA = Path(__file__).parent / "schemas" / "service_hours.schema.json"


class CounterConfig(AppConfig):
    """The hall."""

    name = "yichuang.domains.counter"
    verbose_name = "大厅窗口"

    def ready(self) -> None:
        """Make the kind of definition, the scopes, the menus and the holdings known."""
        from yichuang.domains.counter import queries, rules
        from yichuang.domains.counter.commands import holdings
        from yichuang.foundation.definitions.kinds import Kind, register_kind, schema_file
        from yichuang.ui import menus

        register_kind(
            Kind(
                "service_hours",
                "service_hours",
                gettext_noop("服务时间"),
                schema_file(SCHEMA),
                rules.parse_hours,
                try_example=lambda hours, example, _folder: rules.try_example(hours, example),
            )
        )
        queries.register_scopes()
        holdings.register()
        menus.add(
            "desk",
            menus.Entry(_("收件"), "counter:desk", permission="counter.call", order=5),
            menus.Entry(_("大厅排队"), "counter:tickets", permission="counter.view", order=10),
            menus.Entry(_("材料袋"), "counter:bags", permission="cases.hand_over_paper", order=40),
        )
