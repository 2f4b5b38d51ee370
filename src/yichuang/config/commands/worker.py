"""`yichuang worker`."""

from __future__ import annotations

from argparse import Namespace

from yichuang.config import demo, preparing, serving


def run(arguments: Namespace) -> int:
    """Do what is due until told to stop."""
    preparing.refuse_other_kind_of_folder()
    demo.register()
    return serving.worker(once=arguments.once)
