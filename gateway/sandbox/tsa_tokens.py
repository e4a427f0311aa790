"""Makes timestamp tokens (RFC 3161) for the simulated authority, sound and unsound ones."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, ObjectIdentifier, random_serial_number
from cryptography.x509.oid import SignatureAlgorithmOID

from gateway.kit.rfc3161 import shapes
from gateway.kit.rfc3161.shapes import (
    Accuracy,
    Algorithm,
    Attribute,
    CertificateId,
    Content,
    Imprint,
    SignedData,
    SignedMessage,
    Signer,
    SigningCertificate,
    TstInfo,
)
from gateway.sandbox.tsa_certificates import Holder

_SHA256 = Algorithm(kind=shapes.SHA256, parameters=None)
_ECDSA = Algorithm(kind=SignatureAlgorithmOID.ECDSA_WITH_SHA256, parameters=None)
_POLICY = ObjectIdentifier("1.3.6.1.4.1.99999.3161.1")


@asn1.sequence
class _Any:
    one: asn1.TLV


@asn1.sequence
class _Issued:
    issuer: asn1.TLV
    serial: int


def token_info(imprint: Imprint, nonce: int | None, pada: datetime) -> bytes:
    """What a token says; its time in whole seconds."""
    info = TstInfo(
        version=1,
        policy=_POLICY,
        imprint=imprint,
        serial=random_serial_number(),
        gen_time=asn1.GeneralizedTime(pada.replace(microsecond=0)),
        accuracy=Accuracy(seconds=1, millis=None, micros=None),
        ordering=None,
        nonce=nonce,
        tsa=None,
        extensions=None,
    )
    return asn1.encode_der(info)


def signed_token(
    info: bytes, holder: Holder, sent: Sequence[Certificate], *, broken: bool = False
) -> SignedMessage:
    """A token. `broken`: its signature is of something else."""
    attributes = _attributes(info, holder.certificate)
    octets = shapes.headed(shapes.SET, attributes)
    signer = Signer(
        version=1,
        named=_any(asn1.encode_der(_named(holder.certificate))),
        digest=_SHA256,
        attributes=_any(shapes.headed(shapes.CONTEXT_0, attributes)),
        signing=_ECDSA,
        signature=holder.key.sign(octets + b"\0" * broken, ECDSA(SHA256())),
        unsigned=None,
    )
    signed = SignedData(
        version=3,
        digests=asn1.SetOf([_SHA256]),
        content=Content(kind=shapes.TST_INFO, octets=info),
        certificates=list(sent) or None,
        crls=None,
        signers=asn1.SetOf([signer]),
    )
    return SignedMessage(kind=shapes.SIGNED_DATA, content=_any(asn1.encode_der(signed)))


def _attributes(info: bytes, certificate: Certificate) -> bytes:
    der = certificate.public_bytes(Encoding.DER)
    named = CertificateId(algorithm=None, hashed=sha256(der).digest(), issuer_serial=None)
    values = {
        shapes.CONTENT_TYPE: asn1.encode_der(shapes.TST_INFO),
        shapes.MESSAGE_DIGEST: asn1.encode_der(sha256(info).digest()),
        shapes.SIGNING_CERTIFICATE_V2: asn1.encode_der(
            SigningCertificate(ids=[named], policies=None)
        ),
    }
    made = (
        Attribute(kind=kind, values=asn1.SetOf([_any(value)])) for kind, value in values.items()
    )
    return b"".join(sorted(map(asn1.encode_der, made)))


def _named(certificate: Certificate) -> _Issued:
    return _Issued(issuer=_any(certificate.issuer.public_bytes()), serial=certificate.serial_number)


def _any(der: bytes) -> asn1.TLV:
    """What is encoded already, as a part of something else."""
    return asn1.decode_der(_Any, shapes.headed(shapes.SEQUENCE, der)).one
