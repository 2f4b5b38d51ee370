"""The first part of a demo: regions, units and posts, applicants, one account a role (`units`, `accounts.yaml`)."""

from __future__ import annotations

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password

from yichuang.config import demo
from yichuang.foundation.people.loading import load_units
from yichuang.foundation.people.models import Account

FILES = ("units", "accounts")


def load(district: demo.Demo) -> None:
    """Take over the files; demo accounts get the password that is printed at the start."""
    for name in FILES:
        load_people(district, name)


def load_people(district: demo.Demo, name: str) -> None:
    """Take over one file."""
    load_units(district.read(name), at=district.opened_at, place=f"{name}.yaml")
    without = Account.objects.filter(is_demo=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)
    if without.exists():
        without.update(password=make_password(demo.PASSWORD))  # hashed once: a hash is slow on purpose
