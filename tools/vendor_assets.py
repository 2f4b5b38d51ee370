"""
Refresh or check the browser assets that are kept in the checkout.

`python tools/vendor_assets.py build` needs Node: it installs the locked packages into a temporary folder, compiles
the theme and copies the results. `… check` needs nothing: it compares every file with the lock.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "tools" / "assets"
ICON_NAMES = ASSETS / "icons.txt"
LOCK = ASSETS / "assets.lock.json"
UI = ROOT / "src" / "yichuang" / "ui"

CSS = UI / "static" / "vendor" / "govuk-frontend.css"
ICONS = UI / "templates" / "ui" / "icons"
LICENCES = UI / "licences"  # govuk-frontend.txt is kept by hand: the package has none
AXE = ROOT / "tests" / "ui" / "vendor" / "axe.min.js"


def main(arguments: list[str]) -> int:
    """Run the one command that was asked for and return its exit code."""
    match arguments:
        case ["build"]:
            build()
            return 0
        case ["check"]:
            problems = check()
            print("\n".join(problems) or "every vendored file is as locked")
            return 1 if problems else 0
        case _:
            print("usage: vendor_assets.py build | check")
            return 2


def build() -> None:
    """Install the locked packages outside the checkout, write the assets and their lock file."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name in ("package.json", "package-lock.json", "theme.scss"):
            shutil.copy(ASSETS / name, work / name)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=work, check=True)
        modules = work / "node_modules"
        written = {
            "govuk-frontend": [compile_theme(work)],
            "lucide-static": [
                copy(modules / "lucide-static" / "LICENSE", LICENCES / "lucide.txt"),
                *(write_icon(name, modules) for name in ICON_NAMES.read_text().split()),
            ],
            "axe-core": [copy(modules / "axe-core" / "axe.min.js", AXE)],
        }
        LOCK.write_text(json.dumps(lock(modules, written), indent=2, ensure_ascii=False) + "\n")


def compile_theme(work: Path) -> Path:
    """Compile govuk-frontend with our theme; refuse a result that carries what belongs to gov.uk alone."""
    command = ["node_modules/.bin/sass", "--load-path=node_modules", "--quiet-deps", "--no-source-map"]
    subprocess.run([*command, "--style=compressed", "theme.scss", "govuk-frontend.css"], cwd=work, check=True)
    css = (work / "govuk-frontend.css").read_text()
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    reserved = [word for word in ("GDS Transport", "crest", "crown", "url(") if word in css]
    if reserved:
        raise SystemExit(f"the compiled theme carries {', '.join(reserved)}; see tools/assets/theme.scss")
    CSS.parent.mkdir(parents=True, exist_ok=True)
    CSS.write_text(css)
    return CSS


def write_icon(name: str, modules: Path) -> Path:
    """Write one outline icon as a template to include: decorative, hidden from readers, as large as its text."""
    source = (modules / "lucide-static" / "icons" / f"{name}.svg").read_text()
    body = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
    if body is None:
        raise SystemExit(f"lucide icon {name} has no drawing")
    drawing = re.sub(r"\s*\n\s*", "", body.group(1)).replace(" />", "/>")
    head = (
        '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
    )
    ICONS.mkdir(parents=True, exist_ok=True)
    target = ICONS / f"{name}.svg"
    target.write_text(f"{head}{drawing}</svg>\n")
    return target


def copy(source: Path, target: Path) -> Path:
    """Copy one file as it is."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)
    return target


def lock(modules: Path, written: dict[str, list[Path]]) -> dict[str, object]:
    """Describe what was written: package, version, licence, and the SHA-256 of every file."""
    packages = []
    for name, paths in written.items():
        manifest = json.loads((modules / name / "package.json").read_text())
        files = {str(path.relative_to(ROOT)): digest(path) for path in sorted(paths)}
        packages.append(
            {"name": name, "version": manifest["version"], "licence": manifest["license"], "sha256": files},
        )
    return {"packages": packages}


def check() -> list[str]:
    """List every vendored file that is missing, changed, or not in the lock."""
    packages = json.loads(LOCK.read_text())["packages"]
    locked = {path: sha for package in packages for path, sha in package["sha256"].items()}
    found = {
        str(path.relative_to(ROOT)): digest(path)
        for path in (*CSS.parent.rglob("*"), *ICONS.rglob("*"), *AXE.parent.rglob("*"), LICENCES / "lucide.txt")
        if path.is_file()
    }
    return [
        *(f"{path}: missing" for path in locked if path not in found),
        *(f"{path}: not in {LOCK.name}" for path in found if path not in locked),
        *(f"{path}: differs from {LOCK.name}" for path in locked if found.get(path, locked[path]) != locked[path]),
    ]


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
