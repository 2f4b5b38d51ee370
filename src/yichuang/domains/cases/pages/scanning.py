"""The files of one material: from disk, camera, clipboard or a phone; put in order, turned, joined into one PDF."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.domains.cases import commands, queries
from yichuang.domains.cases.commands.refusals import HandedInBefore
from yichuang.domains.cases.models import Draft, DraftFile
from yichuang.domains.cases.pages.apply import again, of_draft
from yichuang.domains.cases.queries import Filling
from yichuang.domains.cases.rules import Asked
from yichuang.domains.cases.terms import MaterialState
from yichuang.foundation.documents import codes
from yichuang.foundation.files import commands as files
from yichuang.foundation.files.joining import MAX_LEAVES
from yichuang.foundation.files.models import StoredFile
from yichuang.foundation.files.terms import ACCEPT, KINDS_IN_WORDS, MEGABYTE, FileKind
from yichuang.foundation.people.actors import Actor, actor_for
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.records import realtime
from yichuang.kernel.errors import NotPossible

PASS_MINUTES = 15
"""How long the sign for the phone holds, in real time."""
PHONE_FILES = 60
"""Files that one material takes from phones."""
PICTURES = "image/jpeg,image/png"
"""With this a phone gives its photographs as JPEG, whatever it keeps them in."""

_LEAF = re.compile(r"(\d{1,18})\.(\d{1,5})\.([0-3])")
_MOVE = re.compile(r"(up|down|left|right|out)-(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page as it lies on the table: of which file, which page (from 0), turned clockwise by so many quarters."""

    file: StoredFile
    page: int
    turns: int = 0

    @property
    def text(self) -> str:
        """Write the leaf as the form carries it."""
        return f"{self.file.pk}.{self.page}.{self.turns}"

    @property
    def key(self) -> str:
        """Name the leaf wherever it lies."""
        return f"{self.file.pk}-{self.page}"

    @property
    def number(self) -> int:
        """Count the page from one, of a PDF."""
        return self.page + 1

    @property
    def degrees(self) -> int:
        """Say how far it is turned clockwise."""
        return 90 * self.turns


@dataclass(frozen=True, slots=True)
class Pass:
    """What the sign for a phone lets in: one material of one draft, until a moment of real time."""

    draft_id: int
    code: str
    until: datetime

    @property
    def token(self) -> str:
        """Write the pass down, signed."""
        return _signer().sign_object([self.draft_id, self.code, int(self.until.timestamp())])


def read_pass(token: str) -> Pass | None:
    """Read a pass that we signed and that still holds."""
    try:
        draft_id, code, until = _signer().unsign_object(token)
    except signing.BadSignature:
        return None
    found = Pass(draft_id, code, datetime.fromtimestamp(until, UTC))
    return found if realtime.now() < found.until else None


@page(permission="account.use")
@of_draft
def material(request: ActingRequest, filled: Filling, code: str) -> HttpResponse:
    """Take the files of one material; each is examined before it is kept, and those that are good stay."""
    asked, draft_id = _asked(filled, code), filled.draft.pk
    old = next((row for row in filled.files.get(code, []) if str(row.pk) == request.GET.get("replace")), None)
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        uploads = [*request.FILES.getlist("upload"), *request.FILES.getlist("photo")]
        is_done = request.POST.get("do") == "done"  # with files that were chosen: they are taken in, not left behind
        if uploads or not is_done:
            errors = _take(request, filled, code, uploads, request.actor, instead_of=[old.pk] if old else [])
        if not errors:
            return redirect(_done(request, draft_id) if is_done else _address(request, "material", draft_id, code))
        filled = again(request, filled)
        asked = _asked(filled, code)
    until = realtime.now() + timedelta(minutes=PASS_MINUTES)
    address = settings.SITE_URL + reverse("cases:by_phone", args=[Pass(draft_id, code, until).token])
    context = _context(request, filled, asked) | {
        "rows": [_row(request, row) for row in filled.files.get(code, [])],
        "old": old,
        "errors": errors,
        "hint": _("%(kinds)s，每个不超过 %(size)s MB。请勿上传涉密信息。") % _bounds(),
        "choose": {"accept": ACCEPT, "multiple": True, "data-paste": True},
        "camera": {"accept": PICTURES, "capture": "environment"},
        "qr": mark_safe(codes.qr_svg(address)),
        "minutes": PASS_MINUTES,
        "until": until,
    }
    return render(request, "cases/scan_material.html", context)


