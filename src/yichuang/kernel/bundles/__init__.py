"""Bundles: several items as one matter: one form, each material once, and what that saves."""

from .bundle import Ask, Bundle, BundleItem, NotAsked, Saving, Why, merge
from .elements import Element, ElementKind, Elements, Material, parse_elements

__all__ = [
    "Ask",
    "Bundle",
    "BundleItem",
    "Element",
    "ElementKind",
    "Elements",
    "Material",
    "NotAsked",
    "Saving",
    "Why",
    "merge",
    "parse_elements",
]
