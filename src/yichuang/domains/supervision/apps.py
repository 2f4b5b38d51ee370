"""Registers supervision: scopes, menus, reactions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    """Supervision."""

    name = "yichuang.domains.supervision"
    verbose_name = "预警督办"

    def ready(self) -> None:
        """Tell the one filter, show the menus, listen to lower rooms."""
        from yichuang.domains.supervision import queries, reactions
        from yichuang.ui import menus

        queries.register_scopes()
        menus.add(
            "desk",
            menus.Entry(_("预警督办"), "supervision:board", permission="supervision.view", order=60),
            menus.Entry(_("疑似规避时限"), "supervision:evasion", permission="supervision.view", order=61),
            menus.Entry(_("办件流转"), "supervision:flow", permission="supervision.view", order=63),
            menus.Entry(_("申辩和反馈"), "supervision:answers", permission="supervision.answer", order=62),
        )
        assert reactions
