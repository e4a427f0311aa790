"""What every reader of a file is given."""

import msgspec

from adapters.sijosku.berkas.pilihan import Pilihan
from adapters.sijosku.config import Config
from gateway.domain.importing import WilayahIndex


class Impor(msgspec.Struct, frozen=True, kw_only=True):
    """One import: the operator's options, the adapter's settings, the table of areas."""

    pilihan: Pilihan
    config: Config
    wilayah: WilayahIndex
