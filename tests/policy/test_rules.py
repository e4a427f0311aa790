"""The policy engine's own rules: sound by its schema, and each of them at work."""

import re

from cedarpy import validate_policies
from msgspec.structs import replace

from gateway.domain.grant import StatusGrant
from gateway.domain.narrowing import RAR_TYPE, Penyempitan
from tests.policy.oracle import RULES, SCHEMA, Oracle, ask, ask_for_filter, ask_of_resident
from tests.policy.scene import NOW


def test_the_rules_fit_the_schema():
    assert validate_policies(RULES, SCHEMA).errors == []


def test_no_rule_is_idle(scene):
    """Each rule decides a question about this world, whatever its seed did not happen to draw."""
    everything = scene.grants[0]
    ended = replace(everything, status=StatusGrant.BERAKHIR)
    elsewhere = Penyempitan(type=RAR_TYPE, wilayah=("11",))
    # The second record of every world lies in the second area and is of some category.
    living = replace(scene.records[1], dihapus=False)
    records = [living, replace(living, dihapus=True)]
    oracle = Oracle(
        [everything, ended, everything], [None, None, elsewhere], records, scene.residents
    )
    asks = [ask(grant, "see", number) for grant in range(3) for number in range(2)]
    asks += [ask_for_filter(0, name) for name in ("nik", "status")]
    asks += [ask_of_resident(0, "see", 1)]
    asks += [ask_of_resident(0, "read", 1, attribute="nik_ayah")]
    asks += [ask(0, "find", 0, area="64")]
    asks += [ask(0, "read", 0, attribute=name) for name in ("id", "nik", "dtks")]
    asks += [ask(0, "quote", 0, attribute="nik")]
    asks += [ask(0, "name", 0, category=item.kode) for item in living.kategori]
    oracle.decide(asks, NOW)
    assert oracle.applied == set(re.findall(r'@id\("(.+)"\)', RULES))
