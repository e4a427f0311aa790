"""The composition root: wires the parts into one ASGI application."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any, Final, cast

from litestar import Litestar, Request, Response, Router
from litestar.datastructures import State
from litestar.di import Provide

from gateway.api import health, hooks, metrics, openapi
from gateway.api.admission import Admission
from gateway.api.challenges import Challenges
from gateway.api.door import Door
from gateway.api.guard import deny_by_default
from gateway.api.nameless import NamelessRefusals
from gateway.api.oauth.parts import OAuthParts
from gateway.api.oauth.routes import oauth_handlers
from gateway.api.problems import Problem, answer, as_gateway_error
from gateway.api.strict_request import StrictRequest
from gateway.api.v1 import (
    audit,
    audit_sample,
    batch,
    changes,
    exports,
    jobs,
    me,
    penduduk,
    ppks,
    statistik,
    subjects,
)
from gateway.api.v1 import systems as systems_api
from gateway.api.v1.audit_seals import SEAL_ROUTES
from gateway.api.v1.lookup_lane import LookupLane
from gateway.application.caller.authenticate import Authenticate
from gateway.application.caller.caller import Caller
from gateway.domain.errors import GatewayError, Unavailable
from gateway.domain.systems import AsgiApp, Scope
from gateway.exporting import Exporting
from gateway.infra.crypto import new_key
from gateway.infra.db.engine import STORE_AWAY
from gateway.infra.job_worker import JobWorker
from gateway.infra.oauth.tokens import Verifier
from gateway.infra.observing.log import configure_logging
from gateway.infra.observing.trouble import tell_operators
from gateway.infra.stopping import Stopping
from gateway.kit.loading import loaded
from gateway.parts import Parts, read_everything
from gateway.pushing import pushing
from gateway.syncing import syncing
from gateway.use_cases import (
    dependencies,
    feed_dependencies,
    forget_balikan,
    job_dependencies,
    lookup,
    push_dependencies,
    work_jobs,
)
from gateway.web.docs import docs_handlers

_METADATA_PATH: Final = "/.well-known/oauth-protected-resource"
Work = Callable[[], AbstractAsyncContextManager[None]]
"""What is done beside the server, for as long as the block lasts."""


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
        LookupLane(litestar, _admission(parts), lookup(parts)),
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
    worker = JobWorker(working.step, working.sweep, forget_balikan(parts).daily)
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
            dependencies(parts)
            | job_dependencies(parts, worker)
            | feed_dependencies(parts, admission, stopping)
            | push_dependencies(parts)
            | exporting.dependencies(exporter.wake)
        ),
        guards=[deny_by_default(admission)],
        exception_handlers={Exception: answer, **dict.fromkeys(STORE_AWAY, _store_away)},
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
            batch.push_batch,
            ppks.get_ppks,
            ppks.search_ppks,
            *exports.EXPORT_ROUTES,
            statistik.count_ppks,
            statistik.list_published,
            audit.list_entries,
            audit.count_entries,
            *SEAL_ROUTES,
            audit_sample.draw_sample,
            systems_api.list_systems,
            subjects.lookup_subject,
            me.get_me,
        ],
    )


def _provided(known: Mapping[str, Any]) -> dict[str, Provide]:
    provided = {
        name: Provide(_always(thing), sync_to_thread=False) for name, thing in known.items()
    }
    provided["caller"] = Provide(_caller, sync_to_thread=False)
    return provided


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
    beside = (parts.sealing, parts.cosigning, parts.stamping)
    async with AsyncExitStack() as working:
        for each in beside:
            await working.enter_async_context(each.working())
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
        if trouble is not None:
            tell_operators(trouble, state["request_id"])

    return done


def _as_error(exception: Exception) -> GatewayError:
    if not isinstance(exception, STORE_AWAY):
        return as_gateway_error(exception)
    away = Unavailable(
        "penyimpanan tidak tersedia / the store is away", code="store_unavailable", retry_after=5
    )
    away.__cause__ = exception
    return away


def _store_away(request: Request[Any, Any, Any], exception: Exception) -> Response[Problem]:
    return answer(request, _as_error(exception))
