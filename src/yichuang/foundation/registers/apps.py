"""Registers the room: its kind of definition, its scopes, its reactions."""

from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_noop

SCHEMA = Path(__file__).parent / "schemas" / "register.schema.json"


class RegistersConfig(AppConfig):
    """The register room."""

    name = "yichuang.foundation.registers"
    verbose_name = "台账"

    def ready(self) -> None:
        """Make the kind of definition known, and who may see an entry."""
        from yichuang.foundation.definitions.kinds import Kind, register_kind, schema_file
        from yichuang.foundation.files.scopes import register_file_scope
        from yichuang.foundation.registers import checking, finding, reactions, scopes
        from yichuang.foundation.registers.loading import parse_register
        from yichuang.foundation.registers.terms import REGISTER

        register_kind(
            Kind(
                REGISTER,
                "registers",
                gettext_noop("台账"),
                schema_file(SCHEMA),
                parse_register,
                checking.check,
                checking.try_example,
            )
        )
        scopes.register()
        finding.register_kinds()
        register_file_scope("register", scopes.files)
        assert reactions
