"""What `yichuang doctor` asks the paper room: can it draw every name, do the fonts stand, does the seal sign."""

from __future__ import annotations

from yichuang.foundation.documents import fonts, seals
from yichuang.foundation.files.checks import Check
from yichuang.kernel.errors import Unavailable

RARE = "䶮㛃𬱖"
"""Rare characters of names."""


def checks() -> list[Check]:
    """Look at the paper room of this installation."""
    return [shipped_fonts(), complete_fonts(), seal_provider()]


def shipped_fonts() -> Check:
    """Look whether the cut fonts of the package are there."""
    count = len(fonts.shipped_characters()) if list(fonts.SHIPPED.glob("*.otf")) else 0
    return Check("文书字体", count > 7000, f"随包字体 {count} 字")


def complete_fonts() -> Check:
    """Look whether rare characters can be drawn; without complete fonts papers write their codes and say so."""
    missing: set[str] = set()
    fonts.legible(RARE, missing)
    if missing:
        return Check("生僻字字体", False, "未安装完整字库（fonts-noto-cjk），生僻字将以编码代替；建议安装")
    return Check("生僻字字体", True, f"{RARE} 可以打印")


def seal_provider() -> Check:
    """Ask whether the seal provider can be made."""
    try:
        middle = seals.provider().middle
    except (ImportError, Unavailable) as reason:
        return Check("印章服务", False, str(reason))
    return Check("印章服务", True, f"{middle}印章" if middle else "正式印章服务")
