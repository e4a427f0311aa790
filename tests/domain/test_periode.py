"""Periods: their names, their bounds in Jakarta's time, and how they follow one another."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.errors import BadInput
from gateway.domain.periode import Tiap, baca_periode, periode_lalu, periode_pada

moments = st.integers(2020, 2035).flatmap(
    lambda year: st.timedeltas(timedelta(0), timedelta(365)).map(
        lambda t: datetime(year, 1, 1, tzinfo=UTC) + t
    )
)


@given(moments, st.sampled_from(Tiap))
def test_a_moment_lies_in_its_period_and_the_name_leads_back(moment, tiap):
    periode = periode_pada(tiap, moment)
    assert periode.mulai <= moment < periode.selesai
    assert baca_periode(str(periode)) == periode
    assert periode_lalu(tiap, moment).berikut == periode
    assert periode.berikut.mulai == periode.selesai


@given(moments, st.sampled_from(Tiap))
def test_its_months_cover_it_without_a_gap(moment, tiap):
    periode = periode_pada(tiap, moment)
    months = periode.bulan
    assert (months[0].mulai, months[-1].selesai) == (periode.mulai, periode.selesai)
    assert all(one.selesai == two.mulai for one, two in pairwise(months))


@pytest.mark.parametrize(
    ("text", "begins", "title"),
    [
        ("2026-S1", "2025-12-31T17:00:00", "Semester I 2026"),
        ("2026-S2", "2026-06-30T17:00:00", "Semester II 2026"),
        ("2026-T4", "2026-09-30T17:00:00", "Triwulan IV 2026"),
        ("2026-05", "2026-04-30T17:00:00", "Mei 2026"),
    ],
)
def test_a_period_begins_at_midnight_in_jakarta(text, begins, title):
    periode = baca_periode(text)
    assert periode.mulai == datetime.fromisoformat(begins).replace(tzinfo=UTC)
    assert periode.judul == title
    last = periode.mulai - timedelta(seconds=1)
    assert periode_pada(periode.tiap, last) != periode


@pytest.mark.parametrize("text", ["2026-S3", "2026-T0", "2026-13", "2026-5", "1999-S1", "2026", ""])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(BadInput):
        baca_periode(text)
