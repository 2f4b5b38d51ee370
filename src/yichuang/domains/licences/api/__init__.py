"""The licence library for programs."""

from yichuang.domains.licences.api.licences import router

__all__ = ["router"]
