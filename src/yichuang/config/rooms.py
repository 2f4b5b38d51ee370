"""Finds the rooms that stand in the house, so that adding one needs no list to be edited."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def present(layer: str) -> list[str]:
    """Name every room of a layer that is a Django app, in alphabetical order."""
    return [f"yichuang.{layer}.{path.parent.name}" for path in sorted((PACKAGE / layer).glob("*/apps.py"))]


def single(layer: str) -> list[str]:
    """Name a layer that is one app itself, where it stands."""
    return [f"yichuang.{layer}"] if (PACKAGE / layer / "apps.py").exists() else []


def middleware(module: str, name: str) -> list[str]:
    """Name a class or function of a module, where that module stands."""
    path = PACKAGE.joinpath(*module.split(".")[1:])
    return [f"{module}.{name}"] if path.with_suffix(".py").exists() else []


def locale_paths() -> list[Path]:
    """Find the catalogues of every room; later ones give way to earlier ones."""
    return sorted(PACKAGE.glob("**/locale"))


def definition_folders(district: str, *, extra: str) -> list[Path]:
    """
    List the folders that definitions are read from: national, the district's, then those of `extra`.

    They ship inside the wheel as `yichuang/definitions`; in a checkout they stand at its root. `extra` is a list
    separated by colons.
    """
    shipped = PACKAGE / "definitions"
    root = shipped if shipped.exists() else PACKAGE.parent.parent / "definitions"
    own = [root / "national", root / district]
    return own + [Path(part).absolute() for part in extra.split(":") if part]
