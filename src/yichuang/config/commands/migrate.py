"""`yichuang migrate`."""

from __future__ import annotations

from argparse import Namespace

from django.conf import settings

from yichuang.config import preparing
from yichuang.foundation.definitions import index


def run(arguments: Namespace) -> int:
    """Say where the folder stands; making it ready has been done on the way here. Publishes what is new."""
    new = preparing.publish()
    index.forget()
    print(f"{settings.DATA}: ready, {new} new definitions")
    return 0
