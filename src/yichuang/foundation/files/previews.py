"""Makes the small picture of a picture; other kinds have a sign and a count of pages."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from PIL import Image, ImageOps

EDGE = 480
"""Pixels of the longer edge."""
QUALITY = 80


def small_picture(content: IO[bytes]) -> bytes:
    """Make a JPEG of at most `EDGE` pixels, turned upright, without the camera's notes (place, device)."""
    content.seek(0)
    with Image.open(content) as image:
        image.draft("RGB", (EDGE * 2, EDGE * 2))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((EDGE, EDGE))
        if upright.mode in ("RGBA", "LA", "P"):
            clear = upright.convert("RGBA")
            upright = Image.new("RGB", clear.size, "white")
            upright.paste(clear, mask=clear.getchannel("A"))
        out = BytesIO()
        upright.convert("RGB").save(out, "JPEG", quality=QUALITY, optimize=True)
    content.seek(0)
    return out.getvalue()
