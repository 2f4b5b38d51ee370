"""What a data folder holds: the embedded database, the files and the keys, made on first use."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY"
    ),
}

PREPARE_AFTER = 5
"""How often PostgreSQL sees a statement on one connection before it keeps its plan."""


def secret_key(keys: Path) -> str:
    """Read the folder's secret key, or make one that only its owner can read."""
    path = keys / "secret"
    if not path.exists():
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii")


def databases(data: Path, url: str) -> dict[str, dict[str, Any]]:
    """
    Describe the connections: `default`, and `notes` for the little that a GET has to write.

    Both lead to the same database. `url` is a `DATABASE_URL`; empty means SQLite in the data folder. A pooler that
    hands connections on between transactions and knows no prepared statements needs `?prepare_threshold=0`.
    """
    if url:
        parsed = dict(environ.Env.db_url_config(url))
        parsed["HOST"] = unquote(parsed["HOST"])  # a socket's folder, as PostgreSQL's own addresses write it
        options = {"server_side_binding": True, "prepare_threshold": PREPARE_AFTER} | parsed.get("OPTIONS", {})
        parsed["OPTIONS"] = options | {"prepare_threshold": int(options["prepare_threshold"]) or None}
        default = parsed | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    else:
        data.mkdir(parents=True, exist_ok=True)
        name = str(data / "yichuang.sqlite3")
        default = {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": SQLITE_OPTIONS}
    return {"default": default, "notes": default | {"TEST": {"MIRROR": "default"}}}


def oidc_apps(env: environ.Env) -> list[dict[str, Any]]:
    """Describe the identity provider that accounts may come from, where one is configured."""
    server = env.str("OIDC_SERVER", default="")
    if not server:
        return []
    return [
        {
            "provider_id": "oidc",
            "name": env.str("OIDC_NAME", default="统一身份认证"),
            "client_id": env.str("OIDC_CLIENT_ID"),
            "secret": env.str("OIDC_CLIENT_SECRET"),
            "settings": {"server_url": server, "staff_claim": env.str("OIDC_STAFF_CLAIM", default="")},
        }
    ]
