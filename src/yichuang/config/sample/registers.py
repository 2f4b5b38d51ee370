"""
Entries of registers: `registers.yaml` names them in their order, `registers/<id>.yaml` holds their families.

They are taken in as a file that an office brings: tried, imported, checked and published by somebody else, a register
at a time, all of it or nothing. A register that has entries already is left alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from yichuang.config import demo
from yichuang.config.sample.rows import Pool, day_of, pools, rows_of
from yichuang.foundation.people.actors import Actor, actor_for, local_day
from yichuang.foundation.people.models import Account
from yichuang.foundation.registers import commands, queries
from yichuang.foundation.registers.models import Entry
from yichuang.kernel.errors import DefinitionError

WRITER, CHECKER = "office", "office_signer"
"""Who brings the rows, and who checks and publishes them: accounts of `demo/accounts.yaml`."""


def load(district: demo.Demo) -> None:
    """Fill the registers that are empty."""
    firms = pools(district.read("firms"))
    for register in district.read("registers")["registers"]:
        fill(district, register, firms)


def fill(district: demo.Demo, register: str, firms: Mapping[str, Pool]) -> int:
    """
    Fill one register, if it is empty; tell how many entries it got.

    :raises DefinitionError: a row is not what the register asks for
    """
    if Entry.objects.filter(register=register).exists():
        return 0
    said = district.read(f"registers/{register}")
    begins = queries.register(register, local_day(district.opened_at)).valid_from
    rows = [*said.get("rows", ())]
    for family in said.get("families", ()):
        rows += rows_of(family, district.count(family["count"]), firms)
    known = [each for each in rows if (day_of(each, begins) or date.min) <= local_day(district.opened_at)]
    _take_in(district, register, known, said.get("by", {}))
    return len(known)


def _take_in(district: demo.Demo, register: str, rows: Sequence[Mapping[str, Any]], by: Mapping[str, str]) -> None:
    at = district.opened_at
    writer, checker = _who(by.get("writes", WRITER), district), _who(by.get("checks", CHECKER), district)
    content = _table(rows)
    given: dict[str, Any] = {"register": register, "content": content, "name": f"{register}.csv", "at": at}
    trial = commands.try_file(by=writer, **given)
    if not trial.is_clean:
        raise DefinitionError(f"sample/registers/{register}.yaml", "\n".join(e.text for e in trial.findings.errors[:5]))
    with transaction.atomic():
        commands.import_file(by=writer, expected=trial.sha256, is_synthetic=True, **given)
        ids = list(Entry.objects.filter(register=register).values_list("pk", flat=True))
        commands.check_entries(register=register, entry_ids=ids, by=checker, at=at)
        commands.publish_entries(register=register, entry_ids=ids, by=checker, at=at)


def _table(rows: Sequence[Mapping[str, Any]]) -> io.BytesIO:
    """Write the rows as the file that is brought; a column is named by its field."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode())


def _who(name: str, district: demo.Demo) -> Actor:
    return actor_for(Account.objects.get(username=name), district.opened_at)
