"""
Look whether a data folder is whole; run as a program of its own, `python -m tests.survival.whole SINCE`, prints JSON.

`SINCE` is the id of the newest dossier before: what came later must be complete, and done once.
"""

from __future__ import annotations

import json
import os
import sys

import django


def main(since: int) -> dict[str, object]:
    """Count what is there, and list what is half done or done twice."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yichuang.config.settings")
    django.setup()
    from django.db.models import Count

    from yichuang.domains.cases.models import Case, Draft
    from yichuang.foundation.documents.models import Paper
    from yichuang.foundation.jobs.models import Job
    from yichuang.foundation.records.models import Delivery, Stream
    from yichuang.foundation.work.models import Dossier, RepeatKey

    new = Dossier.objects.filter(pk__gt=since).order_by("pk")
    cases = Case.objects.filter(pk__gt=since)
    papers = Paper.objects.filter(dossier__in=new)
    streams = set(Stream.objects.filter(count__gt=0).values_list("id", flat=True))
    return {
        "newest": Dossier.objects.order_by("-pk").values_list("pk", flat=True).first() or 0,
        "numbers": list(cases.values_list("dossier__number", flat=True)),
        "dossiers without case": new.count() - cases.count(),
        "without span": new.exclude(spans__isnull=False).count(),
        "without clock": new.exclude(clocks__isnull=False).count(),
        "without records": sum(row.stream not in streams for row in new),
        "drafts handed in": list(Draft.objects.filter(case__in=cases).values_list("pk", flat=True)),
        "cases without draft": cases.exclude(draft__isnull=False).count(),
        "cases of two drafts": cases.annotate(n=Count("draft")).filter(n__gt=1).count(),
        "keys without answer": RepeatKey.objects.filter(answered="").count(),
        "receipts a case": sorted(
            set(papers.values_list("dossier").annotate(n=Count("pk")).values_list("n", flat=True))
        ),
        "papers not rendered": papers.filter(file=None).count(),
        "jobs parked": list(Job.objects.filter(state="PARKED").values_list("kind", "last_error")),
        "jobs unfinished": Job.objects.filter(state="RUNNING").count(),
        "reactions parked": Delivery.objects.exclude(parked_at=None).count(),
        "reactions waiting": Delivery.objects.filter(done_at=None).count(),
    }


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1])), ensure_ascii=False, default=str))
