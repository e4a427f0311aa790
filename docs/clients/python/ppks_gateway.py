"""A connection to the gateway that proves itself with the client's key (FAPI 2.0, DPoP)."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Generator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import httpx
from joserfc import jwt
from joserfc.jwk import import_key
from joserfc.jws import JWSRegistry

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PUBLIC = ("kty", "crv", "x", "y", "n", "e")
PATIENCE = 5

Exchange = Generator[httpx.Request, httpx.Response, None]


class Refused(Exception):
    """The gateway does not do it; the text has its code, its reason and the request's id."""


def read_key(file: Path) -> dict[str, Any]:
    """A private JWK with `alg` and `kid`. Raises ValueError for anything else."""
    with suppress(ValueError):
        jwk: dict[str, Any] = json.loads(file.read_text())
        if {"kty", "d", "alg", "kid"} <= set(jwk):
            return jwk
    raise ValueError(f"{file}: not a private key as JWK with alg and kid")


class Signer:
    """The client's key."""

    def __init__(self, jwk: dict[str, Any]) -> None:
        self.alg, self.kid, self.key = jwk["alg"], jwk["kid"], import_key(jwk)
        self.public = {name: jwk[name] for name in PUBLIC if name in jwk}
        self.registry = JWSRegistry(algorithms=[self.alg])
        self.registry.max_header_length = 2048  # a proof's header holds a key

    def sign(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """A JWT that is good once, now."""
        claims = {"jti": secrets.token_urlsafe(16), "iat": int(time.time()), **claims}
        return jwt.encode({"alg": self.alg, **header}, claims, self.key, registry=self.registry)

    def assertion(self, client_id: str, issuer: str) -> str:
        """Proves the client, for a minute, to this issuer only."""
        claims = {"iss": client_id, "sub": client_id, "aud": issuer, "exp": int(time.time()) + 60}
        return self.sign({"kid": self.kid, "typ": "client-authentication+jwt"}, claims)

    def proof(self, request: httpx.Request, token: str | None = None) -> str:
        """Proves that the sender of this request (with this token) holds the key."""
        claims = {"htm": request.method, "htu": str(request.url.copy_with(query=None))}
        if token is not None:
            digest = hashlib.sha256(token.encode()).digest()
            claims["ath"] = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return self.sign({"typ": "dpop+jwt", "jwk": self.public}, claims)


class Auth(httpx.Auth):
    """Has a token for every request: a new one before it ends, and once where it is refused."""

    requires_response_body = True

    def __init__(self, issuer: str, client_id: str, signer: Signer) -> None:
        self.issuer, self.client_id, self.signer = issuer, client_id, signer
        self.token, self.ends = "", 0.0

    def auth_flow(self, request: httpx.Request) -> Exchange:
        """Where no token is to be had, its refusal is the answer to the request."""
        for _ in range(2):
            if time.time() > self.ends - 30:
                answer = yield self.token_request()
                if answer.status_code != 200:
                    return
                told = answer.json()
                self.token, self.ends = told["access_token"], time.time() + told["expires_in"]
            request.headers["Authorization"] = f"DPoP {self.token}"
            request.headers["DPoP"] = self.signer.proof(request, self.token)
            answer = yield request
            if answer.status_code != 401:
                return
            self.ends = 0.0

    def token_request(self) -> httpx.Request:
        """Proves the client by an assertion, and that it holds the key."""
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": self.signer.assertion(self.client_id, self.issuer),
        }
        request = httpx.Request("POST", f"{self.issuer}/oauth2/token", data=form)
        request.headers["DPoP"] = self.signer.proof(request)
        return request


class Gateway:
    """One gateway, as one of its clients sees it, connected until the end of the block."""

    def __init__(self, url: str, client_id: str, key_file: Path) -> None:
        url, signer = url.rstrip("/"), Signer(read_key(key_file))
        self.http = httpx.Client(base_url=url, auth=Auth(url, client_id, signer), timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        """The answer's JSON; waits as the gateway asks where it is busy. Raises Refused."""
        answer = self.http.get(path, params=query)
        for _ in range(PATIENCE):
            if answer.status_code not in (429, 503):
                break
            wait = answer.headers.get("Retry-After", "")
            time.sleep(int(wait) if wait.isdecimal() else 5)
            answer = self.http.get(path, params=query)
        if answer.status_code != 200:
            raise Refused(reason(answer))
        told: dict[str, Any] = answer.json()
        return told


def reason(answer: httpx.Response) -> str:
    """A problem document, or a refusal of the token endpoint, in one line."""
    try:
        told = answer.json()
    except ValueError:
        told = {}
    code = told.get("code") or told.get("error") or f"status {answer.status_code}"
    detail = told.get("detail") or told.get("error_description") or "no reason given"
    fields = "".join(f"; {each['field']}: {each['message']}" for each in told.get("errors", ()))
    return f"{code}: {detail}{fields} (request {answer.headers.get('X-Request-Id', 'without id')})"
