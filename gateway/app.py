"""The composition root: wires the parts into one ASGI application."""

import hmac
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any, Final, cast

import structlog
from litestar import Litestar, Request, Response, Router
from litestar.datastructures import State
from litestar.di import Provide
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from gateway.api import health, hooks, metrics, openapi
from gateway.api.admission import Admission
from gateway.api.challenges import Challenges
from gateway.api.cursor import Cursors
from gateway.api.door import Door
from gateway.api.feed_cursor import FeedCursors
from gateway.api.guard import deny_by_default
from gateway.api.nameless import NamelessRefusals
from gateway.api.oauth.parts import OAuthParts
from gateway.api.oauth.routes import oauth_handlers
from gateway.api.problems import Problem, answer, as_gateway_error
from gateway.api.strict_request import StrictRequest
from gateway.api.v1 import changes, exports, jobs, me, penduduk, ppks, statistik, subjects
from gateway.api.v1 import systems as systems_api
from gateway.api.v1.lookup_lane import LookupLane
from gateway.application.ask_row import AskRow
from gateway.application.authenticate import Authenticate
from gateway.application.caller import Caller
from gateway.application.count_ppks import CountPpks
from gateway.application.describe_caller import DescribeCaller
from gateway.application.describe_systems import DescribeSystems
from gateway.application.follow_changes import FollowChanges
from gateway.application.follow_jobs import FollowJobs
from gateway.application.judge_elements import JudgeElements
from gateway.application.lookup_resident import LookupResident
from gateway.application.lookup_subject import LookupSubject
from gateway.application.read_job_results import ReadJobResults
from gateway.application.read_ppks import ReadPpks
from gateway.application.receive_messages import ReceiveMessages
from gateway.application.submit_job import JobLimits, SubmitJob
from gateway.application.verify_resident import VerifyResident
from gateway.application.waiting import Waiting
from gateway.application.work_jobs import WorkJobs
from gateway.domain.errors import GatewayError, Unavailable
from gateway.domain.outcome import UpstreamFailure
from gateway.domain.systems import AsgiApp, Scope
from gateway.exporting import Exporting
from gateway.infra.crypto import new_key
from gateway.infra.job_worker import JobWorker
from gateway.infra.log import configure_logging
from gateway.infra.ready import Readiness
from gateway.infra.stopping import Stopping
from gateway.infra.tokens import Verifier
from gateway.kit.loading import loaded
from gateway.parts import Parts, read_everything, subject_report
from gateway.pushing import pushing, read_changes
from gateway.syncing import syncing
from gateway.web.docs import docs_handlers

_LOG: Final = structlog.get_logger("gateway.access")
_METADATA_PATH: Final = "/.well-known/oauth-protected-resource"
Work = Callable[[], AbstractAsyncContextManager[None]]
"""What is done beside the server, for as long as the block lasts."""
_STORE_AWAY: Final = (OperationalError, InterfaceError, PoolTimeoutError)


def serve_from_environment() -> AsgiApp:
    """What the server process loads: everything from the environment."""
    settings, systems = read_everything()
    configure_logging(settings.log_format, settings.log_level)
    app = create_app(Parts(settings, systems))
    loaded()
    return app


def described() -> bytes:
    """The OpenAPI document of the whole gateway, both issuers included; opens no connection."""
    keys = {"GATEWAY_DATA_KEYS": f"doc:{new_key()}", "GATEWAY_INDEX_KEY": new_key()}
    settings, systems = read_everything(keys | {"GATEWAY_LEGACY_ISSUER": "true"})
    app = build_litestar(Parts(settings, systems))
    return openapi.encode_document(openapi.openapi_document(app))


def create_app(parts: Parts) -> AsgiApp:
    """The whole application behind its door."""
    litestar = cast("AsgiApp", build_litestar(parts))
    return Door(
        LookupLane(litestar, _admission(parts), _lookup(parts)),
        parts.audit,
        NamelessRefusals(parts.rates),
        parts.clock,
        _challenges(parts),
        parts.proxies.client_address,
        _as_error,
        _report(parts),
    )


