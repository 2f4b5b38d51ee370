"""Registers major projects and meetings: scopes, menus, reactions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    """Major projects and meetings."""

    name = "yichuang.domains.projects"
    label = "projects"
    verbose_name = "重大项目"

    def ready(self) -> None:
        """Tell the one filter, show the menus, make the measures known."""
        from yichuang.domains.projects import figures, queries, reactions
        from yichuang.ui import menus

        queries.register_scopes()
        menus.add(
            "desk",
            menus.Entry(_("重大项目"), "projects:projects", permission="projects.view", order=46),
            menus.Entry(_("会议"), "projects:meetings", permission="projects.view", order=47),
            menus.Entry(_("议定事项"), "projects:matters", permission="projects.view", order=48),
        )
        assert figures
        assert reactions
