"""The pages for what went wrong: plain words, a way out and a number to quote. They ask nothing of the database."""

from __future__ import annotations

import errno
import sqlite3
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from yichuang.config import api

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS})
CONNECTION = "08"
BELOW = (CONNECTION, "53", "57", "58")
"""Classes of SQLSTATE: no connection, no resources, an operator's intervention, an error of the system."""
SQLITE_BELOW = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_READONLY,
})  # fmt: skip
AGAIN = 5
"""Seconds after which one may try again."""


def refused(request: HttpRequest, exception: object = None) -> HttpResponse:
    """403: not for this person, or a form that was too old."""
    return _answer(
        request,
        403,
        _("您不能打开这个页面"),
        _("您没有相应的权限，或者表单已经过期。请返回重试；如确需办理，请换有权限的账号登录。"),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid token, usually one that was open for too long."""
    return _answer(request, 403, _("表单已过期"), _("为了安全，这张表单不能再提交。请返回上一页，刷新后重新提交。"))


def not_found(request: HttpRequest, exception: object = None) -> HttpResponse:
    """404: there is no such page, or not for this person."""
    return _answer(request, 404, _("没有找到这个页面"), _("网址可能有误，或者内容已经移走。您可以回到首页搜索事项。"))


def failed(request: HttpRequest) -> HttpResponse:
    """500: a bug, in the log under the number; 503 where the disk or the database does not take or give anything."""
    if _is_out_of_order(sys.exception()):
        answer = _answer(
            request,
            503,
            _("数据暂时不能读写"),
            _(
                "可能是磁盘已满，或者数据库没有响应。这次提交没有保存，此前提交的内容不受影响。请稍后重试；如持续出现，请告知系统管理员。"
            ),
        )
        answer["Retry-After"] = str(AGAIN)
        return answer
    return _answer(request, 500, _("系统出了问题"), _("这不是您的操作造成的，您已提交的内容不受影响。请稍后再试。"))


def _is_out_of_order(failure: BaseException | None) -> bool:
    """Say whether something went wrong below us: no room, no answer, a broken disk."""
    if isinstance(failure, InterfaceError):
        return True
    if isinstance(failure, OperationalError):
        told = failure.__cause__
        code = getattr(told, "sqlite_errorcode", None)
        state = getattr(told, "sqlstate", None) or CONNECTION
        return state.startswith(BELOW) if code is None else code & 0xFF in SQLITE_BELOW
    return isinstance(failure, OSError) and failure.errno in NO_ROOM


def _answer(request: HttpRequest, status: int, heading: str, text: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        code = {403: "refused", 404: "not_found", 503: "unavailable"}.get(status, "failed")
        return api.problem(status, code, text, title=heading)
    context = {"status": status, "heading": heading, "text": text, "request_number": getattr(request, "number", "")}
    return HttpResponse(render_to_string("ui/layouts/error.html", context), status=status)
