"""Whose signature a token bears, and whether that is one."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, ObjectIdentifier
from cryptography.x509.oid import SignatureAlgorithmOID

from gateway.kit.rfc3161 import shapes
from gateway.kit.rfc3161.faults import Fault, TimestampWrong
from gateway.kit.rfc3161.shapes import Attribute, SignedData, Signer, SigningCertificate

HASHES: Final[Mapping[ObjectIdentifier, Callable[[bytes], bytes]]] = {
    shapes.SHA256: lambda told: hashlib.sha256(told).digest(),
    shapes.SHA384: lambda told: hashlib.sha384(told).digest(),
    shapes.SHA512: lambda told: hashlib.sha512(told).digest(),
}
_CLASSES: Final[Mapping[ObjectIdentifier, HashAlgorithm]] = {
    shapes.SHA256: SHA256(),
    shapes.SHA384: SHA384(),
    shapes.SHA512: SHA512(),
}
# Under RSA's own name the hash that stands beside it counts.
_RSA: Final[Mapping[ObjectIdentifier, ObjectIdentifier | None]] = {
    ObjectIdentifier("1.2.840.113549.1.1.1"): None,
    SignatureAlgorithmOID.RSA_WITH_SHA256: shapes.SHA256,
    SignatureAlgorithmOID.RSA_WITH_SHA384: shapes.SHA384,
    SignatureAlgorithmOID.RSA_WITH_SHA512: shapes.SHA512,
}
_ECDSA: Final[Mapping[ObjectIdentifier, ObjectIdentifier | None]] = {
    SignatureAlgorithmOID.ECDSA_WITH_SHA256: shapes.SHA256,
    SignatureAlgorithmOID.ECDSA_WITH_SHA384: shapes.SHA384,
    SignatureAlgorithmOID.ECDSA_WITH_SHA512: shapes.SHA512,
}
_TST_INFO: Final = asn1.encode_der(shapes.TST_INFO)


def signer_of(signed: SignedData) -> Certificate:
    """The certificate whose key signed the content. Raises TimestampWrong."""
    signers = signed.signers.as_list()
    if len(signers) != 1 or signed.content.kind != shapes.TST_INFO:
        raise TimestampWrong(Fault.MALFORMED)
    [signer] = signers
    told = _by_kind(shapes.attributes(signer))
    if signer.digest.kind not in HASHES:
        raise TimestampWrong(Fault.MALFORMED)
    if _value(told, shapes.CONTENT_TYPE) != _TST_INFO[2:] or _value(
        told, shapes.MESSAGE_DIGEST
    ) != HASHES[signer.digest.kind](signed.content.octets):
        raise TimestampWrong(Fault.BAD_SIGNATURE)
    certificate = _named(told, signed.certificates or ())
    if not _is_signature(certificate, signer):
        raise TimestampWrong(Fault.BAD_SIGNATURE)
    return certificate


def _by_kind(told: Sequence[Attribute]) -> dict[ObjectIdentifier, asn1.TLV]:
    """Each attribute with its one value."""
    values = {each.kind: each.values.as_list() for each in told}
    if len(values) != len(told) or any(len(some) != 1 for some in values.values()):
        raise TimestampWrong(Fault.MALFORMED)
    return {kind: value for kind, [value] in values.items()}


def _value(told: Mapping[ObjectIdentifier, asn1.TLV], kind: ObjectIdentifier) -> bytes | None:
    return bytes(told[kind].data) if kind in told else None


def _named(
    told: Mapping[ObjectIdentifier, asn1.TLV], certificates: Sequence[Certificate]
) -> Certificate:
    """The certificate of which the signer signed the hash: no other can be put in its place."""
    for kind, usual in (
        (shapes.SIGNING_CERTIFICATE_V2, shapes.SHA256),
        (shapes.SIGNING_CERTIFICATE, None),
    ):
        if kind in told:
            named = told[kind].parse(SigningCertificate).ids[0]
            hashed = usual if named.algorithm is None else named.algorithm.kind
            for certificate in certificates:
                if _fingerprint(certificate, hashed) == named.hashed:
                    return certificate
            raise TimestampWrong(Fault.UNTRUSTED)
    raise TimestampWrong(Fault.MALFORMED)


def _fingerprint(certificate: Certificate, hashed: ObjectIdentifier | None) -> bytes | None:
    der = certificate.public_bytes(Encoding.DER)
    if hashed is None:
        # The older attribute knows no other hash; nothing but the choice among the token's own
        # certificates hangs on it.
        return hashlib.sha1(der, usedforsecurity=False).digest()
    return HASHES[hashed](der) if hashed in HASHES else None


def _is_signature(certificate: Certificate, signer: Signer) -> bool:
    key, octets = certificate.public_key(), shapes.signed_octets(signer)
    hashed = _CLASSES[signer.digest.kind]
    try:
        if isinstance(key, RSAPublicKey) and _fits(_RSA, signer):
            key.verify(signer.signature, octets, PKCS1v15(), hashed)
        elif isinstance(key, EllipticCurvePublicKey) and _fits(_ECDSA, signer):
            key.verify(signer.signature, octets, ECDSA(hashed))
        else:
            raise TimestampWrong(Fault.MALFORMED)
    except InvalidSignature:
        return False
    return True


def _fits(ways: Mapping[ObjectIdentifier, ObjectIdentifier | None], signer: Signer) -> bool:
    kind = signer.signing.kind
    return kind in ways and ways[kind] in {None, signer.digest.kind}
