"""Finds the adapters and connects them: every public folder of `adapters` that exports `spec`."""

import pkgutil
from collections.abc import Mapping
from contextlib import AsyncExitStack
from importlib import import_module

import msgspec

from gateway.domain.area_names import IndeksWilayah
from gateway.domain.systems import Capability, Outside, System, SystemSpec
from gateway.kit.clock import system_clock
from gateway.kit.env import EnvProblem, read_struct
from gateway.kit.http import HttpPools


class AdapterBroken(Exception):
    """A folder under `adapters` that is no adapter; the text says what is missing."""


def discover(package: str = "adapters") -> dict[str, SystemSpec]:
    """The calling cards by name, in the order of the names."""
    root = import_module(package)
    names = sorted(
        info.name
        for info in pkgutil.iter_modules(root.__path__)
        if info.ispkg and not info.name.startswith("_")
    )
    return {name: _spec(package, name) for name in names}


def _spec(package: str, name: str) -> SystemSpec:
    spec = getattr(import_module(f"{package}.{name}"), "spec", None)
    if not isinstance(spec, SystemSpec):
        raise AdapterBroken(f"{package}/{name}/__init__.py exports no `spec` of type SystemSpec")
    if spec.name != name:
        raise AdapterBroken(f"{package}/{name}: spec.name is {spec.name!r}, not the folder's name")
    return spec


def env_prefix(spec: SystemSpec) -> str:
    """What the system's settings begin with: `GATEWAY_SIKS_NG_`."""
    return f"GATEWAY_{spec.name.upper()}_"


def read_configs(
    specs: Mapping[str, SystemSpec], environ: Mapping[str, str]
) -> tuple[dict[str, msgspec.Struct], list[EnvProblem]]:
    """Each system's settings, and every problem in all of them."""
    configs: dict[str, msgspec.Struct] = {}
    problems: list[EnvProblem] = []
    for name, spec in specs.items():
        config, found = read_struct(spec.config, environ, env_prefix(spec))
        problems += found or _unfit(spec, config)
        if config is not None:
            configs[name] = config
    return configs, problems


def _unfit(spec: SystemSpec, config: msgspec.Struct | None) -> list[EnvProblem]:
    """Why the system could not be connected with this config; connecting makes no call."""
    if not getattr(config, "url", ""):
        return []
    nowhere = Outside(http=HttpPools(), clock=system_clock, wilayah=IndeksWilayah(()))
    try:
        spec.connect(config, nowhere)
    except ValueError as error:
        variable = f"{env_prefix(spec)}*"
        remedy = f"put {env_prefix(spec)} before the name told, in capitals, and change its value"
        return [EnvProblem(variable=variable, problem=str(error), remedy=remedy)]
    return []


class Systems:
    """The systems of this installation: their cards, settings and connections."""

    def __init__(
        self, specs: Mapping[str, SystemSpec], configs: Mapping[str, msgspec.Struct]
    ) -> None:
        self.specs = dict(specs)
        self.configs = dict(configs)
        self.connected: dict[str, System] = {}

    def connect(self, outside: Outside) -> None:
        """Connect every system whose `url` is set. Makes no network call."""
        for name, spec in self.specs.items():
            config = self.configs[name]
            if getattr(config, "url", ""):
                self.connected[name] = spec.connect(config, outside)

    def offering(self, capability: Capability) -> dict[str, System]:
        """The connected systems that offer a capability, by name."""
        return {
            name: system
            for name, system in self.connected.items()
            if getattr(system, capability.value, None) is not None
        }

    async def close(self) -> None:
        """Close every connection, also where closing one fails."""
        async with AsyncExitStack() as closing:
            for system in self.connected.values():
                closing.push_async_callback(system.close)
