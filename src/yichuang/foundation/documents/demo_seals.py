"""
Seals for demonstrations: real signatures by an authority of this installation alone.

The authority and its seals lie under `keys/seals`, each readable by its owner only and in no commit.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from asn1crypto import algos
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import CertificateStore, SimpleCertificateStore

from yichuang.foundation.documents.seals import Sealed
from yichuang.foundation.records import realtime

FIELD = "Seal"
AUTHORITY_YEARS, SEAL_YEARS = 20, 10
AUTHORITY_BITS, SEAL_BITS = 3072, 2048
ROOM = 16_384
"""Hexadecimal characters kept free for a signature with its two certificates; guessing would sign each paper twice."""


class DemoSeals:
    """Seals for demonstrations: real signatures (PAdES) by an authority that nobody else trusts."""

    middle = "演示"

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(settings.KEYS) / "seals"

    def seal(self, pdf: bytes, *, office: str, name: str, reason: str) -> Sealed:
        """Sign a PDF; later changes are found and none is allowed."""
        authority = self.authority()
        pair = self._pair(office, name, authority)
        signer = _signer(pair, authority)
        about = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            reason=reason,
            name=f"{office} {name}（{self.middle}）",
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        )
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        with ThreadPoolExecutor(1) as apart:  # pyHanko starts an event loop, which fails where one runs already
            out = apart.submit(signers.sign_pdf, writer, about, signer=signer, bytes_reserved=ROOM).result()
        return Sealed(out.getvalue(), f"{signer.serial:x}")

    def authority(self) -> bytes:
        """Give the authority's key and certificate as PEM; made on first use."""
        return _kept(self.folder / "authority.pem", lambda: _make_authority(realtime.now()))

    def authority_certificate(self) -> bytes:
        """Give the authority's certificate alone, for those who want to trust it."""
        certificate = x509.load_pem_x509_certificate(self.authority())
        return certificate.public_bytes(serialization.Encoding.PEM)

    def _pair(self, office: str, name: str, authority: bytes) -> bytes:
        path = self.folder / f"{sha256(f'{office} {name}'.encode()).hexdigest()[:24]}.pem"
        return _kept(path, lambda: _make_seal(office, name, authority, realtime.now()))


class _Signer(signers.Signer):
    """Signs with a key that is read and checked once: pyHanko's own signer does so three times a paper."""

    def __init__(self, key: rsa.RSAPrivateKey, certificate: asn1_x509.Certificate, registry: CertificateStore) -> None:
        self.key, self.serial = key, int(certificate.serial_number)
        mechanism = algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"})
        super().__init__(signing_cert=certificate, cert_registry=registry, signature_mechanism=mechanism)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Sign the attributes of a signature."""
        del dry_run  # as quick as guessing the size
        assert digest_algorithm == "sha256", digest_algorithm
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())


@lru_cache(maxsize=128)
def _signer(pair: bytes, authority: bytes) -> _Signer:
    key = serialization.load_pem_private_key(pair, password=None)
    assert isinstance(key, rsa.RSAPrivateKey), "made by this module"
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register(_asn1_certificate(authority))
    return _Signer(key, _asn1_certificate(pair), registry)


@lru_cache(maxsize=128)
def _read(path: Path, _changed: int) -> bytes:
    return path.read_bytes()


def _kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """Read a secret, or make it once: of two who make it at the same time one wins and both read the winner's."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent)  # readable by its owner only
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(make())
            path.hardlink_to(temporary)
        except FileExistsError:
            pass
        finally:
            Path(temporary).unlink()
    return _read(path, path.stat().st_mtime_ns)


def _make_authority(now: datetime) -> bytes:
    key = rsa.generate_private_key(65537, AUTHORITY_BITS)
    name = _name("演示印章签发机构", "示范数据，非政府机构")
    made = (
        _certificate(name, name, key.public_key(), now, AUTHORITY_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _pem(key, made)


def _make_seal(office: str, seal: str, authority: bytes, now: datetime) -> bytes:
    issuer = x509.load_pem_x509_certificate(authority)
    issuer_key = serialization.load_pem_private_key(authority, password=None)
    assert isinstance(issuer_key, rsa.RSAPrivateKey), "made by this module"
    key = rsa.generate_private_key(65537, SEAL_BITS)
    made = (
        _certificate(_name(f"{seal}（演示）", office), issuer.subject, key.public_key(), now, SEAL_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    return _pem(key, made)


def _name(common: str, organisation: str) -> x509.Name:
    """Name a holder; X.520 allows a common name 64 bytes, and seals have short names."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey, now: datetime, years: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * years))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _asn1_certificate(pem: bytes) -> asn1_x509.Certificate:
    certificate = x509.load_pem_x509_certificate(pem)
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _pem(key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> bytes:
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret + certificate.public_bytes(serialization.Encoding.PEM)
