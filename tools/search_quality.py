"""
Measures what people find: hit@5 and nDCG@10 of judged questions, beside a plain TF-IDF over pairs of characters.

    .venv/bin/python tools/search_quality.py [golden|imported|demo …] [--misses] [--json]

The questions and their judgments stand in tests/foundation/search/questions.yaml. SQLite in a folder of its own; set
DATABASE_URL to measure on PostgreSQL (an empty database).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def measured(names: Sequence[str]) -> list[dict[str, Any]]:
    """Ask every question of each finder; give a line a question."""
    from tests.support import search_quality as quality
    from yichuang.foundation.search import commands, kinds, queries

    lines = []
    for each in quality.sets(*names):
        kinds.register_kind(each.name, lambda _actor, keys: keys)
        commands.index_all(each.name, each.things)
        finders = {
            "ours": lambda query, kind=each.name: [hit.key for hit in queries.search(query, kind, limit=10)],
            "tf-idf, all": quality.tf_idf(each.things, with_text=True),
            "tf-idf, names": quality.tf_idf(each.things, with_text=False),
        }
        titles = {thing.key: thing.title for thing in each.things}
        for question in each.questions:
            found = {name: list(finder(question.ask))[:10] for name, finder in finders.items()}
            lines.append(
                {
                    "set": each.name,
                    "ask": question.ask,
                    "way": question.way,
                    "hit": {name: quality.hit(question, keys) for name, keys in found.items()},
                    "ndcg": {name: quality.ndcg(question, keys) for name, keys in found.items()},
                    "first": {name: [titles[key] for key in keys[:5]] for name, keys in found.items()},
                }
            )
    return lines


def table(lines: Sequence[dict[str, Any]]) -> str:
    """Write the means by set and by way of asking as a table for `docs/search.md`."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        groups[line["set"]].append(line)
    for line in lines:
        groups[f"… {line['way']}"].append(line)
    finders = list(lines[0]["hit"])
    rows = [
        f"| questions | n | {' | '.join(f'{name}: hit@5 · nDCG@10' for name in finders)} |",
        "|---|---|" + "---|" * len(finders),
    ]
    for name, some in groups.items():
        cells = [
            f"{100 * sum(each['hit'][finder] for each in some) / len(some):.0f} % · "
            f"{sum(each['ndcg'][finder] for each in some) / len(some):.3f}"
            for finder in finders
        ]
        rows.append(f"| {name} | {len(some)} | {' | '.join(cells)} |")
    return "\n".join(rows)


def main() -> None:
    """Set up an index, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("sets", nargs="*", choices=["golden", "imported", "demo", []], default=[])
    parser.add_argument("--misses", action="store_true", help="also list the questions where ours is worse or misses")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["YICHUANG_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "yichuang.config.settings"
        os.environ.setdefault("DATABASE_URL", "")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        lines = measured(asked.sets)
    if asked.json:
        print(json.dumps(lines, ensure_ascii=False, indent=1))
        return
    print(table(lines))
    for line in lines if asked.misses else []:
        best = max(value for name, value in line["ndcg"].items() if name != "ours")
        if not line["hit"]["ours"] or line["ndcg"]["ours"] < best - 0.005:
            print(f"\n{line['set']} {line['ask']}: {line['ndcg']['ours']:.2f} < {best:.2f}\n  {line['first']}")


if __name__ == "__main__":
    main()
