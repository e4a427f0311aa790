"""The calling card and the settings behind it."""

import msgspec
import pytest

from adapters.sijosku import spec
from gateway.domain.systems import Capability, World
from gateway.kit.secret import Secret
from tests.systems.sijosku.support import TOKEN, Meeting, config, meet


def test_the_card_tells_what_the_system_can_do():
    assert spec.name == "sijosku"
    assert spec.capabilities == {
        Capability.RECORD_SOURCE,
        Capability.RECORD_SINK,
        Capability.RECORD_DIGESTS,
        Capability.FILE_SOURCE,
        Capability.HEALTH,
    }
    fields = msgspec.structs.fields(spec.config)
    assert all(not field.required for field in fields)
    assert set(spec.sandbox) < {field.name for field in fields}


async def test_what_is_connected_has_the_promised_parts():
    meeting = meet()
    system = meeting.system
    assert system.record_source
    assert system.record_sink
    assert system.resident_lookup is None
    assert system.health().breakers == {}
    await meeting.close()


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"url": "sijosku.contoh"}, "url"),
        ({"token": Secret("")}, "token"),
        ({"records_path": "api"}, "records_path"),
        ({"push_path": ""}, "push_path"),
        ({"page_size": 0}, "page_size"),
        ({"push_size": 1001}, "push_size"),
        ({"kode_wilayah": "6501"}, "kode_wilayah"),
        ({"field_names": {"warna": "x"}}, "field_names"),
        ({"field_names": {"nik": "x", "nokk": "x"}}, "field_names"),
        ({"utc_offset_hours": 30}, "utc_offset_hours"),
    ],
)
def test_a_bad_setting_is_named_and_no_secret_is_told(changed, word):
    app = spec.simulator(config(), World())
    with pytest.raises(ValueError) as error:
        Meeting(app, **changed)
    assert word in str(error.value)
    assert TOKEN not in str(error.value)


def test_every_bad_setting_is_named_at_once():
    with pytest.raises(ValueError, match=r"page_size.*url.*token"):
        Meeting(spec.simulator(config(), World()), url="x", token=Secret(""), page_size=0)
