"""The catalogue for programs."""

from yichuang.domains.catalogue.api.items import router

__all__ = ["router"]
