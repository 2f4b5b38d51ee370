"""Tokens say in which field they stand, and how many things have a word is counted; all of it is made anew."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from yichuang.foundation.search import fulltext
from yichuang.foundation.search.tokens import fold, kept_words, written


def take_away(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the index; it is put back and filled after the migrations."""
    fulltext.remove(using=schema_editor.connection.alias)


def write_anew(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the tokens of every thing, and count them."""
    Entry: Any = apps.get_model("search", "Entry")
    counts: dict[str, Counter[str]] = {}
    for row in Entry.objects.iterator():
        row.words = kept_words(row.title, row.aliases.splitlines(), row.text)
        row.folded, row.size = fold(row.title).text, len(row.title)
        row.save()
        counts.setdefault(row.kind, Counter()).update({*written(row.words), ""})
    Word: Any = apps.get_model("search", "Word")
    Word.objects.bulk_create(
        (Word(kind=kind, word=each, entries=n) for kind, found in counts.items() for each, n in found.items()),
        batch_size=500,
    )


class Migration(migrations.Migration):
    """Adds what ordering and counting need."""

    dependencies: ClassVar = [("search", "0001_initial")]
    operations: ClassVar = [
        migrations.RunPython(take_away, migrations.RunPython.noop),
        migrations.AddField("entry", "size", models.PositiveIntegerField(default=0, db_default=0, help_text="characters of the title")),
        migrations.AddField(
            "entry",
            "folded",
            models.CharField(db_default="", default="", help_text="the title as it is compared", max_length=600),
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=24)),
                ("word", models.CharField(max_length=40)),
                ("entries", models.IntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "word"), name="search_word_once")],
            },
        ),
        migrations.RunPython(write_anew, take_away),
    ]
