"""`/v1/me`: what this token may do."""

from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency

from gateway.api.guard import ANY
from gateway.api.problems import PROTECTED, documented
from gateway.api.v1.envelope import Single, meta_of
from gateway.application.caller.caller import Caller
from gateway.application.caller.describe_caller import Aku, DescribeCaller


@get(
    "/me",
    scope=ANY,
    operation_id="getMe",
    summary="What this token may do",
    description="The grant, its attributes, areas and categories, and what is left of the quota.",
    tags=["me"],
    responses=documented(*PROTECTED),
)
async def get_me(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    describe_caller: NamedDependency[DescribeCaller],
) -> Single[Aku]:
    """The caller's rights."""
    data = await describe_caller(caller)
    return Single(data=data, meta=meta_of(request))
