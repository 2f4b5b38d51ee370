"""Registers the console and its menu."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ConsoleConfig(AppConfig):
    """The console of those who run the house."""

    name = "yichuang.portals.console"
    label = "console"
    verbose_name = "管理台"

    def ready(self) -> None:
        """Fill the menu of the console."""
        from yichuang.ui import menus

        menus.add(
            "console",
            menus.Entry(_("人员"), "console:people", permission="people.view", order=10),
            menus.Entry(_("AB岗"), "console:covers", permission="people.substitute", order=15),
            menus.Entry(_("运行状况"), "console:health", permission="health.view", order=70),
            menus.Entry(_("使用情况"), "console:usage", permission="usage.view", order=72),
            menus.Entry(_("工作日历"), "console:calendar", permission="calendar.view", order=20),
            menus.Entry(pgettext_lazy("list", "流程"), "console:plans", permission="definitions.view", order=25),
            menus.Entry(_("定义"), "console:definitions", permission="definitions.view", order=30),
            menus.Entry(pgettext_lazy("list", "记录"), "console:records", permission="records.view", order=40),
            menus.Entry(_("查看留痕"), "console:accesses", permission="people.view_access", order=45),
            menus.Entry(pgettext_lazy("list", "角色"), "console:roles", permission="people.view", order=35),
            menus.Entry(pgettext_lazy("of the machine", "任务"), "console:jobs", permission="jobs.view", order=60),
            menus.Entry(_("组件"), "console:gallery", permission="gallery.view", order=90),
        )
        menus.add("desk", menus.Entry(_("台账"), "console:registers", permission="registers.view", order=60))
