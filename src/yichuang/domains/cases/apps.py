"""Registers the cases and what the engine asks of them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CasesConfig(AppConfig):
    """Applications."""

    name = "yichuang.domains.cases"
    verbose_name = "办件"

    def ready(self) -> None:
        """Tell the one filter, and give the engine the function that opens a child case, and listen to news."""
        from yichuang.domains.cases import queries, reactions
        from yichuang.domains.cases.commands import children, leaving
        from yichuang.ui import menus

        queries.register_scopes()
        menus.add(
            "desk",
            menus.Entry(pgettext_lazy("list", "待办"), "cases:worklist", permission="work.view", order=20),
            menus.Entry(_("网上预审"), "cases:prechecks", permission="cases.precheck", order=30),
        )
        menus.add("me", menus.Entry(_("我的办件"), "cases:mine", permission="account.use", order=10))
        menus.add("public", menus.Entry(_("查进度"), "cases:track", order=40))
        children.register()
        leaving.register()
        assert reactions