@page(permission="account.use")
@require_POST
def remove_file(request: ActingRequest, draft_id: int, draft_file_id: int) -> HttpResponse:
    """Take a file off the draft."""
    row = DraftFile.objects.filter(pk=draft_file_id, draft_id=draft_id).first()
    try:
        commands.remove_file(draft_id=draft_id, draft_file_id=draft_file_id, by=request.actor, at=request.at)
    except HandedInBefore:
        return redirect("cases:draft", draft_id)  # and from there on to the confirmation
    if row is None:
        return redirect("cases:materials", draft_id)
    return redirect(_address(request, "material", draft_id, row.material))


@page(permission="account.use")
@of_draft
def arrange(request: ActingRequest, filled: Filling, code: str) -> HttpResponse:
    """Lay the pages of one material on the table: move, turn, take out, join. The order lies in the form until then."""
    asked, draft_id = _asked(filled, code), filled.draft.pk
    rows = filled.files.get(code, [])
    leaves = [leaf for row in rows for leaf in _leaves_of(row.file)]
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        leaves = moved(_posted(request.POST.getlist("leaf"), leaves), request.POST.get("do", ""))
        if request.POST.get("do") == "join":
            try:
                name = _join(request, filled, asked, leaves)
            except NotPossible as reason:
                errors = [{"text": reason.message, "href": ""}]
            else:
                messages.success(request, _("已合并为“%(name)s”。") % {"name": name})
                return redirect(_address(request, "material", draft_id, code))
    elif len(leaves) > MAX_LEAVES:
        errors = [
            {"text": _("共 %(n)s 页，一次最多合并 %(most)s 页。") % {"n": len(leaves), "most": MAX_LEAVES}, "href": ""}
        ]
        leaves = []
    whole = {row.file_id for row in rows} - {leaf.file.pk for leaf in leaves}
    context = _context(request, filled, asked) | {
        "leaves": leaves,
        "aside": [row.file.name for row in rows if row.file_id in whole],
        "errors": errors,
    }
    return render(request, "cases/scan_pages.html", context)


@page(public=True)
def by_phone(request: ActingRequest, token: str) -> HttpResponse:
    """Take photographs from a phone that scanned the sign, without a log-in, for that one material only."""
    let_in = read_pass(token)
    draft = Draft.objects.filter(pk=let_in.draft_id, case=None).select_related("account").first() if let_in else None
    owner = actor_for(draft.account, request.at) if draft else None
    if let_in is None or draft is None or owner is None or not owner.may("account.use"):
        return _unstored(render(request, "cases/scan_over.html", {"minutes": PASS_MINUTES}, status=410))
    filled = queries.filling(draft, request.at)
    asked = next((each for each in filled.to_upload if each.material.code == let_in.code), None)
    if asked is None:
        return _unstored(render(request, "cases/scan_over.html", {"minutes": PASS_MINUTES}, status=410))
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        uploads = [*request.FILES.getlist("photo"), *request.FILES.getlist("upload")]
        if len(uploads) + len(filled.files.get(let_in.code, [])) > PHONE_FILES:
            errors = [{"text": _("这份材料的文件太多了，请在电脑上合并后再拍。"), "href": ""}]
        else:
            errors = _take(request, filled, let_in.code, uploads, owner, field="photo")
        if not errors:
            return redirect("cases:by_phone", token)
    context = {
        "name": asked.material.name,
        "until": let_in.until,
        "errors": errors,
        "camera": {"accept": PICTURES, "capture": "environment"},
        "album": {"accept": PICTURES, "multiple": True},
    }
    return _unstored(render(request, "cases/scan_phone.html", context))


def moved(leaves: Sequence[Leaf], do: str) -> list[Leaf]:
    """Move, turn or take out one leaf, as its button says: `up-3`, `down-0`, `left-1`, `right-1`, `out-2`."""
    found = list(leaves)
    said = _MOVE.fullmatch(do)
    if said is None or (place := int(said[2])) >= len(found):
        return found
    leaf = found.pop(place)
    match said[1]:
        case "up":
            found.insert(max(place - 1, 0), leaf)
        case "down":
            found.insert(place + 1, leaf)
        case "left":
            found.insert(place, replace(leaf, turns=(leaf.turns - 1) % 4))
        case "right":
            found.insert(place, replace(leaf, turns=(leaf.turns + 1) % 4))
    return found


