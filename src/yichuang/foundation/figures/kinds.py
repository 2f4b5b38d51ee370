"""The kind of definition that figures are."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_noop

from yichuang.foundation.definitions.kinds import Kind, register_kind, schema_file
from yichuang.foundation.figures.examples import try_example
from yichuang.foundation.figures.figure import check_figures, parse_figure
from yichuang.foundation.figures.terms import FIGURE

SCHEMA = Path(__file__).parent / "schemas" / "figure.schema.json"


def register() -> None:
    """Make the kind of definition known."""
    register_kind(
        Kind(FIGURE, "figures", gettext_noop("指标"), schema_file(SCHEMA), parse_figure, check_figures, try_example)
    )
