"""Makes a data folder ready: made, migrated, its definitions published. A newer schema than ours is refused."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from yichuang.domains.catalogue import commands as catalogue
from yichuang.foundation.definitions import commands as definitions
from yichuang.foundation.definitions.folders import read_folder
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.records import clock
from yichuang.foundation.records import queries as records
from yichuang.foundation.records.terms import SYSTEM
from yichuang.kernel.errors import NotPossible


class SchemaNewer(NotPossible):
    """The data were written by a newer release."""

    code = "config.schema_newer"

    def __init__(self, unknown: list[str]) -> None:
        listed = "、".join(sorted(unknown)[:5])
        super().__init__(f"数据由较新的版本写成（本版本不认识 {listed}）。请用新版本打开，或恢复旧备份。")


class DemoFolder(NotPossible):
    """A demo folder is demo for ever."""

    code = "config.demo_folder"

    def __init__(self) -> None:
        super().__init__("这是演示数据，正式服务不能使用。请换一个数据目录，或用 yichuang demo 打开。")


class RealFolder(NotPossible):
    """A folder with real data never becomes a demo."""

    code = "config.real_folder"

    def __init__(self) -> None:
        super().__init__("这个目录存有正式数据，不能作为演示打开。请用 --data 指定另一个目录。")


def prepare(needs: str) -> None:
    """
    Bring the folder to where a command needs it: `nothing`, `database` (migrated), `definitions` (and published).

    Definitions are published by themselves only into a database that has none: later changes are a deed of somebody.

    :raises SchemaNewer: a newer release wrote these data
    :raises DefinitionsFaulty: the shipped definitions have problems
    """
    if needs == "nothing":
        return
    migrate()
    if needs == "definitions" and not Definition.objects.exists():
        publish()


def migrate() -> bool:
    """
    Make or bring up to date the database; tell whether there was something to do.

    :raises SchemaNewer: it knows migrations that we do not
    """
    settings.DATA.mkdir(parents=True, exist_ok=True)
    executor = MigrationExecutor(connection)
    refuse_newer(executor.loader.applied_migrations, executor)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    if not executor.loader.applied_migrations:
        make_new(executor)
    else:
        call_command("migrate", verbosity=0, interactive=False)
    return True


def make_new(executor: MigrationExecutor) -> None:
    """
    Make the tables of a new folder at once and note the migrations as done: all or nothing, and many times quicker.

    None of them changes data that a new database has; a test compares what either way leaves.
    """
    with connection.schema_editor() as editor:
        editor.create_model(executor.recorder.Migration)
        for config in apps.get_app_configs():
            for model in config.get_models():
                if model._meta.can_migrate(connection):
                    editor.create_model(model)
        for migration in executor.loader.graph.nodes:
            executor.recorder.record_applied(*migration)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


def refuse_newer(applied: Iterable[tuple[str, str]], executor: MigrationExecutor) -> None:
    """
    Refuse migrations (app, name) that this release does not know.

    :raises SchemaNewer: there are some
    """
    known = executor.loader.disk_migrations or {}
    labels = executor.loader.migrated_apps
    unknown = [f"{app}.{name}" for app, name in applied if app in labels and (app, name) not in known]
    if unknown:
        raise SchemaNewer(unknown)


def publish() -> int:
    """Publish what is new in the folders of the settings, let the catalogue follow; tell how many versions."""
    at = clock.business_now()
    count = len(definitions.publish(read_folder(settings.DEFINITIONS), by=SYSTEM, at=at))
    catalogue.refresh(at=at)
    return count


def refuse_other_kind_of_folder() -> None:
    """
    Keep demo and real data apart.

    :raises DemoFolder: a demo folder, served without DEMO=1
    :raises RealFolder: real data, opened as a demo
    """
    folder = records.folder()
    if folder is not None and folder.is_demo and not settings.DEMO:
        raise DemoFolder
    if folder is not None and not folder.is_demo and settings.DEMO:
        raise RealFolder
