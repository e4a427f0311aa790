"""ASN.1 of the Time-Stamp Protocol (RFC 3161) and of the signed message (RFC 5652) around a token.

Where people are known to write BER, a shape is as wide as that: certificates need not be sorted.
"""

from typing import Annotated, Final

from cryptography.hazmat import asn1
from cryptography.x509 import Certificate, ObjectIdentifier

SIGNED_DATA: Final = ObjectIdentifier("1.2.840.113549.1.7.2")
TST_INFO: Final = ObjectIdentifier("1.2.840.113549.1.9.16.1.4")
CONTENT_TYPE: Final = ObjectIdentifier("1.2.840.113549.1.9.3")
MESSAGE_DIGEST: Final = ObjectIdentifier("1.2.840.113549.1.9.4")
SIGNING_CERTIFICATE: Final = ObjectIdentifier("1.2.840.113549.1.9.16.2.12")
SIGNING_CERTIFICATE_V2: Final = ObjectIdentifier("1.2.840.113549.1.9.16.2.47")
SHA256: Final = ObjectIdentifier("2.16.840.1.101.3.4.2.1")
SHA384: Final = ObjectIdentifier("2.16.840.1.101.3.4.2.2")
SHA512: Final = ObjectIdentifier("2.16.840.1.101.3.4.2.3")
_SHORT: Final = 0x80
CONTEXT_0: Final = b"\xa0"
SEQUENCE: Final = b"\x30"
SET: Final = b"\x31"


@asn1.sequence
class Algorithm:
    """A hash or a way of signing; what these have as parameters says nothing."""

    kind: ObjectIdentifier
    parameters: asn1.Null | None


@asn1.sequence
class Imprint:
    """The hash that is stamped."""

    algorithm: Algorithm
    hashed: bytes


@asn1.sequence
class Query:
    """TimeStampReq."""

    version: int
    imprint: Imprint
    policy: ObjectIdentifier | None
    nonce: int | None
    cert_req: Annotated[bool, asn1.Default(value=False)]


@asn1.sequence
class Status:
    """PKIStatusInfo."""

    status: int
    text: list[str] | None
    failure: asn1.BitString | None


@asn1.sequence
class SignedMessage:
    """ContentInfo."""

    kind: ObjectIdentifier
    content: Annotated[asn1.TLV, asn1.Explicit(0)]


@asn1.sequence
class Reply:
    """TimeStampResp."""

    status: Status
    token: SignedMessage | None


@asn1.sequence
class Content:
    """EncapsulatedContentInfo."""

    kind: ObjectIdentifier
    octets: Annotated[bytes, asn1.Explicit(0)]


@asn1.sequence
class Signer:
    """SignerInfo. Who it is, `attributes` say better than `named`: by the certificate's hash."""

    version: int
    named: asn1.TLV
    digest: Algorithm
    attributes: asn1.TLV
    signing: Algorithm
    signature: bytes
    unsigned: Annotated[list[asn1.TLV] | None, asn1.Implicit(1)]


@asn1.sequence
class SignedData:
    """SignedData with one content and what signs it."""

    version: int
    digests: asn1.SetOf[Algorithm]
    content: Content
    certificates: Annotated[list[Certificate] | None, asn1.Implicit(0)]
    crls: Annotated[list[asn1.TLV] | None, asn1.Implicit(1)]
    signers: asn1.SetOf[Signer]


@asn1.sequence
class Attribute:
    """A signed attribute."""

    kind: ObjectIdentifier
    values: asn1.SetOf[asn1.TLV]


@asn1.sequence
class _Attributes:
    all: Annotated[list[Attribute], asn1.Implicit(0)]


@asn1.sequence
class CertificateId:
    """ESSCertIDv2 (RFC 5035), and ESSCertID, which has no algorithm."""

    algorithm: Algorithm | None
    hashed: bytes
    issuer_serial: list[asn1.TLV] | None


@asn1.sequence
class SigningCertificate:
    """The certificates that count, the signer's first."""

    ids: list[CertificateId]
    policies: list[asn1.TLV] | None


@asn1.sequence
class Accuracy:
    """By how much the time may be off."""

    seconds: int | None
    millis: Annotated[int | None, asn1.Implicit(0)]
    micros: Annotated[int | None, asn1.Implicit(1)]


@asn1.sequence
class TstInfo:
    """TSTInfo: what a token says."""

    version: int
    policy: ObjectIdentifier
    imprint: Imprint
    serial: int
    gen_time: asn1.GeneralizedTime
    accuracy: Accuracy | None
    ordering: bool | None
    nonce: int | None
    tsa: Annotated[list[asn1.TLV] | None, asn1.Implicit(0)]
    extensions: Annotated[list[asn1.TLV] | None, asn1.Implicit(1)]


def signed_octets(signer: Signer) -> bytes:
    """What is signed: the attributes as a SET, which they are not called inside the message."""
    return headed(SET, bytes(signer.attributes.data))


def attributes(signer: Signer) -> list[Attribute]:
    """The signed attributes. Raises ValueError."""
    if signer.attributes.tag_bytes != CONTEXT_0:
        raise ValueError("nothing is signed but the content")
    tagged = headed(CONTEXT_0, bytes(signer.attributes.data))
    return asn1.decode_der(_Attributes, headed(SEQUENCE, tagged)).all


def headed(tag: bytes, content: bytes) -> bytes:
    """A value under its tag and length."""
    length = len(content)
    if length < _SHORT:
        return tag + bytes([length]) + content
    told = length.to_bytes((length.bit_length() + 7) // 8)
    return tag + bytes([_SHORT | len(told)]) + told + content