def _take(
    request: ActingRequest,
    filled: Filling,
    code: str,
    uploads: Sequence[UploadedFile],
    by: Actor,
    *,
    instead_of: Sequence[int] = (),
    field: str = "upload",
) -> list[dict[str, str]]:
    """Keep what is good of some uploads and tell so; give what was wrong with the others."""
    href = f"#id_{field}"
    if not uploads:
        return [{"text": _("请先选择文件或拍照。"), "href": href}]
    kept: list[str] = []
    errors: list[dict[str, str]] = []
    for upload in uploads:
        try:
            stored = files.store_upload(
                content=upload, name=upload.name or "", by=by, at=request.at, is_synthetic=by.is_demo
            )
        except NotPossible as reason:
            errors.append({"text": reason.message, "href": href})
        else:
            _put(filled, code, stored, by, request.at, instead_of=[] if kept else instead_of)
            kept.append(stored.name)
    if kept:
        messages.success(request, _("已上传“%(name)s”。") % {"name": "”、“".join(kept)})
    return errors


def _put(
    filled: Filling, code: str, stored: StoredFile, by: Actor, at: datetime, *, instead_of: Iterable[int] = ()
) -> None:
    """Put a file to the material; at a window the material is then in hand."""
    draft = filled.draft
    commands.put_file(draft_id=draft.pk, material=code, file_id=stored.pk, by=by, at=at, instead_of=instead_of)
    if draft.is_counter:
        states = filled.extra.get("states", {}) | {code: MaterialState.HANDED.value}
        commands.save_draft(draft_id=draft.pk, by=by, at=at, extra={"states": states})


def _join(request: ActingRequest, filled: Filling, asked: Asked, leaves: Sequence[Leaf]) -> str:
    """Join the leaves and put the PDF in the place of the files that went into it."""
    code = asked.material.code
    joined = files.join(
        leaves=[(leaf.file.pk, leaf.page, leaf.turns) for leaf in leaves],
        name=f"{asked.material.name.replace('/', '、')}.pdf",
        by=request.actor,
        at=request.at,
        is_synthetic=request.actor.is_demo,
    )
    used = {leaf.file.pk for leaf in leaves}
    gone = [row.pk for row in filled.files.get(code, []) if row.file_id in used]
    _put(filled, code, joined, request.actor, request.at, instead_of=gone)
    return joined.name


def _leaves_of(file: StoredFile) -> list[Leaf]:
    if file.is_image:
        return [Leaf(file, 0)]
    return [Leaf(file, page) for page in range(file.pages)] if file.file_kind is FileKind.PDF else []


def _posted(texts: Sequence[str], there: Sequence[Leaf]) -> list[Leaf]:
    """Read the leaves of the form; those that are no longer there, or are there twice, are passed over."""
    left = {(leaf.file.pk, leaf.page): leaf for leaf in there}
    found = []
    for text in texts:
        said = _LEAF.fullmatch(text)
        leaf = left.pop((int(said[1]), int(said[2])), None) if said else None
        if said and leaf:
            found.append(replace(leaf, turns=int(said[3])))
    return found


def _asked(filled: Filling, code: str) -> Asked:
    for asked in filled.to_upload:
        if asked.material.code == code:
            return asked
    raise Http404


def _context(request: ActingRequest, filled: Filling, asked: Asked) -> dict[str, object]:
    pk, code = filled.draft.pk, asked.material.code
    return {
        "layout": "ui/layouts/desk.html" if filled.draft.is_counter else "ui/layouts/public.html",
        "filled": filled,
        "asked": asked,
        "done": _done(request, pk),
        "there": _address(request, "material", pk, code),
        "arranging": _address(request, "arrange", pk, code),
        "back": _back(request),
    }


def _done(request: ActingRequest, draft_id: int) -> str:
    return _back(request) or reverse("cases:materials", args=[draft_id])


def _row(request: ActingRequest, row: DraftFile) -> dict[str, object]:
    here = _address(request, "material", row.draft_id, row.material)
    return {
        "row": row,
        "file": row.file,
        "replace": f"{here}{'&' if '?' in here else '?'}replace={row.pk}",
        "remove": _with_back(request, reverse("cases:remove_file", args=[row.draft_id, row.pk])),
    }


def _back(request: ActingRequest) -> str:
    """Give the page of this house from which one came, where that was not the list of materials."""
    said = request.GET.get("back", "")
    return said if said.startswith("/") and url_has_allowed_host_and_scheme(said, allowed_hosts=None) else ""


def _address(request: ActingRequest, name: str, draft_id: int, code: str) -> str:
    return _with_back(request, reverse(f"cases:{name}", args=[draft_id, code]))


def _with_back(request: ActingRequest, address: str) -> str:
    back = _back(request)
    return f"{address}?{urlencode({'back': back})}" if back else address


def _bounds() -> dict[str, str]:
    return {"kinds": KINDS_IN_WORDS, "size": f"{files.max_bytes() / MEGABYTE:g}"}


def _unstored(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    return response


def _signer() -> signing.Signer:
    return signing.Signer(salt="cases.by_phone")
