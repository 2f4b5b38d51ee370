"""What the search room keeps: one row a thing, with its tokens; the full-text index stands on them (`fulltext`)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """One thing that can be found. Derived: whoever owns the thing can index it anew at any time."""

    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=80)
    popularity = models.PositiveIntegerField(default=0)
    size = models.PositiveIntegerField(default=0, db_default=0, help_text="characters of the title")
    title = models.CharField(max_length=300)
    folded = models.CharField(max_length=600, default="", db_default="", help_text="the title as it is compared")
    aliases = models.TextField(default="", help_text="other names, a line each")
    text = models.TextField(default="", help_text="what else it may be found by")
    words = models.TextField(default="", help_text="the tokens of all of it, separated by blanks")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key"], name="search_entry_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Word(models.Model):
    """How many things of a kind have a word; the empty word counts the things themselves."""

    kind = models.CharField(max_length=24)
    word = models.CharField(max_length=40)
    entries = models.IntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "word"], name="search_word_once")]

    def __str__(self) -> str:
        return f"{self.word} {self.entries}"
