"""The people of the benchmark's district: 400 units, 4,000 clerks with restricted rights, applicants, log-ins."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from secrets import token_hex

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction

from yichuang.foundation.people import sealing, sessions
from yichuang.foundation.people.models import Account, Appointment, Party, Region, SessionMark, Unit
from yichuang.foundation.records import realtime
from yichuang.kernel.identifiers import make_synthetic_resident_id

REGION = "420106"
BUREAUS, SECTIONS = 40, 10
"""Bureaus, and units of each, itself among them: 400 units."""
CLERKS = 4000
PARTIES = 100_000
CITIZENS = 200
"""Applicants who hand in over HTTP."""
ITEMS_OF_A_UNIT = 5
EVER = date(2019, 1, 1)
FOOD = "scjg"
"""The unit that decides the item of the lives over HTTP."""
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class LogIn:
    """Somebody who is logged in: the cookie of the session goes with every request."""

    account_id: int
    cookie: str


def make(at: datetime) -> None:
    """Make everybody, once; all of it is marked as made for measuring."""
    if Unit.objects.filter(code="bench000").exists():
        return
    dice = random.Random(20191030)
    with transaction.atomic():
        region = Region.objects.get_or_create(code=REGION, defaults={"name": "武昌区", "level": "DISTRICT"})[0]
        units = _units(region)
        _clerks(units, dice)
        _food(region)
        _citizens(at)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO people_party (kind, name, id_kind, id_sealed, uscc, phone, address, legal_representative,"
                " is_priority, is_synthetic, created_at) SELECT 'PERSON', '示例申请人' || n, 'RESIDENT', '', '',"
                " '10000001234', '', '', false, true, %s FROM generate_series(1, %s::int) n",
                [at, PARTIES],
            )


@cache
def unit_ids() -> list[int]:
    """List the units over which the dossiers are spread, the busiest first."""
    return list(Unit.objects.filter(code__startswith="bench").order_by("code").values_list("pk", flat=True))


def party_range() -> tuple[int, int]:
    """Give the first and the last applicant of the stored dossiers."""
    rows = Party.objects.filter(name__startswith="示例申请人").order_by("pk")
    first, last = rows.first(), rows.last()
    assert first is not None and last is not None
    return first.pk, last.pk


def clerks(role: str = "handler") -> list[Account]:
    """List the clerks of a role, in no order that says anything about their units."""
    rows = Account.objects.filter(username__startswith=f"bench-{role}-").order_by("rights_mark")
    return list(rows)


def of_food(role: str) -> list[Account]:
    """List those who handle, review or sign what is handed in over HTTP."""
    return list(Account.objects.filter(username__startswith=f"food-{role}-").order_by("pk"))


def citizens() -> list[Account]:
    """List those who hand in over HTTP."""
    return list(Account.objects.filter(username__startswith="bench-citizen-").order_by("pk"))


def log_in(account: Account) -> LogIn:
    """Log somebody in as the log-in page would, second factor and all."""
    mark = token_hex(8)
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(account.pk), BACKEND
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store[sessions.MARK], store[sessions.SEEN] = mark, realtime.now().isoformat()
    store[sessions.SECOND_FACTOR] = True
    store.create()
    Account.objects.filter(pk=account.pk).update(session_mark=mark)
    SessionMark.objects.create(account=account, mark=mark, address="127.0.0.1", agent="", started_at=realtime.now())
    assert store.session_key
    return LogIn(account.pk, store.session_key)


def _units(region: Region) -> list[Unit]:
    def unit(code: str, name: str, parent: Unit | None) -> Unit:
        row = Unit.objects.create(
            code=code, name=name, short_name=name, kind="OFFICE" if parent else "BUREAU", relation="DISTRICT",
            parent=parent, region=region, valid_from=EVER,
        )  # fmt: skip
        row.path = f"{parent.path if parent else '/'}{row.pk}/"
        row.save(update_fields=["path"])
        return row

    made: list[Unit] = []
    bureaus = [unit(f"bench{n:03}", f"示例{n:02}局", None) for n in range(BUREAUS)]
    for n in range(BUREAUS, BUREAUS * SECTIONS):
        bureau = bureaus[n % BUREAUS]
        made.append(unit(f"bench{n:03}", f"{bureau.name}{n // BUREAUS}科", bureau))
    return bureaus + made


def _account(username: str, name: str, party: Party | None = None) -> Account:
    row = Account(username=username, name=name, party=party)
    row.set_unusable_password()
    return row


def _clerks(units: list[Unit], dice: random.Random) -> None:
    """Seven in ten handle, in their own unit and in up to seven others; the rest review, sign or head a bureau."""
    roles = ["handler"] * 7 + ["reviewer", "signer", "dept_head"]
    accounts = [_account(f"bench-{roles[n % 10]}-{n:04}", f"示例{n:04}") for n in range(CLERKS)]
    Account.objects.bulk_create(accounts, batch_size=1000)
    rows = []
    for n, account in enumerate(accounts):
        role = roles[n % 10]
        if role == "dept_head":
            places = [units[n // 10 % BUREAUS]]
        else:
            own = n * 7919 % len(units)
            places = [units[place] for place in {own, *dice.sample(range(len(units)), dice.choice([0, 1, 3, 5, 7]))}]
        rows += [
            Appointment(account=account, unit=unit, role=role, staff_kind="ESTABLISHED", valid_from=EVER)
            for unit in places
        ]
    leader = _account("bench-office-0", "示例督查")
    leader.save()
    rows.append(Appointment(account=leader, unit=units[0], role="office", staff_kind="ESTABLISHED", valid_from=EVER))
    Appointment.objects.bulk_create(rows, batch_size=2000)


def _food(region: Region) -> None:
    unit = Unit.objects.create(
        code=FOOD, name="示例市场监管局", short_name="市场监管局", kind="BUREAU", relation="DISTRICT", region=region,
        valid_from=EVER, uscc="11420106MB1A000012",
    )  # fmt: skip
    unit.path = f"/{unit.pk}/"
    unit.save(update_fields=["path"])
    for role in ("handler", "reviewer", "signer"):
        for n in range(8):
            account = _account(f"food-{role}-{n}", f"示例{role}{n}")
            account.save()
            Appointment.objects.create(account=account, unit=unit, role=role, staff_kind="ESTABLISHED", valid_from=EVER)


def _citizens(at: datetime) -> None:
    for n in range(CITIZENS):
        number = make_synthetic_resident_id(born=date(1960 + n % 40, 1 + n % 12, 1 + n % 28), order=1 + n % 900)
        party = Party.objects.create(
            kind="PERSON", name=f"示例市民{n}", id_kind="RESIDENT", id_sealed=sealing.seal(number),
            id_hash=sealing.fingerprint("RESIDENT", number), phone="10000001234", is_synthetic=True, created_at=at,
        )  # fmt: skip
        _account(f"bench-citizen-{n:03}", party.name, party).save()


__all__ = ["Account", "LogIn", "citizens", "clerks", "log_in", "make", "of_food", "party_range", "unit_ids"]
