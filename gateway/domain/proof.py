"""Proof of possession: what binds a token to its holder, and how a proof of it can fail."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, Protocol

from gateway.domain.errors import NotAuthenticated
from gateway.kit.struct import Quiet

JKT: Final = "jkt"
X5T: Final = "x5t#S256"
"""Members of a token's `cnf`: the holder's DPoP key, or the holder's certificate."""

PROOF_ALGS: Final[tuple[str, ...]] = ("ES256", "PS256", "Ed25519")
"""Signature algorithms of DPoP proofs, as they are offered."""


class ProofFault(StrEnum):
    """What is wrong with a DPoP proof (RFC 9449 section 4.3); for the log and the audit log."""

    MISSING = "missing"
    SEVERAL = "several"
    MALFORMED = "malformed"
    TYPE = "type"
    ALGORITHM = "algorithm"
    KEY = "key"
    PRIVATE_KEY = "private_key"
    SIGNATURE = "signature"
    CLAIMS = "claims"
    METHOD = "htm"
    ADDRESS = "htu"
    TIME = "time"
    TOKEN = "ath"  # noqa: S105 - the name of a claim
    OTHER_KEY = "other_key"
    REPLAYED = "replayed"


_ALGS: Final = ", ".join(PROOF_ALGS)
# The claims that are meant, and what is said of them in each language.
_WORDS: Final = {
    ProofFault.MISSING: ("", "wajib", "required"),
    ProofFault.SEVERAL: ("", "hanya satu kepala", "one header only"),
    ProofFault.MALFORMED: ("", "bukan JWT yang utuh", "not a well-formed JWT"),
    ProofFault.TYPE: ("typ: ", "harus dpop+jwt", "must be dpop+jwt"),
    ProofFault.ALGORITHM: ("alg: ", f"hanya {_ALGS}", f"only {_ALGS}"),
    ProofFault.KEY: ("jwk: ", "tidak cocok dengan alg atau lemah", "does not fit alg, or is weak"),
    ProofFault.PRIVATE_KEY: (
        "jwk: ",
        "memuat kunci privat; ganti kunci itu",
        "holds a private key: replace that key",
    ),
    ProofFault.SIGNATURE: ("", "tanda tangan salah", "wrong signature"),
    ProofFault.CLAIMS: (
        "jti, htm, htu, iat: ",
        "wajib dan benar jenisnya",
        "required, of their kinds",
    ),
    ProofFault.METHOD: ("htm: ", "bukan metode permintaan ini", "not this request's method"),
    ProofFault.ADDRESS: ("htu: ", "bukan alamat permintaan ini", "not this request's address"),
    ProofFault.TIME: ("iat, nbf, exp: ", "bukan sekarang, periksa jam", "not now, check the clock"),
    ProofFault.TOKEN: ("ath: ", "bukan sidik token ini", "not this token's hash"),
    ProofFault.OTHER_KEY: ("jwk: ", "bukan kunci token ini", "not the key of this token"),
    ProofFault.REPLAYED: ("jti: ", "sudah dipakai", "used before"),
}


class DpopInvalid(NotAuthenticated):
    """A DPoP proof that proves nothing; nothing of the proof itself is in the text."""

    code = "invalid_dpop_proof"

    def __init__(self, fault: ProofFault) -> None:
        # A sound proof by another key says nothing against the proof, but against the token.
        error = "invalid_token" if fault is ProofFault.OTHER_KEY else "invalid_dpop_proof"
        claims, indonesian, english = _WORDS[fault]
        about = f"DPoP: {claims}"
        super().__init__(f"{about}{indonesian} / {about}{english}", oauth_error=error)
        self.fault = fault
        self.reason = f"dpop_{fault}"
        """The fault as the audit log names it."""

    @property
    def alasan(self) -> str:
        """The code and the fault."""
        return f"{self.code}:{self.reason}"


class CertificateFault(StrEnum):
    """What is wrong with a client certificate that a proxy passes on."""

    STRANGER = "stranger"
    SEVERAL = "several"
    MALFORMED = "malformed"


_CERTIFICATE_WORDS: Final = {
    CertificateFault.STRANGER: "bukan dari proksi yang dipercaya / not from a trusted proxy",
    CertificateFault.SEVERAL: "hanya satu kepala / one header only",
    CertificateFault.MALFORMED: "bukan sertifikat / not a certificate",
}


class CertificateInvalid(NotAuthenticated):
    """A `Client-Cert` header that must not be believed."""

    code = "invalid_client_certificate"

    def __init__(self, fault: CertificateFault) -> None:
        super().__init__(f"Client-Cert: {_CERTIFICATE_WORDS[fault]}", oauth_error="invalid_request")
        self.fault = fault
        self.reason = f"certificate_{fault}"
        """The fault as the audit log names it."""

    @property
    def alasan(self) -> str:
        """The code and the fault."""
        return f"{self.code}:{self.reason}"


class Shown(Quiet, frozen=True, kw_only=True):
    """What a request shows of its sender, as it came over the wire; all values of each header."""

    authorization: tuple[str, ...]
    proofs: tuple[str, ...]
    """Values of `DPoP`."""
    certificates: tuple[str, ...]
    """Values of `Client-Cert` (RFC 9440)."""
    method: str
    path: str
    """As it was escaped by the sender."""
    peer: str | None
    """The address that the connection comes from; a proxy's, where there is one."""


class Certificates(Protocol):
    """Believes the certificates that trusted proxies pass on."""

    def thumbprint(self, certificates: Sequence[str], peer: str | None) -> str | None:
        """`x5t#S256` of the one certificate, None without any. Raises CertificateInvalid."""


class Proofs(Protocol):
    """Checks DPoP proofs, each of which is good once only."""

    async def check(
        self,
        proofs: Sequence[str],
        *,
        method: str,
        path: str,
        token: str | None = None,
        jkt: str | None = None,
    ) -> str:
        """The thumbprint (RFC 7638) of the key whose holder made the one proof for this request.

        `proofs` are the values of the `DPoP` headers, `path` is the escaped path of the request.
        With a `token` the proof must be for it, and by the key that it is bound to (`jkt`).
        Raises DpopInvalid; Unavailable where it cannot be told whether the proof is new.
        """
