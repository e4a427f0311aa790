"""The authorities' certificates that are trusted, and whether a signer's leads to one of them."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import (
    BasicConstraints,
    Certificate,
    ExtendedKeyUsage,
    KeyUsage,
    load_pem_x509_certificates,
)
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from gateway.kit.rfc3161.faults import Fault, TimestampWrong

_DEPTH: Final = 5
_RSA_BITS: Final = 2048
_CURVES: Final = (SECP256R1, SECP384R1, SECP521R1)


class Anchors:
    """The certificates of one file; each is trusted for itself, a root or not."""

    def __init__(self, pem: bytes) -> None:
        """Raises ValueError where there is no certificate."""
        self._store = Store(load_pem_x509_certificates(pem))

    @classmethod
    def of_file(cls, path: Path) -> "Anchors":
        """Raises ValueError for a file that cannot be read, or has none."""
        try:
            return cls(path.read_bytes())
        except OSError as error:
            raise ValueError(f"{path} cannot be read: {error.strerror}") from None
        except ValueError:
            raise ValueError(f"{path} has no certificates in PEM") from None

    def check(self, signer: Certificate, others: Sequence[Certificate], moment: datetime) -> None:
        """Raises TimestampWrong where the signer was no timestamping authority at a moment."""
        # Of those above it the library asks as much; of the first one it leaves it to the caller.
        if not _is_strong(signer):
            raise TimestampWrong(Fault.UNTRUSTED)
        policies = PolicyBuilder().extension_policies(ca_policy=_CA, ee_policy=_AUTHORITY)
        bounded = policies.max_chain_depth(_DEPTH).store(self._store).time(moment)
        try:
            bounded.build_client_verifier().verify(signer, list(others))
        except VerificationError:
            raise TimestampWrong(Fault.UNTRUSTED) from None


def _is_strong(certificate: Certificate) -> bool:
    key = certificate.public_key()
    if isinstance(key, RSAPublicKey):
        return key.key_size >= _RSA_BITS
    return isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, _CURVES)


def _is_for_timestamps(
    _policy: Policy, _certificate: Certificate, usage: ExtendedKeyUsage | None
) -> None:
    if usage is None or list(usage) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise ValueError("not for timestamps alone")


def _signs(_policy: Policy, _certificate: Certificate, usage: KeyUsage | None) -> None:
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        raise ValueError("not for signatures")


def _is_no_issuer(
    _policy: Policy, _certificate: Certificate, basic: BasicConstraints | None
) -> None:
    if basic is not None and basic.ca:
        raise ValueError("an issuer of certificates")


def _is_issuer(_policy: Policy, _certificate: Certificate, basic: BasicConstraints | None) -> None:
    if basic is None or not basic.ca:
        raise ValueError("no issuer of certificates")


def _signs_certificates(_policy: Policy, _certificate: Certificate, usage: KeyUsage | None) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("not for certificates")


_EITHER: Final = Criticality.AGNOSTIC
_AUTHORITY: Final = (
    ExtensionPolicy.permit_all()
    .require_present(ExtendedKeyUsage, Criticality.CRITICAL, _is_for_timestamps)
    .may_be_present(KeyUsage, _EITHER, _signs)
    .may_be_present(BasicConstraints, _EITHER, _is_no_issuer)
)
_CA: Final = (
    ExtensionPolicy.permit_all()
    .require_present(BasicConstraints, _EITHER, _is_issuer)
    .may_be_present(KeyUsage, _EITHER, _signs_certificates)
)
