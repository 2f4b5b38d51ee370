"""
Write `docs/reference.md` from the code: subcommands, settings, kinds of definition.

`python tools/reference.py` writes it; `--check` exits 1 when the file is not what would be written.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "reference.md"
SETTINGS = {
    "ALLOWED_HOSTS": "host names under which the house may be reached, with commas",
    "CSRF_TRUSTED_ORIGINS": "origins whose forms are trusted, where a proxy changes the host",
    "DATABASE_URL": "a PostgreSQL database instead of the embedded one: `postgres://user:password@host/name`",
    "DEMO": "opens demo folders and shows the banner; set by `yichuang demo`",
    "EMAIL_BACKEND": "Django's mail backend",
    "EMAIL_FROM": "the sender of e-mail",
    "EMAIL_URL": "the mail server: `smtp://user:password@host:25`; by default none is sent",
    "HTTPS": "the house is reached by HTTPS: cookies say so",
    "IDLE_MINUTES": "minutes without a request after which a log-in ends (30)",
    "SERVICE_SAMPLE_SECONDS": "seconds after which a web process writes how long its answers took; 0: never (30)",
    "JOB_LEASE_SECONDS": "seconds after which the job of a killed worker is taken up by another (600)",
    "LOG_LEVEL": "what is logged from here up (WARNING)",
    "OIDC_CLIENT_ID": "our name at the identity provider",
    "OIDC_CLIENT_SECRET": "our secret at the identity provider",
    "OIDC_NAME": "what the button for the identity provider says",
    "OIDC_STAFF_CLAIM": "which claim of the identity provider is the staff number; empty: it brings no staff",
    "OIDC_SERVER": "address of the identity provider; empty: there is none",
    "SECRET_KEY": "signs sessions; by default the one in `keys/secret`",
    "FILE_MAX_BYTES": "the size in bytes up to which a file is taken in; 20 MB unless set",
    "SEAL_PROVIDER": "dotted name of the class that seals papers; empty for the demo seal",
    "VIRUS_SCANNER": "host:port of a clamd; empty: uploads are not scanned, and the file page says so",
    "YICHUANG_ANCHORS": "folders on other machines, with commas, where every new anchor is written as well",
    "YICHUANG_DATA": "the data folder (`./data`)",
    "YICHUANG_DEFINITIONS": "more folders with definitions, with colons",
    "YICHUANG_DISTRICT": "which folder of `definitions/` is the district's own (wuchang)",
    "YICHUANG_FILES": "where uploads go instead of the data folder: `s3://bucket/prefix`",
    "YICHUANG_SITE_URL": "the address that QR codes carry",
    "YICHUANG_ZONE": "which of the two network zones this process serves: `all`, `public` or `office`",
}


def main(arguments: list[str]) -> int:
    """Write or check."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "yichuang.config.settings"
    with tempfile.TemporaryDirectory() as data:
        os.environ["YICHUANG_DATA"] = data
        text = "\n".join(written())
    if arguments == ["--check"]:
        fresh = TARGET.exists() and TARGET.read_text(encoding="utf-8") == text
        if not fresh:
            print(f"{TARGET.relative_to(ROOT)} is not what the code says: make docs")
        return int(not fresh)
    TARGET.write_text(text, encoding="utf-8")
    print(TARGET.relative_to(ROOT))
    return 0


def written() -> Iterator[str]:
    """Give the lines of the reference."""
    import django

    django.setup()
    yield "# Reference"
    yield ""
    yield "Written from the code by `make docs`; a test checks that it is fresh."
    yield from commands()
    yield from settings()
    yield from kinds()


def commands() -> Iterator[str]:
    """Describe every subcommand."""
    from yichuang.config.arguments import parser

    yield from ["", "## The command `yichuang`", "", "Exit codes: 0 done, 1 a no with its reasons, 2 wrong usage.", ""]
    yield from ["| command | what it does |", "|---|---|"]
    for name, sub in subcommands(parser()):
        options = " ".join(option(action) for action in sub._actions if action.dest not in ("help", "data"))
        yield f"| `yichuang {name}{' ' + options if options else ''}` | {sub.description} |"


def subcommands(parser: argparse.ArgumentParser, before: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Walk the tree of subcommands to its leaves."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield before.strip(), parser
    for group in groups:
        for name, sub in group.choices.items():
            yield from subcommands(sub, f"{before} {name}")


def option(action: argparse.Action) -> str:
    """Write one argument as the usage does."""
    name = str(action.metavar or action.dest.upper())
    if not action.option_strings:
        return name
    text = action.option_strings[-1] if action.nargs == 0 else f"{action.option_strings[-1]} {name}"
    return text if action.required else f"[{text}]"


def settings_read() -> set[str]:
    """Find every variable of the environment that the settings read."""
    sources = (ROOT / "src" / "yichuang" / "config" / name for name in ("settings.py", "folder.py"))
    return {name for path in sources for name in re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', path.read_text("utf-8"))}


def settings() -> Iterator[str]:
    """Describe every setting."""
    yield from ["", "## Settings (environment)", "", "| name | what it says |", "|---|---|"]
    for name in sorted(settings_read()):
        yield f"| `{name}` | {SETTINGS[name]} |"


def kinds() -> Iterator[str]:
    """Describe every kind of definition."""
    from yichuang.foundation.definitions.kinds import KINDS

    yield from ["", "## Kinds of definition", "", "| kind | folder | 名称 | own keys |", "|---|---|---|---|"]
    for kind in sorted(KINDS.values(), key=lambda kind: kind.name):
        keys = ", ".join(f"`{key}`" for key in kind.schema.get("properties", {}))
        yield f"| `{kind.name}` | `{kind.folder}/` | {kind.label} | {keys} |"
    yield ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