def build_litestar(parts: Parts) -> Litestar:
    """The framework's application: routes, their dependencies, the guard and the error answers."""
    settings = parts.settings
    working = work_jobs(parts)
    worker = JobWorker(working.step, working.sweep)
    exporting = Exporting(parts)
    exporter = exporting.worker()
    admission, stopping = _admission(parts), Stopping()
    at_work: list[Work] = [partial(work, parts) for work in (_sealing, pushing, syncing)]
    at_work += [worker.working] if settings.jobs_worker else []
    at_work += [exporter.working] if settings.exports_worker else []
    return Litestar(
        route_handlers=[
            _version_one(),
            hooks.router,
            health.live,
            health.ready,
            metrics.metrics,
            openapi.openapi_json,
            *docs_handlers,
            *oauth_handlers(_oauth(parts)),
        ],
        dependencies=_provided(
            _dependencies(parts)
            | _job_dependencies(parts, worker)
            | _feed_dependencies(parts, admission, stopping)
            | exporting.dependencies(exporter.wake)
        ),
        guards=[deny_by_default(admission)],
        exception_handlers={Exception: answer, **dict.fromkeys(_STORE_AWAY, _store_away)},
        request_class=StrictRequest,
        openapi_config=openapi.openapi_config(),
        request_max_body_size=settings.max_body_bytes,
        logging_config=None,
        lifespan=[_lifespan(parts, stopping, at_work)],
        state=State({"challenges": _challenges(parts)}),
    )


def _admission(parts: Parts) -> Admission:
    foreign = () if parts.foreign is None else (parts.foreign.profile,)
    authenticate = Authenticate(
        Verifier(parts.issuers, parts.clock, foreign=parts.foreign),
        (*(issuer.profile for issuer in parts.issuers), *foreign),
        parts.clients,
        parts.revocations,
        parts.clock,
    )
    return Admission(authenticate, parts.holder, parts.client_rates, parts.settings.rate_per_minute)


def _challenges(parts: Parts) -> Challenges:
    metadata_url = parts.settings.public_url + _METADATA_PATH
    bearer = len(parts.issuers) > 1 or parts.foreign is not None or bool(parts.proxies)
    return Challenges(metadata_url, bearer=bearer)


def _oauth(parts: Parts) -> OAuthParts:
    strict, *legacy = parts.issuers
    return OAuthParts(
        strict=strict,
        legacy=legacy[0] if legacy else None,
        clients=parts.clients_to_prove,
        audit=parts.audit,
        nameless=NamelessRefusals(parts.rates),
        replay=parts.replay,
        tokens=Verifier(parts.issuers, parts.clock),
        revocations=parts.revocations,
        holder=parts.holder,
        certificates=bool(parts.proxies),
        rar_type=parts.settings.rar_type,
        foreign_issuer=None if parts.foreign is None else parts.foreign.profile.issuer,
        clock=parts.clock,
    )


def _version_one() -> Router:
    return Router(
        "/v1",
        route_handlers=[
            penduduk.lookup,
            penduduk.verify,
            *jobs.JOB_ROUTES,
            ppks.list_ppks,
            changes.list_changes,
            ppks.get_ppks,
            ppks.search_ppks,
            *exports.EXPORT_ROUTES,
            statistik.count_ppks,
            statistik.list_published,
            systems_api.list_systems,
            subjects.lookup_subject,
            me.get_me,
        ],
    )


def work_jobs(parts: Parts) -> WorkJobs:
    """What works lookup jobs off."""
    return WorkJobs(
        parts.job_queue,
        parts.clients,
        AskRow(parts.ask_registry, parts.hold_back, parts.quotas, parts.clock),
        parts.clock,
        concurrency=parts.settings.jobs_concurrency,
        lease=timedelta(seconds=parts.settings.jobs_lease),
    )


def _job_dependencies(parts: Parts, worker: JobWorker) -> dict[str, Any]:
    settings, clock = parts.settings, parts.clock
    limits = JobLimits(rows=settings.jobs_rows, open_jobs=settings.jobs_open)
    digest = partial(hmac.new, parts.keyring.derive("lookup job"), digestmod="sha256")
    return {
        "job_limits": limits,
        "submit": SubmitJob(parts.jobs, parts.audit, digest, limits, clock, worker.wake),
        "follow": FollowJobs(parts.jobs, parts.audit, parts.quotas, clock),
        "job_results": ReadJobResults(
            parts.jobs, parts.clients, parts.hold_back, parts.audit, parts.keyring, clock
        ),
    }


def _feed_dependencies(parts: Parts, admission: Admission, stopping: Stopping) -> dict[str, Any]:
    settings = parts.settings
    waiting = Waiting(settings.changes_waiting, settings.changes_waiting_of_a_grant)
    return {
        "follow_changes": FollowChanges(
            read_changes(parts),
            parts.audit,
            waiting,
            parts.clock,
            longest_wait=settings.changes_wait,
            stopping=stopping,
        ),
        "feed_cursors": FeedCursors(parts.keyring),
        "admission": admission,
    }


