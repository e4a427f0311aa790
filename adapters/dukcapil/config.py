"""The settings of one deployment: nothing of the protocol is certain enough to be a constant."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gateway.kit.secret import Secret


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What the agreement (PKS) and the technical annex of one user say.

    Clock times and dates are those of Jakarta (WIB). An element is a wire name such as `NAMA_LGKP`.
    """

    # Where
    url: Annotated[
        str, Meta(description="Scheme, host and port, such as https://10.1.2.3:8000; empty = off")
    ] = ""
    path: Annotated[
        str, Meta(description="Path of a call; {who}, {unit} and {method} are filled in")
    ] = "/dukcapil/get_json/{who}/{method}"
    who: Annotated[
        str, Meta(description="Institution name, 15-digit customer id, or PP-KK of a region")
    ] = ""
    unit: Annotated[str, Meta(description="Unit of a regional user, where the path has {unit}")] = (
        ""
    )
    lookup_method: Annotated[
        str, Meta(description="Provisioned method of the lookup: CALL_NIK, GET_NIK, BYNIK ...")
    ] = "CALL_NIK"
    verify_method: Annotated[str, Meta(description="Provisioned method of the verification")] = (
        "CALL_VERIFY_BY_ELEMEN"
    )
    ca_file: Annotated[
        str,
        Meta(description="PEM bundle the server's certificate must chain to; empty = machine's"),
    ] = ""

    # Who we are
    user_id: Annotated[str, Meta(description="User id, sent in the body")] = ""
    password: Annotated[Secret, Meta(description="Password, sent in the body")] = Secret("")
    ip_source: Annotated[
        Literal["fixed", "caller", "none"],
        Meta(description="IP field holds ip_value, the end user's address, or is left out"),
    ] = "fixed"
    ip_value: Annotated[
        str, Meta(description="Registered IP; also stands in for an unknown end user's address")
    ] = ""
    basic_header: Annotated[
        bool, Meta(description="Also send user id and password as a Basic header")
    ] = False
    api_key: Annotated[Secret, Meta(description="Key of an institution's own relay")] = Secret("")
    api_key_header: Annotated[str, Meta(description="Header that carries api_key")] = "APIKEY"

    # How a request is written
    lookup_allowed: Annotated[
        bool, Meta(description="The agreement grants full records; otherwise only verification")
    ] = False
    verify_allowed: Annotated[
        bool, Meta(description="The agreement grants verification; otherwise only full records")
    ] = True
    lookup_variant: Annotated[
        Literal["body", "query"], Meta(description="Lookup keys as a JSON body or a query string")
    ] = "body"
    lookup_keys: Annotated[
        dict[str, str], Meta(description="Spelling of NIK, USER_ID, PASSWORD in a lookup")
    ] = {}
    verify_keys: Annotated[
        dict[str, str],
        Meta(description="Spelling of USER_ID, PASSWORD and elements in a verification"),
    ] = {}
    ip_field: Annotated[str, Meta(description="Name of the IP field in both calls")] = "IP_USER"
    threshold_field: Annotated[str, Meta(description="Name of the threshold field")] = "TRESHOLD"
    threshold: Annotated[
        int, Meta(ge=0, le=100, description="Score 0-100 from which a text is Sesuai")
    ] = 80
    threshold_type: Annotated[
        Literal["text", "number"], Meta(description="JSON type of the threshold")
    ] = "text"
    request_date_format: Annotated[
        Literal["dd-mm-yyyy", "yyyy-mm-dd"], Meta(description="How TGL_LHR is written")
    ] = "dd-mm-yyyy"
    gender_male: Annotated[str, Meta(description="JENIS_KLMIN of a man")] = "Laki-Laki"
    gender_female: Annotated[str, Meta(description="JENIS_KLMIN of a woman")] = "Perempuan"
    region_padding: Annotated[
        bool, Meta(description="Write NO_RT, NO_RW and region numbers with leading zeros")
    ] = False
    verify_elements: Annotated[
        tuple[str, ...], Meta(description="Elements the agreement lets us compare; empty = all")
    ] = ()

    # How an answer is read
    answer_style: Annotated[
        Literal["codes", "texts"],
        Meta(description="Error style of the deployment: RESPONSE_CODE (new) or RESPON text (old)"),
    ] = "codes"
    lookup_elements: Annotated[
        tuple[str, ...], Meta(description="Elements the agreement lets us keep; empty = all")
    ] = ()
    aliases: Annotated[
        dict[str, str], Meta(description="Further field names of answers: theirs -> NAMA_LGKP etc.")
    ] = {}
    codes: Annotated[
        dict[str, str], Meta(description="Further RESPONSE_CODEs: two digits -> outcome")
    ] = {}
    texts: Annotated[dict[str, str], Meta(description="Further answer texts: text -> outcome")] = {}
    duplicate_policy: Annotated[
        Literal["accept", "reject"], Meta(description="Pass on the data of a duplicate (code 12)")
    ] = "reject"

    # The agreement
    pks_number: Annotated[str, Meta(description="Number of the agreement, for messages")] = ""
    pks_expires: Annotated[
        str, Meta(description="Last day of the agreement, YYYY-MM-DD; empty = not watched")
    ] = ""
    access_hours: Annotated[
        str,
        Meta(description="Daily window such as 08:00-16:00, no calls outside it; empty = always"),
    ] = ""
    daily_quota: Annotated[int, Meta(ge=0, description="Calls per day; 0 = unknown")] = 0
    quota_resets_at: Annotated[str, Meta(description="Clock time at which a new quota begins")] = (
        "00:00"
    )
    quota_alarm_below: Annotated[
        int, Meta(ge=0, description="Warn when the remaining quota reaches this; 0 = never")
    ] = 27_000
    quota_alarm_step: Annotated[
        int, Meta(ge=0, description="Warn again at every further step below; 0 = only once")
    ] = 2_000

    # Feedback (data balikan)
    feedback_url: Annotated[str, Meta(description="Host of the feedback; empty = url")] = ""
    feedback_path: Annotated[str, Meta(description="Path of the feedback")] = (
        "/databalikan/api/store"
    )
    feedback_token: Annotated[
        Secret, Meta(description="Bearer token of the feedback; empty = no feedback")
    ] = Secret("")
    feedback_form: Annotated[
        Literal["a", "b"], Meta(description="Body: a = multipart form per person, b = JSON array")
    ] = "b"
    feedback_done_texts: Annotated[
        tuple[str, ...], Meta(description="Further texts that mean stored")
    ] = ()
    feedback_repeat_texts: Annotated[
        tuple[str, ...], Meta(description="Further texts that mean stored before")
    ] = ()
    id_lembaga: Annotated[str, Meta(description="Institution code given by Dukcapil")] = ""
    nama_lembaga: Annotated[str, Meta(description="Institution name given by Dukcapil")] = ""

    # Bounds
    connect_timeout: Annotated[float, Meta(gt=0, description="Seconds to connect")] = 5.0
    read_timeout: Annotated[float, Meta(gt=0, description="Seconds to wait for an answer")] = 10.0
    feedback_timeout: Annotated[
        float, Meta(gt=0, description="Seconds to wait for a feedback answer")
    ] = 30.0
    max_concurrency: Annotated[int, Meta(ge=1, description="Calls at the same time")] = 8
    breaker_pause: Annotated[
        float,
        Meta(ge=0, description="Seconds without calls after refused credentials or many failures"),
    ] = 60.0
