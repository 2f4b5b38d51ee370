"""Major projects for programs."""

from yichuang.domains.projects.api.projects import router

__all__ = ["router"]
