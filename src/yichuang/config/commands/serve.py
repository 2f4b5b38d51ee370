"""`yichuang serve`."""

from __future__ import annotations

from argparse import Namespace

from django.conf import settings

from yichuang.config import preparing, serving
from yichuang.foundation.records import clock, commands


def run(arguments: Namespace) -> int:
    """Serve pages and API until told to stop."""
    preparing.refuse_other_kind_of_folder()
    commands.make_folder(district=settings.DISTRICT, is_demo=settings.DEMO, opened_at=clock.business_now())
    host, _, port = arguments.bind.rpartition(":")
    serving.check_free(host or "0.0.0.0", int(port))
    return serving.web(arguments.bind, arguments.workers)
