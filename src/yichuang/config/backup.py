"""
Backup of a whole folder while it is in use, and its restoration into an empty place.

The archive is one tar: `manifest.json`, the database (SQLite: a consistent copy; PostgreSQL: a COPY of every table in
one snapshot), `files/` by their hash, `definitions/`, and the public anchors. Keys go into a second archive beside it,
because who holds both can read and sign everything.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from tqdm import tqdm

from yichuang.config import preparing
from yichuang.foundation.records import commands as records
from yichuang.foundation.records import queries as record_queries
from yichuang.foundation.records import realtime
from yichuang.kernel import ledger
from yichuang.kernel.errors import NotPossible

FORMAT = 1
DATABASE = "database.sqlite3"
TABLES = "tables/"


class NotEmpty(NotPossible):
    """A backup goes into an empty place only."""

    code = "backup.not_empty"

    def __init__(self, place: str) -> None:
        super().__init__(f"{place} 不是空的。恢复只能放进空目录和空数据库，请换一个位置，以免覆盖现有数据。")


class NotABackup(NotPossible):
    """The file is not a backup that this release can read."""

    code = "backup.not_a_backup"

    def __init__(self, why: str) -> None:
        super().__init__(f"这个文件不能恢复：{why}。请选择由 yichuang backup 生成的文件。")


class KeysMissing(NotPossible):
    """The keys are kept apart from the backup, and are needed to go on."""

    code = "backup.keys_missing"

    def __init__(self, path: Path) -> None:
        super().__init__(f"没有找到密钥包 {path}。请用 --keys 指明它的位置；没有密钥就不能核验记录和签章。")


class RecordsDamaged(NotPossible):
    """What was restored does not agree with its own records."""

    code = "backup.records_damaged"

    def __init__(self, found: int, first: str) -> None:
        super().__init__(f"已恢复，但记录核验发现 {found} 处问题，例如：{first}。请不要使用这份数据，改用另一份备份。")


def back_up(path: Path) -> Path:
    """Write the backup to `path` and the keys to `<path>.keys`; gives the latter. Only their owner can read them."""
    keys = path.with_name(f"{path.name}.keys")
    with _archive(path) as archive, TemporaryDirectory(dir=path.absolute().parent) as scratch:
        tables = _database(archive, Path(scratch))
        _add_tree(archive, settings.FILES, "files")
        for folder in settings.DEFINITIONS:
            _add_tree(archive, folder, f"definitions/{folder.name}")
        anchors = settings.KEYS / "anchors.jsonl"
        if anchors.exists():
            archive.add(anchors, "anchors.jsonl")
        manifest = {
            "format": FORMAT,
            "made_at": realtime.now().isoformat(),
            "vendor": connection.vendor,
            "schema": sorted(map(list, MigrationExecutor(connection).loader.applied_migrations)),
            "tables": tables,
            "sequences": _sequences(),
            "public_key": ledger.public_key_of(records.signing_key(settings.KEYS)).hex(),
        }
        _add_text(archive, "manifest.json", json.dumps(manifest, ensure_ascii=False))
    with _archive(keys) as archive:
        _add_tree(archive, settings.KEYS, "keys")
    return keys


def restore(path: Path, keys: Path) -> ledger.Report:
    """
    Restore into an empty folder and an empty database, bring them up to date, and verify every record.

    :raises NotEmpty: something is there already
    :raises NotABackup: the file is something else, or of the other kind of database
    :raises KeysMissing: the keys are not where they are said to be
    :raises SchemaNewer: a newer release wrote it
    :raises RecordsDamaged: it was restored, but its records do not agree
    """
    if not keys.is_file():
        raise KeysMissing(keys)
    manifest = _manifest(path)
    _check_place()
    executor = MigrationExecutor(connection)
    schema = [(app, name) for app, name in manifest["schema"]]
    preparing.refuse_newer(schema, executor)
    connection.close()
    settings.DATA.mkdir(parents=True, exist_ok=True)
    for secret in settings.KEYS.glob("*"):  # the fresh secret that reading the settings made
        secret.unlink()
    with tarfile.open(keys) as archive:
        archive.extractall(settings.DATA, filter="data")
    with tarfile.open(path) as archive:
        files = [each for each in archive if each.name.startswith("files/")]
        archive.extractall(settings.DATA, members=files, filter="data")
        if manifest["vendor"] == "sqlite":
            _restore_sqlite(archive)
        else:
            _restore_postgresql(archive, manifest)
    call_command("migrate", verbosity=0, interactive=False)
    report = record_queries.verify(bytes.fromhex(manifest["public_key"]))
    if not report.ok:
        raise RecordsDamaged(report.found, report.problems[0].message)
    return report


def _archive(path: Path) -> tarfile.TarFile:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return tarfile.open(fileobj=os.fdopen(descriptor, "wb"), mode="w")


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


def _add_tree(archive: tarfile.TarFile, folder: Path, name: str) -> None:
    for path in tqdm(sorted(folder.rglob("*")) if folder.exists() else [], desc=name, unit="", disable=None):
        if path.is_file():
            archive.add(path, f"{name}/{path.relative_to(folder)}")


def _database(archive: tarfile.TarFile, scratch: Path) -> dict[str, list[str]]:
    """Put the database into an archive; gives the tables that were written row by row, each with its columns."""
    if connection.vendor == "sqlite":
        copy = scratch / DATABASE
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        archive.add(copy, DATABASE)
        return {}
    written = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table, columns in _tables():
            copy = scratch / table
            with (
                copy.open("wb") as out,
                cursor.copy(f"COPY {_named(table, columns)} TO STDOUT (FORMAT BINARY)") as rows,
            ):
                for block in rows:
                    out.write(block)
            archive.add(copy, f"{TABLES}{table}")
            copy.unlink()
            written[table] = columns
    return written


def _tables() -> Iterator[tuple[str, list[str]]]:
    """Name every table of ours with the columns that can be written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, array_agg(c.column_name::text ORDER BY c.ordinal_position)"
            " FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'"
            " GROUP BY c.table_name ORDER BY c.table_name"
        )
        rows = cursor.fetchall()
    yield from rows


