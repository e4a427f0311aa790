"""A throw-away authority for the simulated timestamps: its root, and signers sound and unsound."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, Literal, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SignerKind = Literal[
    "sound",
    "ended",
    "not_begun",
    "other_use",
    "more_uses",
    "no_use",
    "use_not_critical",
    "issuer",
    "stranger",
]

_DAY: Final = timedelta(days=1)
_STAMPS: Final = ExtendedKeyUsageOID.TIME_STAMPING
_CODE: Final = ExtendedKeyUsageOID.CODE_SIGNING


class _Terms(NamedTuple):
    """What a signer's certificate says: its life in days from now, its uses, what it is."""

    begins: int = -1
    ends: int = 30
    uses: tuple[x509.ObjectIdentifier, ...] = (_STAMPS,)
    critical: bool = True
    ca: bool = False


_TERMS: Final[Mapping[SignerKind, _Terms]] = {
    "sound": _Terms(),
    "ended": _Terms(begins=-30, ends=-1),
    "not_begun": _Terms(begins=1),
    "other_use": _Terms(uses=(_CODE,)),
    "more_uses": _Terms(uses=(_STAMPS, _CODE)),
    "no_use": _Terms(uses=()),
    "use_not_critical": _Terms(critical=False),
    "issuer": _Terms(ca=True),
    "stranger": _Terms(),
}


class Holder(NamedTuple):
    """A key and the certificate of it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


class Authority:
    """A root, an issuer under it, and whatever signers are asked for."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._signers: dict[SignerKind, Holder] = {}
        self.root = self._issuer("CONTOH Akar Stempel Waktu", None)
        self.issuer = self._issuer("CONTOH Penerbit Stempel Waktu", self.root)

    def pem(self) -> bytes:
        """The root's certificate: the anchor."""
        return self.root.certificate.public_bytes(Encoding.PEM)

    def signer(self, kind: SignerKind) -> Holder:
        """The signer of a kind, the same each time."""
        if kind not in self._signers:
            self._signers[kind] = self._made(kind)
        return self._signers[kind]

    def chain(self, kind: SignerKind) -> list[x509.Certificate]:
        """What goes with a token: the signer's certificate and its issuer's."""
        return [self.signer(kind).certificate, self._issuer_of(kind).certificate]

    @cached_property
    def _strange(self) -> Holder:
        return self._issuer("CONTOH Orang Lain", None)

    def _issuer_of(self, kind: SignerKind) -> Holder:
        return self._strange if kind == "stranger" else self.issuer

    def _issuer(self, name: str, by: Holder | None) -> Holder:
        key = ec.generate_private_key(ec.SECP256R1())
        built = self._builder(name, key, by, -60, 365).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        return Holder(key, built.sign(key if by is None else by.key, SHA256()))

    def _made(self, kind: SignerKind) -> Holder:
        key, by, terms = (
            ec.generate_private_key(ec.SECP256R1()),
            self._issuer_of(kind),
            _TERMS[kind],
        )
        built = self._builder("CONTOH Stempel Waktu", key, by, terms.begins, terms.ends)
        built = built.add_extension(
            x509.BasicConstraints(ca=terms.ca, path_length=None), critical=True
        )
        if terms.uses:
            usage = x509.ExtendedKeyUsage(terms.uses)
            built = built.add_extension(usage, critical=terms.critical)
        return Holder(key, built.sign(by.key, SHA256()))

    def _builder(
        self,
        name: str,
        key: ec.EllipticCurvePrivateKey,
        by: Holder | None,
        begins: int,
        ends: int,
    ) -> x509.CertificateBuilder:
        subject = _name(name)
        issuer = subject if by is None else by.certificate.subject
        above = key if by is None else by.key
        return (
            x509.CertificateBuilder(subject_name=subject, issuer_name=issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now + begins * _DAY)
            .not_valid_after(self._now + ends * _DAY)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()),
                critical=False,
            )
        )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
