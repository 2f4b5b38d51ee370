"""The app that carries templates, styles and tags."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """Layouts, components and styles; it keeps nothing."""

    name = "yichuang.ui"
    label = "ui"
    verbose_name = _("界面")
