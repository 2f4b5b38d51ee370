"""
The full-text index on both databases: FTS5 (`unicode61`) with triggers, or a GIN index over a tsvector.

One idempotent installer, and the few statements that are not the same on both. On PostgreSQL the tokens become lexemes
as they are, as the configuration `simple` would leave them, but without its parser, whose idea of a word depends on the
locale. What stands in an order stands in that of `STANDING`, byte by byte the same on both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, connections

from yichuang.foundation.search.matching import begins
from yichuang.foundation.search.tokens import TITLE

VECTOR = "search_vector(words)"
FUNCTION = """
CREATE OR REPLACE FUNCTION search_vector(words text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE COST 100
AS $$ BEGIN RETURN array_to_tsvector(string_to_array(words, ' ')); END $$"""
"""
What it costs is said, so that small tables, too, are looked up and not computed row by row; and that it is unsafe in
parallel, as starting workers takes longer than counting these few rows.
"""
TABLE = "search_words"
TRIGGERS = {
    "search_entry_added": "AFTER INSERT ON search_entry BEGIN {add} END",
    "search_entry_removed": "AFTER DELETE ON search_entry BEGIN {remove} END",
    "search_entry_changed": "AFTER UPDATE OF words ON search_entry BEGIN {remove} {add} END",
}
ADD = "INSERT INTO search_words(rowid, words) VALUES (new.id, new.words);"
REMOVE = "INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, old.words);"
INDEXES = {
    "sqlite": {
        # without the wide columns: thousands of rows are ordered, twenty are read
        "search_entry_narrow": "(id, kind, popularity, size, key)",
        "search_entry_standing": "(kind, popularity DESC, size, key, folded)",
    },
    "postgresql": {
        "search_entry_words": f"USING gin ({VECTOR}) WITH (fastupdate = off)",
        "search_entry_standing": '(kind, popularity DESC, size, key COLLATE "C")',
    },
}
Token = str
"""A field's letter and a word."""
Question = Sequence[Sequence[Token]]
"""Of each group of tokens, one must be there."""
Place = tuple[int, str]
"""Id and key of a row."""


def install_after_migrate(*, using: str, **_: Any) -> None:
    """Install after every migration of the room."""
    install(using=using)


def install(*, using: str = "default") -> None:
    """Put the index in place and, where something was missing, fill it; safe to repeat."""
    connection = connections[using]
    if "search_entry" not in connection.introspection.table_names() or installed(using=using):
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for name, what in INDEXES[connection.vendor].items():
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {name} ON search_entry {what}")
        if connection.vendor == "postgresql":
            return
        cursor.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5(words, content='search_entry', content_rowid='id', "
            "tokenize='unicode61 remove_diacritics 0', detail=none, prefix='3 4')"
        )
        for name, text in TRIGGERS.items():
            cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {text.format(add=ADD, remove=REMOVE)}")
        cursor.execute(f"INSERT INTO {TABLE}({TABLE}) VALUES ('rebuild')")


def installed(*, using: str = "default") -> bool:
    """Tell whether the index stands whole; `doctor` may ask."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'search_entry'")
            return set(INDEXES["postgresql"]) <= {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger', 'index')")
        return {TABLE, *TRIGGERS, *INDEXES["sqlite"]} <= {name for (name,) in cursor.fetchall()}


def remove(*, using: str = "default") -> None:
    """Take the index away, before a migration that changes the table or the tokens."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
            for name in TRIGGERS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        for name in INDEXES[connection.vendor]:
            cursor.execute(f"DROP INDEX IF EXISTS {name}")


def standing(kind: str, question: Question, limit: int, offset: int = 0) -> list[Place]:
    """Give the best of the rows that answer a question: the popular first, then the short, then by key."""
    if connection.vendor == "postgresql":
        statement = f"""
            WITH found AS MATERIALIZED (
              SELECT id, popularity, size, key FROM search_entry
              WHERE {VECTOR} @@ CAST(%s AS tsquery) AND kind = %s
            )
            SELECT id, key FROM found ORDER BY popularity DESC, size, key COLLATE "C" LIMIT %s OFFSET %s"""
    else:
        statement = f"""
            SELECT entry.id, entry.key
            FROM {TABLE} CROSS JOIN search_entry entry INDEXED BY search_entry_narrow ON entry.id = {TABLE}.rowid
            WHERE {TABLE} MATCH %s AND entry.kind = %s
            ORDER BY entry.popularity DESC, entry.size, entry.key LIMIT %s OFFSET %s"""
    return _rows(statement, [_asked(question), kind, limit, offset])


def walked(kind: str, question: Question, among: int, limit: int) -> list[Place]:
    """
    Give the best rows that answer a question, looking only `among` the first of the kind: for what is common.

    Words of characters are looked for in the title, sounds among the tokens.
    """
    place = "strpos" if connection.vendor == "postgresql" else "instr"
    collated = 'COLLATE "C"' if connection.vendor == "postgresql" else ""
    order = f"popularity DESC, size, key {collated}"
    columns = {token: "folded" if token[0] == TITLE else "words" for group in question for token in group}
    wanted = " AND ".join(
        f"({' OR '.join(f'{place}({columns[token]}, %s) > 0' for token in group)})" for group in question
    )
    needles = [token[1:] if token[0] == TITLE else f" {token}" for group in question for token in group]
    read = ", ".join(sorted({"folded", *columns.values()}))
    statement = f"""
        SELECT id, key FROM (
          SELECT id, key, popularity, size, {read} FROM search_entry WHERE kind = %s ORDER BY {order} LIMIT %s
        ) first WHERE {wanted} ORDER BY {order} LIMIT %s"""
    return _rows(statement, [kind, among, *needles, limit])


def covering(kind: str, weighed: Sequence[tuple[Sequence[Token], int]], limit: int) -> list[Place]:
    """Give the rows that have most of some groups of tokens, each by its weight; equals as they stand."""
    if connection.vendor == "postgresql":
        one = f"""SELECT id, CAST(%s AS bigint) AS worth FROM search_entry
            WHERE {VECTOR} @@ CAST(%s AS tsquery) AND kind = %s"""
        values: list[list[str | int]] = [[weight, _asked([group]), kind] for group, weight in weighed]
        entry, collated = "search_entry entry", 'COLLATE "C"'
    else:
        one = f"SELECT rowid AS id, %s AS worth FROM {TABLE} WHERE {TABLE} MATCH %s"
        values = [[weight, _asked([group])] for group, weight in weighed]
        entry, collated = "search_entry entry INDEXED BY search_entry_narrow", ""
    statement = f"""
        WITH said AS ({" UNION ALL ".join([one] * len(values))}),
        found AS (SELECT id, SUM(worth) AS worth FROM said GROUP BY id)
        SELECT entry.id, entry.key FROM found CROSS JOIN {entry} WHERE entry.id = found.id AND entry.kind = %s
        ORDER BY found.worth DESC, entry.popularity DESC, entry.size, entry.key {collated} LIMIT %s"""
    return _rows(statement, [*(value for each in values for value in each), kind, limit])


def count_words(kind: str, changes: Mapping[str, int]) -> None:
    """Add to the number of things that have each word, in the order of the words: two writers never wait in a ring."""
    rows = sorted(changes.items())
    for first in range(0, len(rows), 200):
        some = rows[first : first + 200]
        statement = (
            f"INSERT INTO search_word (kind, word, entries) VALUES {', '.join(['(%s, %s, %s)'] * len(some))} "
            "ON CONFLICT (kind, word) DO UPDATE SET entries = search_word.entries + excluded.entries"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [value for word, change in some for value in (kind, word, change)])


def _rows(statement: str, values: Sequence[str | int]) -> list[Place]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _asked(question: Question) -> str:
    """Write a question as the database reads it; a token is of letters, digits and characters alone."""
    if connection.vendor == "postgresql":
        return " & ".join(f"({' | '.join(_sign(each, chr(39), ':*') for each in group)})" for group in question)
    return " AND ".join(f"({' OR '.join(_sign(each, chr(34), '*') for each in group)})" for group in question)


def _sign(token: Token, quote: str, beginning: str) -> str:
    return f"{quote}{token}{quote}{beginning if begins(token[1:]) and token[0] not in 'ef' else ''}"
