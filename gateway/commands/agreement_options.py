"""The options that stand for fields of an agreement, and how they are read."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import rich_click as click

from gateway.domain.periode import Tiap
from gateway.domain.perjanjian import JenisLaporan, SumberParam, perjanjian_mungkin
from gateway.domain.registry_terms import JAKARTA


class _Duty(click.ParamType[dict[str, Any]]):
    """`semester`, `balikan:bulan` or `balikan:bulan:14`: what, how often, days until it is due."""

    name = "duty"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, Any]:
        jenis, _, rest = value.partition(":")
        tiap, _, days = (rest or Tiap.SEMESTER.value).partition(":")
        known = jenis in [*JenisLaporan] and tiap in [*Tiap]
        if not known or not (days or "30").isdecimal():
            self.fail(f"{value!r}: write semester or balikan:bulan:14", param, ctx)
        return {"jenis": jenis, "tiap": tiap, "tenggat_hari": int(days or "30")}


class _Day(click.DateTime):
    """A day of a year in which there are agreements."""

    def __init__(self) -> None:
        super().__init__(formats=["%Y-%m-%d"])

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        day: datetime = super().convert(value, param, ctx)
        if not perjanjian_mungkin(day):
            self.fail(f"{value!r}: not a year of an agreement", param, ctx)
        return day


class _Field(click.ParamType[tuple[str, str]]):
    """`TUJUAN=tujuan`: a field in the registry's words, and what it tells."""

    name = "field"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        name, _, source = value.partition("=")
        if not name or source not in [*SumberParam]:
            self.fail(f"{value!r}: NAME= one of {', '.join(SumberParam)}", param, ctx)
        return name, source


def with_fields(*, required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options; `required` where a new agreement cannot do without."""
    options = (
        click.option("--pihak", multiple=True, required=required, help="A party; repeat it."),
        click.option(
            "--dari", "berlaku_dari", type=_Day(), required=required, help="Its first day, in WIB."
        ),
        click.option(
            "--sampai",
            "berlaku_sampai",
            type=_Day(),
            required=required,
            help="Its last day, in WIB.",
        ),
        click.option(
            "--wajib",
            "kewajiban",
            type=_Duty(),
            multiple=True,
            help="A report that it owes: semester, balikan:bulan:14; may be repeated.",
        ),
        click.option(
            "--balikan",
            "balikan_param",
            type=_Field(),
            multiple=True,
            help="A field of data balikan, like TUJUAN=tujuan; may be repeated.",
        ),
        click.option(
            "--balikan-simpanan/--balikan-tanpa-simpanan",
            "balikan_simpanan",
            default=None,
            help="Balikan is owed for answers from the cache, too.",
        ),
    )

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def told_fields(options: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that were said, as a document has them."""
    said = {name: value for name, value in options.items() if value not in (None, ())}
    if "balikan_param" in said:
        said["balikan_param"] = dict(said["balikan_param"])
    for name, days in (("berlaku_dari", 0), ("berlaku_sampai", 1)):
        if name in said:
            # The last day is covered whole: the end is the midnight after it.
            midnight = said[name].replace(tzinfo=JAKARTA) + timedelta(days=days)
            said[name] = midnight.isoformat()
    return said
