"""From a resident in our words to the elements of a verification in Dukcapil's."""

from collections.abc import Callable
from datetime import date
from typing import Final

from adapters.dukcapil.config import Config
from adapters.dukcapil.schema import VERIFY_ELEMENTS
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.person import JenisKelamin, Penduduk, StatusKawin, per_bagian
from gateway.domain.wilayah import KodeWilayahSalah, parse_kode

_DATE_FORMATS: Final = {"dd-mm-yyyy": "%d-%m-%Y", "yyyy-mm-dd": "%Y-%m-%d"}
_REGION_ELEMENTS: Final = ("NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL")


def told_elements(penduduk: Penduduk, config: Config) -> dict[str, str]:
    """Wire texts of the elements that the resident tells, in the order of the element list.

    Raises UpstreamFailure where the area code is not one of Kemendagri's.
    """
    told = per_bagian(penduduk)
    written = {
        name: _WRITERS.get(name, _plain)(told[attribute], config)
        for name, attribute in VERIFY_ELEMENTS.items()
        if attribute in told and name not in _REGION_ELEMENTS
    }
    written |= _region(told.get("kode_wilayah"), config)
    return {name: written[name] for name in VERIFY_ELEMENTS if written.get(name)}


def told_attributes(penduduk: Penduduk) -> tuple[str, ...]:
    """Names of the attributes that hold a value, the address by its parts."""
    return tuple(per_bagian(penduduk))


def _plain(value: object, _config: Config) -> str:
    return str(value).strip()


def _date(value: object, config: Config) -> str:
    assert isinstance(value, date)
    return value.strftime(_DATE_FORMATS[config.request_date_format])


def _gender(value: object, config: Config) -> str:
    return config.gender_male if value is JenisKelamin.L else config.gender_female


def _marital_status(value: object, _config: Config) -> str:
    return StatusKawin(str(value)).replace("_", " ")


def _number(value: object, config: Config) -> str:
    text = str(value).strip()
    return text if config.region_padding else text.lstrip("0")


def _region(code: object, config: Config) -> dict[str, str]:
    if code is None:
        return {}
    try:
        parts = parse_kode(str(code)).split(".")
    except KodeWilayahSalah:
        parts = []
    if not parts:
        # A BPS number would be compared with another place, or with none, and be billed as well.
        raise UpstreamFailure(
            Outcome.BAD_REQUEST, hint="kode_wilayah is not a Kemendagri code", sent=False
        )
    numbers = (_number(part, config) for part in parts)
    return dict(zip(_REGION_ELEMENTS, numbers, strict=False))


_WRITERS: Final[dict[str, Callable[[object, Config], str]]] = {
    "TGL_LHR": _date,
    "JENIS_KLMIN": _gender,
    "STATUS_KAWIN": _marital_status,
    "NO_RT": _number,
    "NO_RW": _number,
}
