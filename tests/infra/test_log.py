"""Whatever is logged, by us or by a library: no number of 16 digits and no credential gets out."""

import json
import logging
import re

import msgspec
import pytest
import structlog

from tests.fixtures.logs import written_log

NIK = "9901014101900001"
GROUPED = "9901 0141 0190 0001"
TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJjb250b2gifQ.c2lnbmF0dXJlLWNvbnRvaA"
OPAQUE = "rahasia-yang-panjang-0123456789"
LEAKS = re.compile(r"99010141|9901 0141|eyJhbGci|rahasia-yang-panjang")


class Odd:
    """Something that shows a NIK when it is printed."""

    def __repr__(self) -> str:
        return f"<Odd {NIK}>"


class Record(msgspec.Struct):
    nik: str


@pytest.fixture(params=["json", "console"])
def written(request):
    with written_log(request.param) as read:
        yield read


VALUES = {
    "text": f"dicari {NIK} oleh",
    "grouped": GROUPED,
    "fullwidth": "９９０１０１４１０１９００００１",
    "number": int(NIK),
    "negative": -int(NIK),
    "fraction": float(NIK),
    "bytes": NIK.encode(),
    "bearer": f"Bearer {OPAQUE}",
    "basic": f"basic {OPAQUE}",
    "jwt": TOKEN,
    "dict": {"a": {"b": [NIK, {"c": (int(NIK),)}]}},
    "key": {NIK: 1},
    "number key": {int(NIK): {NIK: [NIK]}},
    "set": {NIK},
    "frozen": frozenset({int(NIK)}),
    "list": [[[NIK]]],
    "object": Odd(),
    "object in a list": [Odd()],
    "struct": Record(NIK),
    "exception": ValueError(NIK),
    "header": {"authorization": f"Bearer {OPAQUE}"},
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_no_value_of_an_event_gets_out(written, value):
    structlog.get_logger("uji").info("peristiwa", nilai=value)
    structlog.get_logger("uji").bind(nilai=value).error(f"{value}", lain=[value])
    text = written()
    assert text.count("nilai") == 2
    assert not LEAKS.search(text)
    assert "９９０１" not in text


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_no_argument_of_a_library_gets_out(written, value):
    logger = logging.getLogger("pustaka.lain")
    logger.warning("nilai %s dan %r", value, value)
    text = f"nilai {value}"
    logger.warning(text)
    text = written()
    assert text.count("nilai") >= 2
    assert not LEAKS.search(text)


def fail(nik: str) -> None:
    try:
        int(nik + "x")
    except ValueError as error:
        raise RuntimeError(f"gagal untuk {nik} dengan Bearer {OPAQUE}") from error


def test_no_trace_of_an_exception_gets_out(written):
    try:
        fail(NIK)
    except RuntimeError:
        structlog.get_logger("uji").exception("jatuh")
        structlog.get_logger("uji").error("jatuh", exc_info=True)
        logging.getLogger("pustaka.lain").exception("jatuh")
        logging.getLogger("pustaka.lain").exception("jatuh", stack_info=True)
    text = written()
    assert text.count("RuntimeError") >= 4
    assert text.count("ValueError") >= 4
    assert not LEAKS.search(text)


@pytest.mark.parametrize("words", [("angka %d", NIK), ("dua %s",), ("%s", NIK, NIK)])
def test_a_record_that_cannot_be_written_does_not_get_out(written, words):
    # The test runner's own handlers would raise.
    root = logging.getLogger()
    root.handlers = [
        one for one in root.handlers if type(one).__module__ == "gateway.infra.observing.log"
    ]
    logging.getLogger("pustaka.lain").warning(*words)
    logging.getLogger("pustaka.lain").warning("sesudahnya")
    first, second = written().strip().splitlines()
    assert "pustaka.lain" in first
    assert "sesudahnya" in second
    assert not LEAKS.search(first)


def test_a_group_and_its_notes_do_not_get_out(written):
    error = ExceptionGroup(f"banyak {NIK}", [ValueError(NIK)])
    error.add_note(NIK)
    structlog.get_logger("uji").error("jatuh", exc_info=error)
    text = written()
    assert "ExceptionGroup" in text
    assert not LEAKS.search(text)


def test_what_is_bound_to_the_context_does_not_get_out(written):
    with structlog.contextvars.bound_contextvars(siapa=NIK):
        structlog.get_logger("uji").info("peristiwa")
    text = written()
    assert "siapa" in text
    assert not LEAKS.search(text)


def test_names_of_values_do_not_get_out_either(written):
    structlog.get_logger("uji").info("peristiwa", **{NIK: 1})
    text = written()
    assert "peristiwa" in text
    assert not LEAKS.search(text)


def test_ordinary_values_stay_as_they_are():
    with written_log(level="info") as written:
        structlog.get_logger("uji").info(
            "peristiwa",
            status=200,
            millis=1.5,
            ada=True,
            kosong=None,
            daftar=[1, "dua"],
            besar=10**14,
        )
        line = json.loads(written())
    assert line["event"] == "peristiwa"
    assert (line["status"], line["millis"], line["ada"], line["kosong"]) == (200, 1.5, True, None)
    assert (line["daftar"], line["besar"]) == ([1, "dua"], 10**14)
    assert (line["level"], line["logger"]) == ("info", "uji")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", line["timestamp"])


def test_one_event_is_one_line_and_what_is_below_the_level_is_none():
    with written_log(level="warning") as written:
        structlog.get_logger("uji").info("tidak")
        logging.getLogger("lain").info("tidak")
        logging.getLogger("lain").warning("satu\nbaris")
        structlog.get_logger("uji").warning("dua", teks="a\nb")
        lines = written().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["satu\nbaris", "dua"]


def test_the_library_that_prints_tokens_is_kept_from_debugging():
    with written_log() as written:
        logging.getLogger("authlib.oauth2").debug("token %s", OPAQUE)
        assert OPAQUE not in written()


def test_a_logger_that_was_used_before_follows_what_is_configured_later():
    logger = structlog.get_logger("uji")
    for style in ("json", "console", "json"):
        with written_log(style) as written:
            logger.info("peristiwa", nilai=NIK)
            assert "peristiwa" in written()
            assert written().startswith("{") == (style == "json")
            assert not LEAKS.search(written())
    with structlog.testing.capture_logs() as lines:
        logger.info("peristiwa")
    assert [line["event"] for line in lines] == ["peristiwa"]
