"""Settings from the environment: every type, every mistake at once, and no secret told."""

import datetime as dt
import enum
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kit.env import EnvProblem, Setting, describe_struct, read_struct
from gateway.kit.secret import Secret


class Mode(enum.StrEnum):
    LAMA = "lama"
    BARU = "baru"


class Level(enum.IntEnum):
    SATU = 1
    DUA = 2


class Config(msgspec.Struct, frozen=True, kw_only=True):
    url: Annotated[str, msgspec.Meta(description="Where it is")] = ""
    batch: Annotated[int, msgspec.Meta(ge=1, le=50)] = 10
    pause: float = 1.5
    upper: bool = True
    style: Literal["lama", "baru"] = "lama"
    mode: Mode = Mode.LAMA
    level: Level = Level.SATU
    regions: tuple[str, ...] = ("64.02",)
    levels: frozenset[int] = frozenset()
    names: dict[str, str] = {}
    rows: list[int] = []
    begins: dt.date | None = None
    seen: dt.datetime | None = None
    lease: dt.timedelta = dt.timedelta(seconds=30)
    password: Secret = Secret("")
    keys: dict[str, Secret] = {}
    note: str | None = None
    ca_file: str | None = None


class Needed(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    size: int
    password: Secret


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    low: int = 1
    high: int = 2

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low is above high")


def read(**variables: str) -> Config:
    config, problems = read_struct(Config, {f"X_{k}": v for k, v in variables.items()}, "X_")
    assert problems == []
    assert config is not None
    return config


def problems_of(cls: type[msgspec.Struct], **variables: str) -> list[EnvProblem]:
    config, problems = read_struct(cls, {f"X_{k}": v for k, v in variables.items()}, "X_")
    assert config is None
    return problems


def test_nothing_set_gives_the_defaults():
    assert read() == Config()


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("url", " apa adanya ", " apa adanya "),
        ("batch", " 7 ", 7),
        ("pause", "2", 2.0),
        ("upper", "Tidak", False),
        ("upper", "0", False),
        ("upper", "ya", True),
        ("upper", "TRUE", True),
        ("style", "baru", "baru"),
        ("mode", "baru", Mode.BARU),
        ("level", "2", Level.DUA),
        ("regions", "64.02, 65 ,", ("64.02", "65")),
        ("regions", ",", ()),
        ("levels", "3,4,3", frozenset({3, 4})),
        ("names", '{"a": "b,c"}', {"a": "b,c"}),
        ("rows", "[1, 2]", [1, 2]),
        ("begins", "2026-01-31", dt.date(2026, 1, 31)),
        ("seen", "2026-01-31T08:00:00+08:00", dt.datetime(2026, 1, 31, tzinfo=dt.UTC)),
        ("seen", "2026-01-31T00:00:00Z", dt.datetime(2026, 1, 31, tzinfo=dt.UTC)),
        ("lease", "PT5M", dt.timedelta(minutes=5)),
        ("password", "rahasia 1", Secret("rahasia 1")),
        ("keys", '{"k1": "rahasia"}', {"k1": Secret("rahasia")}),
        ("note", "catatan", "catatan"),
        ("note", "", None),
        ("ca_file", "/etc/ca.pem", "/etc/ca.pem"),
    ],
)
def test_each_type_is_read(field: str, text: str, value: object):
    config = read(**{field.upper(): text})
    assert config == msgspec.structs.replace(Config(), **{field: value})


@pytest.mark.parametrize("field", ["batch", "upper", "style", "regions", "names", "begins"])
def test_set_to_nothing_counts_as_not_set(field: str):
    assert read(**{field.upper(): ""}) == Config()


@pytest.mark.parametrize(
    ("field", "text", "right"),
    [
        ("batch", "0", "whole number, at least 1, at most 50"),
        ("batch", "1_0", "whole number"),
        ("pause", "nan", "number"),
        ("pause", "1e999", "number"),
        ("upper", "mungkin", "true or false (or ya, tidak, 1, 0)"),
        ("style", "tua", "one of baru, lama"),
        ("mode", "tua", "one of lama, baru"),
        ("level", "3", "one of 1, 2"),
        ("levels", "3,x", "list, commas between, of whole number"),
        ("names", "{", "JSON object"),
        ("names", "[]", "JSON object"),
        ("rows", "1,2", "JSON array"),
        ("begins", "31-01-2026", "date such as 2026-01-31"),
        ("seen", "2026-01-31T08:00:00", "time with its zone"),
        ("keys", '{"k1": 7}', "JSON object"),
    ],
)
def test_what_is_wrong_is_said_with_what_would_be_right(field: str, text: str, right: str):
    [problem] = problems_of(Config, **{field.upper(): text})
    assert problem.variable == f"X_{field.upper()}"
    assert right in problem.remedy


def test_all_problems_are_reported_together():
    problems = problems_of(Needed, SIZE="besar", NMAE="contoh")
    assert [str(problem) for problem in problems] == [
        "X_NMAE: is not a setting; did you mean X_NAME?",
        "X_NAME: is not set; expected text",
        "X_SIZE: cannot be read; expected whole number",
        "X_PASSWORD: is not set; expected secret text",
    ]


