"""Registers the portal and its menus."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicConfig(AppConfig):
    """The public portal."""

    name = "yichuang.portals.public"
    label = "public"
    verbose_name = "门户"

    def ready(self) -> None:
        """Put the first page in front of the menu and the words about the house into the footer."""
        from yichuang.ui import menus

        menus.add("public", menus.Entry(_("首页"), "public:home", order=10))
        menus.add("begin", menus.Entry(_("工作台"), "public:begin"))
        menus.add("public", menus.Entry(_("授权委托"), "public:mandates", permission="cases.apply", order=55))
        menus.add("public", menus.Entry(_("公开清单"), "public:registers", order=45))
        menus.add("public", menus.Entry(_("帮助"), "public:help", order=90))
        menus.add(
            "footer",
            menus.Entry(_("关于"), "public:about", order=10),
            menus.Entry(_("无障碍"), "public:accessibility", order=20),
            menus.Entry(_("使用帮助"), "public:help", order=30),
        )
