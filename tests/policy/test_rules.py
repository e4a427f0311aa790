"""The policy engine's own rules: sound by its schema, and each of them at work."""

import re

from cedarpy import validate_policies
from msgspec.structs import replace

from gateway.domain.grant import JenisGrant, Kelas, StatusGrant
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
    pseudonymised = replace(everything, jenis=JenisGrant.SAMARAN)
    counting = replace(everything, jenis=JenisGrant.STATISTIK)
    low = replace(everything, kelas=Kelas.RENDAH)
    grants = [everything, ended, everything, pseudonymised, counting, low]
    oracle = Oracle(grants, [None, None, elsewhere, None, None, None], records, scene.residents)
    asks = [ask(grant, "see", number) for grant in range(5) for number in range(2)]
    asks += [ask_for_filter(grant, name) for grant in (0, 4) for name in ("nik", "status")]
    asks += [ask_of_resident(4, "see", 1)]
    asks += [ask(3, "read", 0, attribute=name) for name in ("nik", "kecamatan")]
    asks += [ask(3, "quote", 0, attribute="pendidikan"), ask(5, "read", 0, attribute="no_kk")]
    asks += [ask_of_resident(0, "see", 1)]
    asks += [ask_of_resident(0, "read", 1, attribute="nik_ayah")]
    asks += [ask(0, "find", 0, area="64")]
    asks += [ask(0, "read", 0, attribute=name) for name in ("id", "nik", "dtks")]
    asks += [ask(0, "quote", 0, attribute="nik")]
    asks += [ask(0, "name", 0, category=item.kode) for item in living.kategori]
    oracle.decide(asks, NOW)
    assert oracle.applied == set(re.findall(r'@id\("(.+)"\)', RULES))
