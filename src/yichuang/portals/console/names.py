"""Names of the accounts that the console mentions."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from yichuang.foundation.people import queries as people
from yichuang.foundation.people.actors import Actor


def names(actor: Actor, account_ids: Collection[int]) -> dict[int, str]:
    """Name the accounts that the actor may see; the others by their number."""
    seen = {row.pk: str(row) for row in people.people(actor).filter(pk__in=account_ids)}
    return {each: seen.get(each) or _("账号%(id)s") % {"id": each} for each in account_ids}
