"""Registers the pages of messages and their place in the menus."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagesConfig(AppConfig):
    """Pages of messages."""

    name = "yichuang.portals.messages"
    label = "notice_pages"
    verbose_name = "消息"

    def ready(self) -> None:
        """Put the list into the menus of those who get messages."""
        from yichuang.ui import menus

        entry = menus.Entry(_("消息"), "notices:list", permission="notices.view", order=80)
        menus.add("public", entry)
        menus.add("desk", entry)