def _dependencies(parts: Parts) -> dict[str, Any]:
    clock = parts.clock
    pseudonyms = parts.keyring
    offering = parts.systems.offering
    judge = JudgeElements(
        parts.ask_registry,
        lambda: parts.areas,
        clock,
        allowed=parts.settings.verify_by_lookup,
        threshold=parts.settings.verify_threshold,
    )
    verify = VerifyResident(
        offering,
        parts.desk,
        judge,
        parts.forget_person,
        parts.hold_back,
        parts.audit,
        parts.quotas,
        pseudonyms,
        clock,
    )
    return {
        "lookup_resident": _lookup(parts),
        "verify_resident": verify,
        "read_ppks": ReadPpks(parts.ppks, parts.audit, parts.quotas, pseudonyms, clock),
        "count": CountPpks(parts.statistics, parts.audit, clock, parts.settings.smallest_cell),
        "lookup_subject": _lookup_subject(parts),
        "cursors": Cursors(parts.keyring),
        "describe_caller": DescribeCaller(parts.quotas, clock),
        "receive_messages": ReceiveMessages(offering, parts.imports),
        "check_readiness": Readiness(parts.database, parts.audit, parts.redis, parts.sealing),
        "metrics_text": parts.metrics_text,
        "systems": DescribeSystems(parts.systems.specs, parts.systems.connected, parts.desk, clock),
    }


def _provided(known: Mapping[str, Any]) -> dict[str, Provide]:
    provided = {
        name: Provide(_always(thing), sync_to_thread=False) for name, thing in known.items()
    }
    provided["caller"] = Provide(_caller, sync_to_thread=False)
    return provided


def _lookup(parts: Parts) -> LookupResident:
    return LookupResident(
        parts.ask_registry,
        parts.hold_back,
        parts.audit,
        parts.quotas,
        parts.keyring,
        parts.clock,
    )


def _lookup_subject(parts: Parts) -> LookupSubject:
    report = subject_report(parts)
    return LookupSubject(report, parts.audit, parts.quotas, parts.keyring, parts.clock)


def _always(thing: Any) -> Callable[[], Any]:
    def give() -> Any:
        return thing

    return give


def _caller(request: Request[Any, Any, Any]) -> Caller:
    return cast("Caller", request.scope["state"]["caller"])


def _lifespan(
    parts: Parts, stopping: Stopping, at_work: Sequence[Work]
) -> Callable[[Litestar], Any]:
    @asynccontextmanager
    async def live(_app: Litestar) -> AsyncIterator[None]:
        try:
            await parts.connect_systems()
            async with AsyncExitStack() as working:
                working.enter_context(stopping.listening())
                for work in at_work:
                    await working.enter_async_context(work())
                yield
        finally:
            await parts.close()

    return live


@asynccontextmanager
async def _sealing(parts: Parts) -> AsyncIterator[None]:
    if not parts.settings.audit_sealer:
        yield
        return
    async with parts.sealing.working(), parts.cosigning.working():
        yield


def _report(parts: Parts) -> Callable[[Scope, int, float], None]:
    """One log line and one metric per request: the route's template, never its path."""

    def done(scope: Scope, status: int, seconds: float) -> None:
        template = scope.get("path_template") or "unmatched"
        state = scope["state"]
        parts.metrics.request(scope["method"], template, status, seconds)
        caller = state.get("caller")
        error = state.get("error")
        parts.access_log.write(
            method=scope["method"],
            route=template,
            status=status,
            seconds=seconds,
            request_id=state["request_id"],
            client_id=None if caller is None else caller.client_id,
            code=None if error is None else error.code,
        )
        trouble = state.get("exception", error)
        if trouble is not None and _is_ours(trouble):
            _LOG.error("crash", request_id=state["request_id"], exc_info=trouble)

    return done


def _is_ours(trouble: Exception) -> bool:
    """Whether an operator must see where it came from; what upstreams do, their adapters log."""
    cause = trouble.__cause__ if isinstance(trouble, GatewayError) else trouble
    return cause is not None and not isinstance(cause, UpstreamFailure)


def _as_error(exception: Exception) -> GatewayError:
    if not isinstance(exception, _STORE_AWAY):
        return as_gateway_error(exception)
    away = Unavailable(
        "penyimpanan tidak tersedia / the store is away", code="store_unavailable", retry_after=5
    )
    away.__cause__ = exception
    return away


def _store_away(request: Request[Any, Any, Any], exception: Exception) -> Response[Problem]:
    return answer(request, _as_error(exception))
