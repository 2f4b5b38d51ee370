"""
The keepers of seals: a provider signs PDFs. The demo provider is `demo_seals`.

A provider that speaks to a real seal service (SM2, OFD) takes its place through `settings.SEAL_PROVIDER`, a dotted
name. Providers are loaded when the first paper is sealed, not when the house starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

DEMO = "yichuang.foundation.documents.demo_seals.DemoSeals"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed PDF, and the serial number of the certificate that sealed it, in hexadecimal digits."""

    content: bytes
    certificate: str


class SealProvider(Protocol):
    """Whoever keeps the seals of the offices."""

    middle: str
    """What the drawn seal shows in its middle: a demo seal says so, a real one is empty."""

    def seal(self, pdf: bytes, *, office: str, name: str, reason: str) -> Sealed:
        """
        Sign a PDF with the seal `name` of `office`.

        :raises Unavailable: the seal service does not answer
        """


def provider() -> SealProvider:
    """Give the provider of this installation: that of `settings.SEAL_PROVIDER`, else the demo seals."""
    made: SealProvider = import_string(getattr(settings, "SEAL_PROVIDER", "") or DEMO)()
    return made
