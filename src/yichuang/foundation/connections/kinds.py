"""Makes the one kind of definition of this room known: a system outside."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from django.utils.translation import gettext_noop

from yichuang.foundation.connections.adapters import known_kind
from yichuang.foundation.connections.terms import SystemOf
from yichuang.foundation.definitions.kinds import Body, Kind, register_kind, schema_file
from yichuang.kernel.errors import DefinitionError

SYSTEM = "system"
SCHEMA = Path(__file__).parent / "schemas" / "system.schema.json"
SECRETS = ("secret", "password", "passwd", "token", "private")


def register() -> None:
    """Make the kind known."""
    register_kind(Kind(SYSTEM, "systems", gettext_noop("外部系统"), schema_file(SCHEMA), parse_system))


def parse_system(body: Body, place: str) -> SystemOf:
    """
    Read a system.

    :raises DefinitionError: no such adapter, a setting that it does not know or take, or one that looks like a secret
    """
    settings = body.get("settings", {})
    for name in settings:
        if any(word in name.lower() for word in SECRETS):
            raise DefinitionError(
                f"{place}: settings.{name}", "定义里不放密钥", f"放在数据目录 keys/connections/{body[SYSTEM]}.key"
            )
    known_kind(body["adapter"], settings, place).make(body[SYSTEM], settings)
    return SystemOf(
        code=body[SYSTEM],
        version=body["version"],
        name=body["name"],
        adapter=body["adapter"],
        settings=MappingProxyType(dict(settings)),
        unit=body.get("unit", ""),
    )
