"""Which certificates a timestamp's signer may lead over: the command and OpenSSL agree."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gateway.kit.rfc3161 import shapes
from gateway.kit.rfc3161.anchors import Anchors
from gateway.kit.rfc3161.faults import TimestampWrong
from gateway.kit.rfc3161.shapes import Algorithm, Imprint
from gateway.kit.rfc3161.signer import HASHES
from gateway.kit.rfc3161.tokens import check_token
from gateway.sandbox.tsa_certificates import Holder
from gateway.sandbox.tsa_tokens import signed_token, token_info
from tests.fixtures.openssl_tsa import verifies

TEXT = b"contoh.example/audit\n"
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
KEYS = {
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "k256": lambda: ec.generate_private_key(ec.SECP256K1()),
    "rsa1024": lambda: rsa.generate_private_key(65537, 1024),
    "rsa2048": lambda: rsa.generate_private_key(65537, 2048),
}
USAGE = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def certified(name, key, by=None, *, ca=True, path=None, usage=(), begins=-9, ends=9):
    """A certificate of a key, by itself or by another."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"CONTOH {name}")])
    above = Holder(key, None) if by is None else by
    built = (
        x509.CertificateBuilder(subject if by is None else by.certificate.subject, subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + begins * DAY)
        .not_valid_after(NOW + ends * DAY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(above.key.public_key()), False
        )
    )
    if ca is not None:
        built = built.add_extension(x509.BasicConstraints(ca, path), critical=True)
    if usage:
        told = {each: each in usage for each in USAGE}
        built = built.add_extension(x509.KeyUsage(**told), critical=True)
    if name == "signer":
        uses = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        built = built.add_extension(uses, critical=True)
    return Holder(key, built.sign(above.key, SHA256()))


def chain(root=None, issuer=None, signer=None, keys=("p256", "p256", "p256")):
    """Three certificates, each with its own peculiarities."""
    made = [KEYS[kind]() for kind in keys]
    one = certified("root", made[0], **(root or {}))
    two = certified("issuer", made[1], one, **(issuer or {}))
    return one, two, certified("signer", made[2], two, **({"ca": False} | (signer or {})))


def token_by(signer, *sent):
    imprint = Imprint(
        algorithm=Algorithm(kind=shapes.SHA256, parameters=None), hashed=HASHES[shapes.SHA256](TEXT)
    )
    info = token_info(imprint, None, NOW)
    return asn1.encode_der(signed_token(info, signer, [each.certificate for each in sent]))


def judged(token, *anchors):
    """What the command makes of it."""
    pem = b"".join(each.certificate.public_bytes(Encoding.PEM) for each in anchors)
    try:
        check_token(token, TEXT, Anchors(pem))
    except TimestampWrong as wrong:
        return wrong.fault.value
    return "believed"


SOUND = [
    {},
    {"issuer": {"path": 0}, "root": {"path": 1}},
    {"issuer": {"usage": ("key_cert_sign",)}, "root": {"usage": ("key_cert_sign", "crl_sign")}},
    {"signer": {"usage": ("digital_signature",)}},
    {"signer": {"usage": ("content_commitment",)}},
    {"signer": {"ca": None}},
    {"keys": ("p384", "rsa2048", "p384")},
    {"keys": ("rsa2048", "p384", "p256")},
]
UNSOUND = [
    {"root": {"path": 0}},
    {"root": {"ca": False}},
    {"issuer": {"ca": False}},
    {"issuer": {"ca": None}},
    {"issuer": {"usage": ("digital_signature",)}},
    {"issuer": {"ends": -1}},
    {"issuer": {"begins": 1}},
    {"root": {"ends": -1}},
    {"signer": {"usage": ("key_agreement",)}},
]
WEAK = [
    {"keys": ("rsa1024", "p256", "p256")},
    {"keys": ("p256", "rsa1024", "p256")},
    {"keys": ("p256", "k256", "p256")},
    {"keys": ("p256", "p256", "k256")},
]


@pytest.mark.parametrize("place", range(len(SOUND)))
def test_what_leads_to_an_anchor_is_believed(place):
    root, issuer, signer = chain(**SOUND[place])
    assert judged(token_by(signer, signer, issuer), root) == "believed"
    assert judged(token_by(signer, issuer, signer, root), root) == "believed"
    # The operator's file may have what the token does not bring.
    assert judged(token_by(signer, signer), root, issuer) == "believed"
    assert judged(token_by(signer, signer), issuer) == "believed"


@pytest.mark.parametrize("place", range(len(UNSOUND)))
def test_what_does_not_is_not(place, tmp_path):
    root, issuer, signer = chain(**UNSOUND[place])
    token = token_by(signer, signer, issuer)
    assert judged(token, root) == "untrusted"
    assert not by_openssl(tmp_path, token, root)


@pytest.mark.parametrize("place", range(len(WEAK)))
def test_keys_that_are_too_weak_lead_nowhere(place):
    root, issuer, signer = chain(**WEAK[place])
    assert judged(token_by(signer, signer, issuer), root) == "untrusted"


def test_what_nobody_sent_or_gave_is_missing():
    root, issuer, signer = chain()
    assert judged(token_by(signer, signer), root) == "untrusted"
    assert judged(token_by(signer, issuer), root) == "untrusted"
    other, *_ = chain()
    assert judged(token_by(signer, signer, issuer), other) == "untrusted"


def by_openssl(folder, token, root):
    kept, message, anchor = folder / "token.der", folder / "message", folder / "anchor.pem"
    kept.write_bytes(token)
    message.write_bytes(TEXT)
    anchor.write_bytes(root.certificate.public_bytes(Encoding.PEM))
    return verifies(kept, message, anchor)


def test_openssl_believes_the_plain_chain_too(tmp_path):
    root, issuer, signer = chain()
    assert by_openssl(tmp_path, token_by(signer, signer, issuer), root)
