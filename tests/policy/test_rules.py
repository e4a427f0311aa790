"""The policy engine's own rules: sound by its schema, and each of them at work."""

import re

from cedarpy import validate_policies

from tests.policy.oracle import RULES, SCHEMA, Oracle, ask, ask_for_filter, ask_of_resident
from tests.policy.scene import NOW


def test_the_rules_fit_the_schema():
    assert validate_policies(RULES, SCHEMA).errors == []


def test_no_rule_is_idle(scene):
    oracle = Oracle(scene.grants, scene.narrowings, scene.records, scene.residents)
    everything, *others = range(0, len(scene.grants), 100)
    asks = [ask(everything, "see", number) for number in range(len(scene.records))]
    for grant in (everything, *others):
        asks += [ask_for_filter(grant, name) for name in ("nik", "status")]
        asks += [ask_of_resident(grant, "see", 1)]
        asks += [ask_of_resident(grant, "read", 1, attribute="nik_ayah")]
        for number in range(20):
            asks += [ask(grant, "find", number, area="64")]
            asks += [ask(grant, "read", number, attribute=name) for name in ("id", "nik", "dtks")]
            asks += [ask(grant, "quote", number, attribute="nik")]
            asks += [
                ask(grant, "name", number, category=item.kode)
                for item in scene.records[number].kategori
            ]
    oracle.decide(asks, NOW)
    assert oracle.applied == set(re.findall(r'@id\("(.+)"\)', RULES))