def test_an_unknown_variable_that_resembles_nothing():
    [problem] = problems_of(Config, QQQQQQ="1")
    assert problem.remedy == "remove it"


def test_variables_of_others_are_left_alone():
    environ = {"X_SIKS_NG_URL": "a", "Y_URL": "b", "X_URL": "c"}
    config, problems = read_struct(Config, environ, "X_", elsewhere=("X_SIKS_NG_",))
    assert problems == []
    assert config == Config(url="c")


def test_values_that_do_not_fit_together():
    [problem] = problems_of(Pair, LOW="3")
    assert (problem.variable, problem.problem) == ("X_*", "low is above high")


def test_secrets_and_texts_come_from_files(tmp_path: Path):
    file = tmp_path / "secret"
    file.write_text("rahasia \r\n")
    assert read(PASSWORD_FILE=str(file)).password == Secret("rahasia ")
    assert read(URL_FILE=str(file), URL="").url == "rahasia "
    file.write_text('{"k1": "rahasia"}\n')
    assert read(KEYS_FILE=str(file)).keys == {"k1": Secret("rahasia")}


def test_a_file_that_does_not_help(tmp_path: Path):
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    [missing] = problems_of(Config, PASSWORD_FILE=str(tmp_path / "missing"))
    [unreadable] = problems_of(Config, PASSWORD_FILE=str(binary))
    [both] = problems_of(Config, PASSWORD_FILE=str(binary), PASSWORD="rahasia")
    assert missing.problem == "its file cannot be read: No such file or directory"
    assert unreadable.problem == "its file cannot be read: it is not UTF-8 text"
    assert both.problem == "is set, and X_PASSWORD too"


def test_a_wrong_text_in_a_file_is_the_file_variables_problem(tmp_path: Path):
    file = tmp_path / "batch"
    file.write_text("banyak\n")
    [problem] = problems_of(Config, BATCH_FILE=str(file))
    assert problem.variable == "X_BATCH_FILE"


def test_settings_are_described():
    described = {setting.name: setting for setting in describe_struct(Config, "X_")}
    assert list(described) == [f"X_{name.upper()}" for name in Config.__struct_fields__]
    assert described["X_URL"] == Setting(
        name="X_URL", type="text", default="", description="Where it is"
    )
    assert described["X_BATCH"].type == "whole number, at least 1, at most 50"
    defaults = {name: setting.default for name, setting in described.items()}
    assert defaults["X_UPPER"] == "true"
    assert defaults["X_MODE"] == "lama"
    assert defaults["X_REGIONS"] == "64.02"
    assert defaults["X_NAMES"] == "{}"
    assert defaults["X_BEGINS"] == ""
    assert defaults["X_LEASE"] == "PT30S"
    assert [setting.default for setting in describe_struct(Needed, "X_")] == [None, None, None]


def test_a_default_secret_is_described_by_its_mask():
    class Hidden(msgspec.Struct):
        password: Secret = Secret("rahasia")

    [setting] = describe_struct(Hidden, "X_")
    assert setting.default == "Secret(***)"


def written(value: Any) -> str:
    """A value as one would write it into the environment."""
    match value:
        case Secret():
            return value.reveal()
        case bool():
            return "ya" if value else "tidak"
        case tuple() | frozenset():
            return ",".join(map(written, value)) or ","
        case dict() | list():
            return msgspec.json.encode(value, enc_hook=Secret.reveal).decode()
        case None:
            return ""
        case _:
            return str(msgspec.to_builtins(value))


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
PLAIN = st.text("abc.0123", min_size=1)
SECRETS = TEXTS.map(Secret)
CONFIGS = st.builds(
    Config,
    url=TEXTS,
    batch=st.integers(1, 50),
    pause=st.floats(allow_nan=False, allow_infinity=False),
    upper=st.booleans(),
    style=st.sampled_from(["lama", "baru"]),
    mode=st.sampled_from(Mode),
    level=st.sampled_from(Level),
    regions=st.lists(PLAIN).map(tuple),
    levels=st.frozensets(st.integers(-9, 9)),
    names=st.dictionaries(TEXTS, TEXTS),
    rows=st.lists(st.integers(-9, 9)),
    begins=st.none() | st.dates(),
    seen=st.none() | st.datetimes(timezones=st.just(dt.UTC)),
    lease=st.timedeltas(dt.timedelta(0), dt.timedelta(days=99)),
    password=SECRETS,
    keys=st.dictionaries(PLAIN, SECRETS),
    note=st.none() | TEXTS.filter(bool),
)


FIELDS = [name for name in Config.__struct_fields__ if name != "ca_file"]


@given(CONFIGS)
def test_what_is_written_is_read(config: Config):
    environ = {f"X_{name.upper()}": written(getattr(config, name)) for name in FIELDS}
    assert read_struct(Config, environ, "X_") == (config, [])


@given(st.dictionaries(st.sampled_from(FIELDS), TEXTS.map(lambda text: f"@@{text}@@"), min_size=1))
def test_no_text_whatever_breaks_the_reading_or_is_repeated(texts: dict[str, str]):
    environ = {f"X_{name.upper()}": text for name, text in texts.items()}
    config, problems = read_struct(Config, environ, "X_")
    assert (config is None) == bool(problems)
    assert "@@" not in repr(problems)
