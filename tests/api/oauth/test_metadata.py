"""What the issuers and the API say of themselves."""

import httpx
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from joserfc.jwk import KeySet

from tests.fixtures.oauth import PUBLIC_URL


async def test_the_strict_issuer_describes_itself(bench):
    answer = await bench.http.get("/.well-known/oauth-authorization-server")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {
        "issuer": PUBLIC_URL,
        "token_endpoint": f"{PUBLIC_URL}/oauth2/token",
        "revocation_endpoint": f"{PUBLIC_URL}/oauth2/revoke",
        "introspection_endpoint": f"{PUBLIC_URL}/oauth2/introspect",
        "jwks_uri": f"{PUBLIC_URL}/.well-known/jwks.json",
        "scopes_supported": [
            "audit:read",
            "audit:subject",
            "penduduk:read",
            "penduduk:verify",
            "ppks:export",
            "ppks:read",
            "ppks:sync",
            "ppks:write",
            "statistik:read",
            "systems:read",
            "tokens:introspect",
        ],
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "PS256", "Ed25519"],
        "revocation_endpoint_auth_methods_supported": ["private_key_jwt"],
        "revocation_endpoint_auth_signing_alg_values_supported": ["ES256", "PS256", "Ed25519"],
        "introspection_endpoint_auth_methods_supported": ["private_key_jwt"],
        "introspection_endpoint_auth_signing_alg_values_supported": ["ES256", "PS256", "Ed25519"],
        "authorization_details_types_supported": ["https://ppks-gateway/rar/ppks"],
        "dpop_signing_alg_values_supported": ["ES256", "PS256", "Ed25519"],
    }


async def test_the_legacy_issuer_describes_itself_where_rfc_8414_looks_for_it(bench):
    answer = await bench.http.get("/.well-known/oauth-authorization-server/legacy/oauth2")
    body = answer.json()
    assert body["issuer"] == f"{PUBLIC_URL}/legacy/oauth2"
    assert body["token_endpoint"] == f"{PUBLIC_URL}/legacy/oauth2/token"
    for name in ("token", "revocation", "introspection"):
        assert body[f"{name}_endpoint_auth_methods_supported"] == [
            "client_secret_basic",
            "client_secret_post",
        ]
    assert body["revocation_endpoint"] == f"{PUBLIC_URL}/legacy/oauth2/revoke"
    assert body["introspection_endpoint"] == f"{PUBLIC_URL}/legacy/oauth2/introspect"
    assert "token_endpoint_auth_signing_alg_values_supported" not in body


async def test_the_metadata_satisfies_an_independent_reader(bench):
    for path in ("", "/legacy/oauth2"):
        answer = await bench.http.get("/.well-known/oauth-authorization-server" + path)
        metadata = AuthorizationServerMetadata(answer.json())
        for name in (
            "issuer",
            "token_endpoint",
            "jwks_uri",
            "scopes_supported",
            "grant_types_supported",
            "token_endpoint_auth_methods_supported",
            "revocation_endpoint",
            "revocation_endpoint_auth_methods_supported",
            "introspection_endpoint",
            "introspection_endpoint_auth_methods_supported",
        ):
            getattr(metadata, f"validate_{name}")()


async def test_the_api_names_its_issuer(bench):
    body = (await bench.http.get("/.well-known/oauth-protected-resource")).json()
    assert body["resource"] == PUBLIC_URL
    assert body["authorization_servers"] == [PUBLIC_URL]
    assert body["bearer_methods_supported"] == ["header"]
    assert body["authorization_details_types_supported"] == ["https://ppks-gateway/rar/ppks"]
    assert body["dpop_signing_alg_values_supported"] == ["ES256", "PS256", "Ed25519"]
    # The second issuer's tokens are bound to nothing.
    assert body["dpop_bound_access_tokens_required"] is False


async def test_each_issuer_has_a_key_of_its_own_and_shows_its_public_half_only(bench):
    kids = []
    for path in ("/.well-known/jwks.json", "/legacy/oauth2/jwks.json"):
        (key,) = (await bench.http.get(path)).json()["keys"]
        assert key.keys() == {"kty", "crv", "x", "y", "kid", "alg", "use"}
        assert (key["alg"], key["use"], key["crv"]) == ("ES256", "sig", "P-256")
        (known,) = KeySet.import_key_set({"keys": [key]}).keys
        assert known.thumbprint() == key["kid"]
        kids.append(key["kid"])
    assert len(set(kids)) == 2


async def test_nothing_is_made_of_the_host_header(bench):
    answer = await bench.http.get(
        "/.well-known/oauth-authorization-server",
        headers={"host": "jahat.contoh", "x-forwarded-host": "jahat.contoh"},
    )
    assert isinstance(answer, httpx.Response)
    assert "jahat" not in answer.text
