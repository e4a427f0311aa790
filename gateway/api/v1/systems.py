"""`/v1/systems`: the outside systems and their state."""

from litestar import get
from litestar.di import NamedDependency

from gateway.api.problems import PROTECTED, documented
from gateway.api.v1.envelope import Page
from gateway.application.admin.describe_systems import DescribeSystems, KeadaanSistem
from gateway.domain.grant import Scope


@get(
    "/systems",
    scope=Scope.SYSTEMS_READ.value,
    operation_id="listSystems",
    summary="List the outside systems",
    description="What each can do, whether it is connected, its breakers, its quota and its hours.",
    tags=["systems"],
    responses=documented(*PROTECTED),
)
async def list_systems(systems: NamedDependency[DescribeSystems]) -> Page[KeadaanSistem]:
    """Every system."""
    return Page(items=await systems(), next_cursor=None)
