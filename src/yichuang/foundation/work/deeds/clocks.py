"""What a deed does with the clocks of its dossier: start, stop, pause, resume and extend them, each with its ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from yichuang.foundation.people.actors import Actor
from yichuang.foundation.work import models, timing
from yichuang.foundation.work.terms import ClockKind
from yichuang.kernel.calendars import Office
from yichuang.kernel.errors import DefinitionError, NotPossible


class AlreadyPaused(NotPossible):
    """A clock that stands still cannot be paused again."""

    code = "work.already_paused"

    def __init__(self, since: datetime) -> None:
        super().__init__(
            _("时限自 %(since)s 起已经停表；请先恢复，再办理新的停表事由。")
            % {"since": f"{localtime(since):%Y-%m-%d %H:%M}"}
        )


class NotPaused(NotPossible):
    """There is no pause to end."""

    code = "work.not_paused"

    def __init__(self) -> None:
        super().__init__(_("时限正在计算，没有需要恢复的停表。"))


class AlreadyExtended(NotPossible):
    """A limit is extended once."""

    code = "work.already_extended"
    basis = "行政许可法 第四十二条"

    def __init__(self) -> None:
        super().__init__(_("该时限已经延长过一次，依法不能再次延长。"))


class TooLateToExtend(NotPossible):
    """An extension is decided before the limit passes."""

    code = "work.too_late_to_extend"
    basis = "行政许可法 第四十二条"

    def __init__(self, due: datetime) -> None:
        super().__init__(
            _("时限已于 %(due)s 届满，不能再延长；请尽快作出决定。") % {"due": f"{localtime(due):%Y-%m-%d %H:%M}"}
        )


@dataclass(frozen=True, slots=True)
class Ground:
    """Why clocks stand still: the kind that the lifecycle names, the reason, the law, and who approved."""

    kind: str
    reason: str
    basis: str = ""
    approved_by: int | None = None


@dataclass
class Clocks:
    """The clocks of one dossier and its steps while a deed lasts; once they have changed, its own instants follow."""

    dossier: models.Dossier
    by: Actor
    at: datetime
    effective_at: datetime
    office: Office
    _rows: list[models.Clock] | None
    have_changed: bool = False

    def all(self) -> list[models.Clock]:
        """Give all clocks of the dossier and its steps with their ledgers, as they stand by now; read once."""
        if self._rows is None:
            self._rows = timing.clocks_of(self.dossier.pk)
        return self._rows

    def running(self) -> list[models.Clock]:
        """Give the dossier's own clocks that run, those of its steps aside."""
        return [row for row in self.all() if row.step_id is None and row.stopped_at is None]

    def unstopped(self) -> QuerySet[models.Clock]:
        """Ask for those that run, of the dossier and of its steps, as the database has them."""
        return models.Clock.objects.filter(dossier=self.dossier, stopped_at=None)

    def start(
        self, kind: ClockKind, *, step: models.Step | None = None, days: int | None = None
    ) -> models.Clock | None:
        """Start a clock from `effective_at`, held to the dossier's limit or, for a step, to its `days`."""
        limits = self.dossier.read("limits")
        if step is None and kind.value not in limits:
            raise DefinitionError(self.dossier.number, f"no limit of kind {kind.value}", "one", tuple(limits))
        limit = {"limit": days, "unit": "working_day", "rule": "plan"} if step else limits[kind.value]
        if limit is None or limit["limit"] is None:
            return None
        rows = self.all()
        step_id = step.pk if step else None
        row = models.Clock(
            dossier=self.dossier,
            step=step,
            kind=kind,
            attempt=sum(each.kind == kind and each.step_id == step_id for each in rows) + 1,
            started_at=self.effective_at,
            **limit,
        )
        timing.begin(row, self.office)
        rows.append(row)
        return row

    def stop(self, *kinds: ClockKind) -> None:
        """Stop the running clocks of these kinds, where there are any."""
        self._stop([row for row in self.running() if row.kind in kinds])

    def stop_of(self, step: models.Step) -> None:
        """Stop the running clock of a step that ends, where it has one."""
        rows = [row for row in self.all() if row.step_id == step.pk and row.stopped_at is None]
        self._stop(rows)

    def pause(self, kinds: tuple[str, ...], ground: Ground) -> None:
        """Pause running clocks on a ground; see `Deed.pause`."""
        for row in timing.with_ledger(self.unstopped().filter(kind__in=[*kinds, ClockKind.STEP])):
            open_pause = next((each for each in row.pauses.all() if each.to_at is None and not each.cancelled_at), None)
            if open_pause and row.kind == ClockKind.STEP:
                continue
            if open_pause:
                raise AlreadyPaused(open_pause.from_at)
            models.Pause.objects.create(
                clock=row,
                from_at=self.effective_at,
                kind=ground.kind,
                reason=ground.reason,
                basis=ground.basis,
                approved_by_id=ground.approved_by,
            )
            self.retime(row)

    def resume(self, kinds: tuple[str, ...]) -> None:
        """End pauses; see `Deed.resume`."""
        rows = models.Pause.objects.filter(
            clock__dossier=self.dossier, clock__kind__in=[*kinds, ClockKind.STEP], to_at=None, cancelled_at=None
        )
        ended = list(rows.select_related("clock"))
        if not ended:
            raise NotPaused
        for row in ended:
            row.to_at = self.effective_at
            row.save(update_fields=["to_at"])
            self.retime(row.clock)

    def extend(self, kinds: tuple[ClockKind, ...], ground: Ground, *, amount: int) -> None:
        """Add to running limits on a ground; see `Deed.extend`."""
        for row in timing.with_ledger(self.unstopped().filter(kind__in=kinds, step=None)):
            if hasattr(row, "extension"):
                raise AlreadyExtended
            if row.due_at is not None and self.at > row.due_at:
                raise TooLateToExtend(row.due_at)
            approver = ground.approved_by or self.by.account_id
            assert approver, "a person decides an extension"
            models.Extension.objects.create(
                clock=row,
                amount=amount,
                decided_at=self.at,
                decided_by_id=approver,
                reason=ground.reason,
                basis=ground.basis,
            )
            self.retime(row)

    def retime(self, row: models.Clock) -> None:
        """Compute a clock's instants anew as its ledger changed."""
        timing.set_instants(timing.with_ledger(models.Clock.objects.filter(pk=row.pk)).get(), self.office)
        self.changed()

    def changed(self) -> None:
        """Let the dossier's own instants follow its clocks when the deed is left; the clocks are read anew."""
        self.have_changed = True
        self._rows = None

    def _stop(self, rows: list[models.Clock]) -> None:
        for row in rows:
            row.stopped_at = self.effective_at
            for pause in row.pauses.all():
                if pause.to_at is None and pause.cancelled_at is None:
                    pause.to_at = self.effective_at
                    pause.save(update_fields=["to_at"])
        if rows:
            models.Clock.objects.filter(pk__in=[row.pk for row in rows]).update(stopped_at=self.effective_at)
