"""What a grant tells of a record or a resident: attributes, categories, the source's own words."""

from typing import Any

import msgspec

from gateway.domain.grant import ATRIBUT_PPKS
from gateway.domain.person import ATRIBUT_PENDUDUK, terisi
from gateway.domain.policy import SELALU, kata_asli_tampak, saring_kategori, saring_penduduk
from gateway.domain.ports import KondisiPpks
from gateway.infra.db.tables import PPKS
from tests.policy.oracle import ask, ask_of_resident
from tests.policy.scene import NOW, RECORDS, RESIDENTS
from tests.policy.world import NO_ATTRIBUTES, told

_GRANTS_READ = 500
"""Of so many grants everything is compared."""
_NEVER_KEPT = ATRIBUT_PPKS - {"sumber", "tahun_lahir", *PPKS.columns.keys()}
_NAMED = (*SELALU, *sorted(ATRIBUT_PPKS), *NO_ATTRIBUTES)
_WITHOUT_ORIGIN = {"status", "sumber", "tahun_lahir"}


def asks_about_records(scene):
    """Of each grant that is read: some records, and some of what they hold."""
    chance = scene.chance("contents")
    for grant, number in scene.pairs:
        if grant >= _GRANTS_READ or chance.random() < 0.7:
            continue
        one = scene.records[number]
        for attribute in chance.sample(_NAMED, 5):
            yield ask(grant, "read", number, attribute=attribute)
        for item in one.kategori:
            yield ask(grant, "name", number, category=item.kode)
        for attribute in ("kategori", *chance.sample(sorted(one.asli), 2)):
            yield ask(grant, "quote", number, attribute=attribute)


def item_in_memory(scene, grant, number) -> dict[str, Any] | None:
    """A record as the policy in memory would have it told, or None."""
    view, one = scene.views[grant], scene.records[number]
    if not scene.shown_in_memory(grant, number):
        return None
    values = {name: told(one, name) for name in view.atribut - _NEVER_KEPT}
    if "kategori" in values:
        shown = msgspec.to_builtins(saring_kategori(view, one.kategori))
        values["kategori"] = list(shown) or None
    if view.samaran is not None:
        values = under_a_pseudonym(view.samaran, values)
    if "sumber" in values:
        named = {name for name in values if name not in _WITHOUT_ORIGIN and told(one, name)}
        words = {name for name in one.asli if kata_asli_tampak(view, name)}
        values["sumber"] = {"atribut": named, "asli": words}
    return {name: value for name, value in values.items() if value is not None}


def under_a_pseudonym(samaran, values) -> dict[str, Any]:
    """The same with places cut and without the words of a source."""
    for name in ("kategori", "bantuan"):
        told_of = values.get(name) or ()
        values |= {name: [without_words(each) for each in told_of] or None} if told_of else {}
    if values.get("kode_wilayah"):
        values["kode_wilayah"] = samaran.potong(values["kode_wilayah"])
    return values


def without_words(each) -> dict[str, Any]:
    return {name: value for name, value in each.items() if name != "asli"}


def as_told(item) -> dict[str, Any]:
    """The store's item in the same form, without what everybody is told."""
    values = msgspec.json.decode(msgspec.json.encode(item))
    values = {name: value for name, value in values.items() if name not in SELALU}
    if "sumber" in values:
        values["sumber"] = {part: set(values["sumber"][part]) for part in ("atribut", "asli")}
    return values


def says(item, each) -> bool:
    """Whether an item tells what is asked for; None tells nothing."""
    if item is None:
        return False
    where = {
        "read": lambda: {*SELALU, *item},
        "name": lambda: [kind["kode"] for kind in item.get("kategori", ())],
        "quote": lambda: item.get("sumber", {"asli": ()})["asli"],
    }
    return each.about in where[each.action]()


def differing_from_rules(scene, verdicts, items):
    """The questions that `items[grant, record]` answers otherwise than the rules."""
    found = []
    for each, allowed in verdicts.items():
        one = scene.records[int(each.name)]
        is_held = each.action != "read" or each.about in SELALU or told(one, each.about) is not None
        if says(items.get(each.pair), each) is not (allowed and is_held):
            found.append(scene.tell(each))
    return found


def test_memory_tells_of_residents_what_the_rules_allow(scene):
    chance = scene.chance("residents")
    asks = [
        ask_of_resident(grant, "read", number, attribute=attribute)
        for grant in range(0, len(scene.grants), 2)
        for number in chance.sample(range(RESIDENTS), 2)
        for attribute in chance.sample((*ATRIBUT_PENDUDUK, *NO_ATTRIBUTES), 4)
    ]
    verdicts = scene.oracle.decide(asks, NOW)
    differing = []
    for each, allowed in verdicts.items():
        one = scene.residents[int(each.name)]
        shown = saring_penduduk(scene.views[each.grant], one) or {}
        if (each.about in shown) is not (allowed and each.about in terisi(one)):
            differing.append(scene.tell(each))
    assert differing == []
    assert sum(verdicts.values()) > 200


def test_memory_tells_of_records_what_the_rules_allow(scene):
    verdicts = scene.decided(asks_about_records)
    items = {
        each.pair: item
        for each in verdicts
        if (item := item_in_memory(scene, *each.pair)) is not None
    }
    assert differing_from_rules(scene, verdicts, items) == []
    for action in ("read", "name", "quote"):
        answers = [allowed for each, allowed in verdicts.items() if each.action == action]
        assert min(sum(answers), len(answers) - sum(answers)) > 100, action


async def test_the_store_tells_what_memory_tells_and_the_rules_allow(scene, stored):
    items = {}
    for grant, view in enumerate(scene.views[:_GRANTS_READ]):
        page = await stored.shelf.ppks.page(view, KondisiPpks(), None, RECORDS)
        for item in page.items:
            assert set(item) >= set(SELALU)
            items[grant, stored.number(view, item["id"])] = as_told(item)
    every_pair = ((grant, number) for grant in range(_GRANTS_READ) for number in range(RECORDS))
    for pair in every_pair:
        assert items.get(pair) == item_in_memory(scene, *pair), pair
    assert differing_from_rules(scene, scene.decided(asks_about_records), items) == []
