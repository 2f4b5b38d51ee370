"""An identity provider on this machine that speaks OpenID Connect: discovery, keys, tokens, the page about a person."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT, SECRET = "yichuang", "only-for-tests"


@dataclass
class Provider:
    """What it knows: the people behind its codes, and what was asked of it."""

    url: str = ""
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    @property
    def app(self) -> dict[str, Any]:
        """Give the entry of `SOCIALACCOUNT_PROVIDERS` that leads here."""
        return {
            "provider_id": "oidc", "name": "统一身份认证", "client_id": CLIENT, "secret": SECRET,
            "settings": {"server_url": self.url, "staff_claim": "employee_number"},
        }  # fmt: skip

    def answer(self, path: str, form: dict[str, list[str]], bearer: str) -> tuple[int, dict[str, Any]]:
        """Answer a request."""
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token", "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/jwks", "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }  # fmt: skip
        if path == "/jwks":
            numbers = self.key.public_key().public_numbers()
            key = {"n": _coded(_bytes(numbers.n)), "e": _coded(_bytes(numbers.e))}
            return 200, {"keys": [{"kty": "RSA", "kid": "1", "alg": "RS256", "use": "sig", **key}]}
        if path == "/token":
            self.asked.append(form)
            code = form.get("code", [""])[0]
            if code not in self.people or form.get("client_secret") != [SECRET]:
                return 400, {"error": "invalid_grant"}
            return 200, {"access_token": code, "token_type": "Bearer", "id_token": self._signed(self.people[code])}
        if path == "/userinfo" and bearer in self.people:
            return 200, self.people[bearer]
        return 404, {}

    def _signed(self, claims: dict[str, Any]) -> str:
        now = int(time.time())
        body = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, **claims}
        parts = [_coded(json.dumps(part).encode()) for part in ({"alg": "RS256", "kid": "1", "typ": "JWT"}, body)]
        signature = self.key.sign(".".join(parts).encode(), padding.PKCS1v15(), hashes.SHA256())
        return ".".join([*parts, _coded(signature)])


@contextmanager
def provider() -> Iterator[Provider]:
    """Run a provider until the block ends."""
    found = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._answer(parse_qs(self.rfile.read(length).decode()))

        def _answer(self, form: dict[str, list[str]]) -> None:
            bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
            status, body = found.answer(self.path.partition("?")[0], form, bearer)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