def _named(table: str, columns: list[str]) -> str:
    quote = connection.ops.quote_name
    return f"{quote(table)} ({', '.join(map(quote, columns))})"


def _manifest(path: Path) -> dict[str, Any]:
    try:
        with tarfile.open(path) as archive:
            member = archive.extractfile("manifest.json")
            assert member is not None  # extractfile gives None for folders only
            manifest: dict[str, Any] = json.load(member)
    except (tarfile.TarError, KeyError, json.JSONDecodeError) as wrong:
        raise NotABackup("它不是备份文件，或已损坏") from wrong
    if manifest["format"] != FORMAT:
        raise NotABackup(f"格式版本是 {manifest['format']}，本版本只认识 {FORMAT}")
    if manifest["vendor"] != connection.vendor:
        raise NotABackup(f"它来自 {manifest['vendor']}，当前数据库是 {connection.vendor}")
    return manifest


def _check_place() -> None:
    there = [path for path in settings.DATA.glob("*") if path != settings.KEYS] if settings.DATA.exists() else []
    kept = [path for path in settings.KEYS.glob("*") if path.name != "secret"] if settings.KEYS.exists() else []
    if there or kept:
        raise NotEmpty(str(settings.DATA))
    if connection.vendor == "postgresql" and connection.introspection.table_names():
        raise NotEmpty(str(connection.settings_dict["NAME"]))


def _restore_sqlite(archive: tarfile.TarFile) -> None:
    target = Path(str(connection.settings_dict["NAME"]))
    source = archive.extractfile(DATABASE)
    assert source is not None, "a backup of SQLite holds the database"
    with target.open("wb") as out:
        while block := source.read(2**20):
            out.write(block)


def _restore_postgresql(archive: tarfile.TarFile, manifest: dict[str, Any]) -> None:
    """Make the schema as it was, empty what making it filled in, copy the rows in one transaction."""
    executor, written = MigrationExecutor(connection), manifest["tables"]
    says_columns = isinstance(written, dict)  # or they stand in the order that migrations give: before 2026-11-29
    if says_columns and {(app, name) for app, name in manifest["schema"]} == set(executor.loader.graph.nodes):
        preparing.make_new(executor)
    else:
        _migrate_to(manifest["schema"])
    here = dict(_tables())
    columns = written if says_columns else here
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in here:
            cursor.execute(f"SELECT EXISTS (SELECT FROM {connection.ops.quote_name(table)})")
            if cursor.fetchone() == (True,):
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        for table in tqdm(list(written), unit=" tables", disable=None):
            member = archive.extractfile(f"{TABLES}{table}")
            assert member is not None, "the manifest names the tables of the archive"
            with cursor.copy(f"COPY {_named(table, columns[table])} FROM STDIN (FORMAT BINARY)") as rows:
                while block := member.read(2**20):
                    rows.write(block)
    _set_sequences(manifest["sequences"])


def _migrate_to(schema: list[tuple[str, str]]) -> None:
    newest: dict[str, str] = {}
    for app, name in schema:
        newest[app] = max(newest.get(app, ""), name)
    for app, name in newest.items():
        call_command("migrate", app, name, verbosity=0, interactive=False)


def _sequences() -> dict[str, int]:
    """Tell the last value of every sequence, those of identity columns among them."""
    if connection.vendor != "postgresql":
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequencename, last_value FROM pg_sequences"
            " WHERE schemaname = current_schema() AND last_value IS NOT NULL"
        )
        return dict(cursor.fetchall())


def _set_sequences(values: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        for name, value in values.items():
            cursor.execute("SELECT setval(%s, %s)", [connection.ops.quote_name(name), value])
