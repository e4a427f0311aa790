"""Certificates that a proxy passes on: whose word counts, and what is a certificate."""

import base64
from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.proof import CertificateFault, CertificateInvalid
from gateway.infra.oauth.client_certificate import certificate_thumbprint
from gateway.infra.trusted_proxies import TrustedProxies
from tests.kit.certificates import DAY, NOW, Certificate

PROXY = "10.0.0.7"
CERTIFICATE: x509.Certificate = Certificate("klien.contoh").certificate
DER = CERTIFICATE.public_bytes(Encoding.DER)
THUMBPRINT = base64.urlsafe_b64encode(CERTIFICATE.fingerprint(SHA256())).rstrip(b"=").decode()


def field(der: bytes = DER) -> str:
    return f":{base64.b64encode(der).decode()}:"


def large() -> bytes:
    """A well-formed certificate of more than 8192 characters in base64."""
    maker = Certificate("klien.contoh")
    filler = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"x" * 7000)
    builder = (
        x509.CertificateBuilder()
        .subject_name(maker.subject)
        .issuer_name(maker.subject)
        .public_key(maker.key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + DAY)
        .add_extension(filler, critical=False)
    )
    return builder.sign(maker.key, SHA256()).public_bytes(Encoding.DER)


def fault_of(*fields: str, peer: str | None = PROXY) -> CertificateFault:
    with pytest.raises(CertificateInvalid) as raised:
        TrustedProxies([PROXY]).thumbprint(fields, peer)
    assert (raised.value.status, raised.value.code) == (401, "invalid_client_certificate")
    return raised.value.fault


def test_the_thumbprint_is_the_one_that_others_compute():
    assert TrustedProxies([PROXY]).thumbprint([field()], PROXY) == THUMBPRINT
    assert len(THUMBPRINT) == 43


@pytest.mark.parametrize(
    ("trusted", "peer"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("10.0.0.0/8", "10.255.0.1"),
        ("10.0.0.0/8", "::ffff:10.1.2.3"),
        ("::1", "::1"),
        ("fd00::/8", "fd12:3456::1"),
    ],
)
def test_a_trusted_proxy_is_believed(trusted, peer):
    proxies = TrustedProxies(["192.0.2.9", trusted])
    assert proxies.thumbprint([field()], peer) == THUMBPRINT


@pytest.mark.parametrize(
    "peer",
    [
        None,
        "",
        "10.0.0.8",
        "::1",
        "::ffff:10.0.0.8",
        "::10.0.0.7",
        "localhost",
        "10.0.0.7.",
        "unix:",
    ],
)
def test_nobody_else_is_believed(peer):
    assert fault_of(field(), peer=peer) is CertificateFault.STRANGER


def test_without_a_trusted_proxy_the_header_means_nothing():
    assert TrustedProxies([]).thumbprint([field()], PROXY) is None
    assert TrustedProxies([]).thumbprint(["sampah"], PROXY) is None


def test_a_client_without_a_certificate_has_none():
    assert TrustedProxies([PROXY]).thumbprint([], PROXY) is None
    assert TrustedProxies([PROXY]).thumbprint([], "192.0.2.1") is None


def test_two_headers_are_refused_even_where_they_agree():
    assert fault_of(field(), field()) is CertificateFault.SEVERAL


MALFORMED: dict[str, Callable[[], str]] = {
    "nothing": lambda: "",
    "no bytes": lambda: "::",
    "no colons": lambda: field().strip(":"),
    "one colon": lambda: field()[:-1],
    "two joined by a comma": lambda: f"{field()}, {field()}",
    "a parameter": lambda: f"{field()};a=1",
    "white space around": lambda: f" {field()} ",
    "white space inside": lambda: f"{field()[:80]} {field()[80:]}",
    "a line break at the end": lambda: field() + "\n",
    "base64url": lambda: f"{field()[:80]}-_{field()[82:]}",
    "PEM": lambda: CERTIFICATE.public_bytes(Encoding.PEM).decode(),
    "PEM in base64": lambda: field(CERTIFICATE.public_bytes(Encoding.PEM)),
    "not a certificate": lambda: field(b"sertifikat palsu"),
    "half a certificate": lambda: field(DER[:-20]),
    "a certificate and more": lambda: field(DER + b"\0"),
    "two certificates": lambda: field(DER + DER),
    "endless": lambda: field(large()),
    "not ASCII": lambda: f"{field()[:-1]}é:",
    "in quotation marks": lambda: f'"{field()}"',
}  # fmt: skip


@pytest.mark.parametrize("case", MALFORMED)
def test_what_is_no_certificate_is_refused(case):
    assert fault_of(MALFORMED[case]()) is CertificateFault.MALFORMED


@given(st.binary(max_size=200))
def test_no_garbage_is_more_than_a_refusal(garbage):
    with pytest.raises(CertificateInvalid):
        certificate_thumbprint(field(garbage))


@pytest.mark.parametrize("address", ["gateway", "10.0.0.0/33", "10.0.0.1/8", ""])
def test_a_list_that_names_no_address_is_not_taken(address):
    with pytest.raises(ValueError):
        TrustedProxies([address])
