"""The settings with the linter of migrations installed, for the one test that runs it."""

from yichuang.config.settings import *  # noqa: F403
from yichuang.config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
