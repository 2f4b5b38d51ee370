"""
Sealing of personal values under the keys of the data folder: encryption to read back, a keyed digest to look up.

`keys/personal` holds one Fernet key a line, the newest first, so that keys can be changed; `keys/personal.hash` one.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(text: str) -> str:
    """Encrypt a value with the newest key; nothing stays nothing."""
    return _box(settings.KEYS).encrypt(text.encode()).decode("ascii") if text else ""


def unseal(token: str) -> str:
    """
    Read a sealed value back.

    :raises InvalidToken: it was changed, or sealed under a key that this folder does not have
    """
    return _box(settings.KEYS).decrypt(token.encode("ascii")).decode() if token else ""


def fingerprint(kind: str, value: str) -> str:
    """Digest an identity number under the folder's key, so that equal numbers are found and none is learnt."""
    return hmac.new(_hash_key(settings.KEYS), f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()


@cache
def _box(keys: Path) -> MultiFernet:
    lines = _made(keys / "personal").split()
    return MultiFernet([Fernet(line) for line in lines])


@cache
def _hash_key(keys: Path) -> bytes:
    return _made(keys / "personal.hash")


def _made(path: Path) -> bytes:
    """Read a key, or make one that only its owner can read."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_bytes(Fernet.generate_key())
    return path.read_bytes()
