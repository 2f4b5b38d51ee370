"""Triggers that keep the record tables append-only on both databases: one idempotent installer."""

from __future__ import annotations

from typing import Any

from django.db import connections

APPEND_ONLY = ["records_record", "records_anchor", "records_mark"]


def keep(table: str) -> None:
    """Keep a table of an upper room append-only too, from its `AppConfig.ready` on."""
    if table not in APPEND_ONLY:
        APPEND_ONLY.append(table)


def install_after_migrate(*, using: str, **_: Any) -> None:
    """Install after every migration of the room."""
    install(using=using)


def install(*, using: str = "default") -> None:
    """Put the triggers on every append-only table that exists; safe to repeat."""
    connection = connections[using]
    tables = [table for table in APPEND_ONLY if table in connection.introspection.table_names()]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION yichuang_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
            )
            for table in tables:
                for name, moment in (("rows", "UPDATE OR DELETE"), ("all", "TRUNCATE")):
                    each = "ROW" if name == "rows" else "STATEMENT"
                    cursor.execute(
                        f'CREATE OR REPLACE TRIGGER "{table}_append_only_{name}" BEFORE {moment} ON "{table}" '
                        f"FOR EACH {each} EXECUTE FUNCTION yichuang_append_only()"
                    )
        else:
            for table in tables:
                for moment in ("UPDATE", "DELETE"):
                    cursor.execute(
                        f'CREATE TRIGGER IF NOT EXISTS "{table}_append_only_{moment.lower()}" BEFORE {moment} '
                        f"ON \"{table}\" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                    )


def installed(*, using: str = "default") -> dict[str, bool]:
    """Tell for each append-only table whether its triggers stand; `doctor` lists them."""
    connection = connections[using]
    query = (
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = [table for table, name in cursor.fetchall() if "append_only" in name]
    return {table: found.count(table) == 2 for table in APPEND_ONLY}
