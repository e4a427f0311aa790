"""Who is asking, under which grant; made once per request by the transport."""

from datetime import datetime

import msgspec

from gateway.application.civil_registry.registry_desk import Asker
from gateway.domain.audit import EntriAudit, HasilAudit
from gateway.domain.grant import Grant, Scope
from gateway.domain.narrowing import Penyempitan
from gateway.domain.policy import View, buka
from gateway.domain.ports import Pseudonyms
from gateway.domain.registry_quota import Prioritas
from gateway.kit.ids import new_id
from gateway.kit.struct import Quiet


class Caller(Quiet, frozen=True, kw_only=True):
    """One authenticated request: one token, one grant, one purpose."""

    client_id: str
    grant: Grant
    scopes: frozenset[Scope]
    sempit: Penyempitan | None = None
    """What the token leaves of the grant; None = all of it."""
    request_id: str
    permintaan_sidik: str | None = None
    """Keyed digest of what is asked, for the audit log."""
    ip: str | None = None
    prioritas: Prioritas = Prioritas.INTERACTIVE
    deadline: float | None = None
    """The event loop's time until which it waits for a turn; None = as long as anybody may."""

    def view(self, now: datetime) -> View:
        """What the grant shows now, as far as the token reaches."""
        return buka(self.grant, now, self.sempit)

    @property
    def asker(self) -> Asker:
        """As who it waits before a registry."""
        return Asker(
            client_id=self.client_id,
            grant_id=self.grant.grant_id,
            prioritas=self.prioritas,
            deadline=self.deadline,
        )

    def asking(self, pseudonyms: Pseudonyms, *asked: object) -> "Caller":
        """The caller with the digest of what is asked, in one form whatever the body's was."""
        told = msgspec.json.encode(asked, order="deterministic")
        sidik = pseudonyms.request(self.request_id, told)
        return msgspec.structs.replace(self, permintaan_sidik=sidik)

    def entry(
        self,
        peristiwa: str,
        hasil: HasilAudit,
        now: datetime,
        *,
        subjek: str | None = None,
        atribut: tuple[str, ...] = (),
        jumlah: int = 0,
        sumber: str | None = None,
        umur: int | None = None,
        alasan: str | None = None,
        daftar: str | None = None,
    ) -> EntriAudit:
        """An audit entry that says who asked under which agreement."""
        return EntriAudit(
            entri_id=new_id(),
            pada=now,
            peristiwa=peristiwa,
            hasil=hasil,
            client_id=self.client_id,
            grant_id=self.grant.grant_id,
            grant_versi=self.grant.versi,
            nomor_pks=self.grant.nomor_pks,
            tujuan=self.grant.tujuan,
            dasar_hukum=self.grant.dasar_hukum,
            subjek=subjek,
            atribut=atribut,
            jumlah=jumlah,
            sumber=sumber,
            umur=umur,
            alasan=alasan,
            request_id=self.request_id,
            daftar=daftar,
            permintaan_sidik=self.permintaan_sidik,
        )
