"""Registers construction approvals: scopes, what follows deeds on stages, menus, reactions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConstructionConfig(AppConfig):
    """Construction approvals."""

    name = "yichuang.domains.construction"
    verbose_name = "工程建设"

    def ready(self) -> None:
        """Tell the one filter and the engine, show the menus, listen to lower rooms."""
        from yichuang.domains.cases import queries as cases
        from yichuang.domains.catalogue import queries as catalogue
        from yichuang.domains.construction import queries, reactions
        from yichuang.domains.construction.commands import following
        from yichuang.domains.construction.terms import STAGE
        from yichuang.ui import menus

        queries.register_scopes()
        following.register()
        catalogue.register_start(STAGE, "construction:start")
        cases.register_project_answers(queries.answers_of)
        entry = menus.Entry(_("工程建设"), "construction:projects", permission="construction.view", order=45)
        menus.add("desk", entry)
        menus.add("public", entry)
        assert reactions
