"""Whatever a service answers, the adapter ends with an answer or with UpstreamFailure."""

import json

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.dukcapil.answer import read_answer, rules_of
from adapters.dukcapil.feedback import feedback_texts, read_feedback
from adapters.dukcapil.reply import to_lookup, to_verification
from adapters.dukcapil.request import Requests
from adapters.dukcapil.schema import FIELDS, VERIFY_ELEMENTS
from adapters.dukcapil.sim_people import wire_row
from gateway.domain.outcome import REACTIONS, UpstreamFailure
from gateway.kit.transport import Answer
from tests.systems.dukcapil.support import NIK, SATU, config, page

SETTINGS = config(duplicate_policy="accept")
RULES = rules_of(SETTINGS)
ASKED = Requests(SETTINGS).verify(SATU, None)
TEXTS = feedback_texts(SETTINGS)

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**4200, 2**53 + 1, 0, -1]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(["13", "00", "Sesuai", "Tidak Sesuai (59)", "Sesuai (999)", NIK, "1990-02-30"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)
NAMES = st.sampled_from(
    [*FIELDS, *VERIFY_ELEMENTS, "FOTO", "RESPONSE_CODE", "RESPON", "RESPONSE", "GOL_DRH"]
)
GOOD_ROWS = st.sampled_from(
    [wire_row(SATU), dict.fromkeys(VERIFY_ELEMENTS, "Sesuai (90)"), {"RESPONSE_CODE": "13"}]
)


@st.composite
def answers(draw):
    """A sound page with some values replaced, some members dropped, and sometimes its end cut off."""
    row = {**draw(GOOD_ROWS), **draw(st.dictionaries(NAMES, ODD, max_size=4))}
    for name in draw(st.lists(st.sampled_from(sorted(row)), max_size=4)):
        row.pop(name, None)
    whole = page(row)
    replaced = st.dictionaries(st.sampled_from([*whole, "quotaLimiter"]), ODD, max_size=2)
    body = encode({**whole, **draw(replaced)})
    cut = draw(st.none() | st.integers(0, len(body)))
    return body if cut is None else body[:cut]


def encode(value):
    return json.dumps(value, default=str).encode()


def read_all(body, status):
    """What every reading of one answer ends in; anything but UpstreamFailure goes through."""
    answer = Answer(status=status, headers={}, body=body)
    for read in (
        lambda: to_lookup(read_answer(answer, RULES), NIK, SETTINGS),
        lambda: to_verification(read_answer(answer, RULES), ASKED, SETTINGS),
        lambda: read_feedback(answer, TEXTS),
    ):
        try:
            yield read()
        except UpstreamFailure as failure:
            yield failure


@given(answers(), st.sampled_from([200, 200, 200, 400, 500]))
@example(b'{"content":[{"NIK":' + b"9" * 5000 + b"}]}", 200)
@example(b'{"content":[{"NIK":9999995708909999,"NO_KEC":"\xef\xbc\x99\xef\xbc\x99"}]}', 200)
def test_mutated_answers_never_raise_anything_but_upstream_failure(body, status):
    for told in read_all(body, status):
        if isinstance(told, UpstreamFailure):
            assert NIK not in str(told)
        if (outcome := getattr(told, "outcome", None)) is not None:
            assert REACTIONS[outcome].about_person is not isinstance(told, UpstreamFailure)
        if getattr(told, "penduduk", None) is not None:
            assert told.penduduk.nik == NIK
            assert msgspec.json.decode(msgspec.json.encode(told), type=type(told)) == told


@given(st.binary(max_size=200))
def test_any_bytes_end_in_an_answer_or_in_upstream_failure(body):
    list(read_all(body, 200))
