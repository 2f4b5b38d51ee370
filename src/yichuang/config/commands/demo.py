"""`yichuang demo`: a district that one command opens."""

from __future__ import annotations

import sys
from argparse import Namespace

from django.conf import settings
from tqdm import tqdm

from yichuang.config import demo, preparing, sample, serving
from yichuang.foundation.records import commands as records
from yichuang.foundation.records.terms import CHINA


def run(arguments: Namespace) -> int:
    """Make the folder if need be, load the district, then serve it with its worker until Ctrl-C."""
    preparing.refuse_other_kind_of_folder()
    if not arguments.load_only:
        serving.check_free("127.0.0.1", arguments.port)
    demo.register()
    profile = demo.settle(demo.Profile(arguments.sample) if arguments.sample else None)
    records.make_folder(district=settings.DISTRICT, is_demo=True, opened_at=arguments.at)
    preparing.prepare("definitions")  # by the clock of the demo: they are published on the day on which it opens
    wanted = sample.PARTS if profile else demo.PARTS
    with tqdm(total=len(wanted), unit="", file=sys.stderr, disable=None, bar_format="{desc} {bar} {n}/{total}") as bar:

        def progress(label: str, done: int) -> None:
            bar.set_description_str(label)
            bar.update(done - bar.n)

        demo.load(settings.DATA, arguments.at, progress, everything=arguments.load_only, parts=wanted, profile=profile)
    if arguments.load_only:
        print(f"{settings.DATA}: loaded")
        return 0
    parts = {
        "web": lambda: serving.web(f"127.0.0.1:{arguments.port}", 2),
        "worker": serving.worker,
    }
    return serving.tree(parts, ready=lambda: serving.answers(arguments.port), told=lambda: _tell(arguments))


def _tell(arguments: Namespace) -> None:
    opened = demo.opened_at().astimezone(CHINA)
    accounts = demo.accounts()
    for username, name in accounts:
        print(f"  {username:<16} {name}")
    if accounts:
        print(f"\n  Password of all: {demo.PASSWORD}. Or click a role on the first page.")
    print(f"  {settings.DISTRICT}, opened {opened:%Y-%m-%d %H:%M}; data in {settings.DATA}")
    print(f"\n  http://127.0.0.1:{arguments.port}/    (Ctrl-C stops)\n", flush=True)
