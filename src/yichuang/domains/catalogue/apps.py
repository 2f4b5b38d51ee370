"""Registers the catalogue: its kind of definition, its scope, its menu, its reactions."""

from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

SCHEMAS = Path(__file__).parent / "schemas"


class CatalogueConfig(AppConfig):
    """Service items."""

    name = "yichuang.domains.catalogue"
    verbose_name = "事项目录"

    def ready(self) -> None:
        """Make the kind of definition known, and who may see and find an item."""
        from yichuang.domains.catalogue import queries, reactions
        from yichuang.domains.catalogue.queries import answering, claiming, editing, filing, imports, registries
        from yichuang.domains.catalogue.queries.referring import register_items
        from yichuang.domains.catalogue.rules import parse_item
        from yichuang.domains.catalogue.rules.exchange.mapping import parse_mapping
        from yichuang.foundation.definitions.kinds import Kind, register_kind, schema_file
        from yichuang.foundation.definitions.mappings import Taker, register_taker
        from yichuang.ui import menus

        register_kind(
            Kind("item", "items", gettext_noop("事项"), schema_file(SCHEMAS / "item.schema.json"), parse_item)
        )
        register_taker(Taker("items", "事项", schema_file(SCHEMAS / "item_mapping.schema.json"), parse_mapping))
        queries.register()
        register_items()
        for room in (editing, registries, claiming, answering, imports, filing):
            room.register()
        menus.add("public", menus.Entry(_("办事"), "catalogue:matters", order=20))
        menus.add("search", menus.Entry(_("搜索"), "catalogue:search"))
        for menu in ("desk", "console"):
            menus.add(
                menu,
                menus.Entry(_("事项编辑"), "catalogue:matters_desk", permission="catalogue.drafts", order=60),
                menus.Entry(_("事项库"), "catalogue:registries", permission="catalogue.registries", order=61),
                menus.Entry(_("四办"), "catalogue:ways", permission="catalogue.ways", order=64),
                menus.Entry(_("证明事项"), "catalogue:proofs", permission="catalogue.ways", order=65),
                menus.Entry(_("中介事项"), "catalogue:intermediaries", permission="catalogue.ways", order=66),
                menus.Entry(_("事项导入"), "catalogue:imports", permission="catalogue.drafts", order=61),
                menus.Entry(_("指南核对"), "catalogue:guide_checks", permission="catalogue.drafts", order=62),
                menus.Entry(_("留言答复"), "catalogue:remark_tasks", permission="catalogue.answer", order=63),
            )
        menus.add(
            "footer",
            menus.Entry(_("留言答复查询"), "catalogue:remark_ask", order=39),
            menus.Entry(_("四办清单"), "catalogue:public_ways", order=40),
            menus.Entry(_("证明事项清单"), "catalogue:public_proofs", order=41),
            menus.Entry(_("中介服务事项清单"), "catalogue:public_intermediaries", order=42),
        )
        assert reactions
