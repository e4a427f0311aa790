"""Asks for a token, takes it out of the answer, and reads what it says once it is believed."""

from datetime import datetime
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat import asn1
from cryptography.x509 import InvalidVersion

from gateway.kit.rfc3161 import shapes
from gateway.kit.rfc3161.anchors import Anchors
from gateway.kit.rfc3161.faults import Fault, TimestampWrong
from gateway.kit.rfc3161.shapes import (
    Algorithm,
    Imprint,
    Query,
    Reply,
    SignedData,
    SignedMessage,
    TstInfo,
)
from gateway.kit.rfc3161.signer import HASHES, signer_of

QUERY_TYPE: Final = "application/timestamp-query"
_GRANTED: Final = 0
_UNREADABLE: Final = (ValueError, InvalidVersion, UnsupportedAlgorithm)


def query(message: bytes, nonce: int) -> bytes:
    """The question for a stamp over the SHA-256 of a message, with the certificates; in DER."""
    algorithm = Algorithm(kind=shapes.SHA256, parameters=None)
    imprint = Imprint(algorithm=algorithm, hashed=HASHES[shapes.SHA256](message))
    asked = Query(version=1, imprint=imprint, policy=None, nonce=nonce, cert_req=True)
    return asn1.encode_der(asked)


def token_of(reply: bytes) -> bytes:
    """The token of an answer, not checked yet. Raises TimestampWrong where there is none.

    "Granted with modifications" is no grant: nothing was asked that could be modified.
    """
    try:
        read = asn1.decode_der(Reply, reply)
        if read.status.status == _GRANTED and read.token is not None:
            return asn1.encode_der(read.token)
    except _UNREADABLE:
        raise TimestampWrong(Fault.MALFORMED) from None
    raise TimestampWrong(Fault.REJECTED)


def check_token(
    token: bytes, message: bytes, anchors: Anchors | None, nonce: int | None = None
) -> datetime:
    """When an authority saw a message. Raises TimestampWrong.

    `nonce` None = of whatever question. Without anchors anybody may have signed it.
    """
    try:
        signed = _signed_data(token)
        info = asn1.decode_der(TstInfo, signed.content.octets)
        moment = info.gen_time.as_datetime()
        signer = signer_of(signed)
        if anchors is not None:
            anchors.check(signer, signed.certificates or (), moment)
    except _UNREADABLE:
        raise TimestampWrong(Fault.MALFORMED) from None
    _check_subject(info, message, nonce)
    return moment


def _signed_data(token: bytes) -> SignedData:
    whole = asn1.decode_der(SignedMessage, token)
    if whole.kind != shapes.SIGNED_DATA:
        raise TimestampWrong(Fault.MALFORMED)
    signed: SignedData = whole.content.parse(SignedData)
    return signed


def _check_subject(info: TstInfo, message: bytes, nonce: int | None) -> None:
    told = info.imprint
    if told.algorithm.kind != shapes.SHA256 or told.hashed != HASHES[shapes.SHA256](message):
        raise TimestampWrong(Fault.OTHER_MESSAGE)
    if nonce is not None and info.nonce != nonce:
        raise TimestampWrong(Fault.OTHER_NONCE)
