"""tests/cli/providers.py - what the command's tests know of each provider."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from programs import LyingServer, Sandbox

Size = tuple[int, int]


@dataclass(frozen=True)
class Provider:
    """A service as the command offers it."""
    name: str
    prefix: str  # of its API, behind the root
    root_variable: str
    create: str  # what is asked, with {verb} for the operation where it matters
    model: str
    key_variable: str | None = None
    keeps_jobs: bool = False
    most: int = 1  # pictures of one command
    most_per_request: int = 1
    draws: str = "image/png"
    price: float = 0.04
    seed: bool = False
    qualities: bool = False
    formats: tuple[str, ...] = ()  # a single one is no choice
    options: tuple[str, ...] = field(default=())  # what the command is given for it

    def at(self, server: Sandbox | LyingServer) -> list[str]:
        """Options that name it, and where it is."""
        return ["--provider", self.name, "--base-url", server.url, *self.options]

    def path(self, verb: str) -> str:
        return self.create.format(verb=verb)


IMAROUTER = Provider(
    "imarouter", "/v1", "IMAROUTER_BASE_URL", "/v1/image/seedream-4.5/{verb}", "seedream-4.5", "IMAROUTER_API_KEY",
    keeps_jobs=True, most=4, most_per_request=4, qualities=True, formats=("png", "jpeg", "webp"))
IMAROUTER_V1 = Provider(
    "imarouter-v1", "/v1", "IMAROUTER_BASE_URL", "/v1/images/generations", "doubao-seedream-4.5",
    "IMAROUTER_API_KEY", keeps_jobs=True, most=4, most_per_request=4, formats=("png", "jpeg"))
OPENROUTER = Provider(
    "openrouter", "/api/v1", "OPENROUTER_BASE_URL", "/api/v1/chat/completions", "bytedance-seed/seedream-4.5",
    "OPENROUTER_API_KEY", most=10, seed=True)
IMAGES = Provider(
    "openrouter-images", "/api/v1", "OPENROUTER_BASE_URL", "/api/v1/images", "bytedance-seed/seedream-4.5",
    "OPENROUTER_API_KEY", most=10, most_per_request=10, seed=True)
MODELARK = Provider(
    "modelark", "/api/v3", "ARK_BASE_URL", "/api/v3/images/generations", "seedream-4-5-251128", "ARK_API_KEY",
    most=15, most_per_request=15, draws="image/jpeg", formats=("jpeg",))
STAND_IN = Provider(
    "sandbox", "/v1", "SEEDREAM_SANDBOX_URL", "/v1/image/seedream-4.5/{verb}", "seedream-4.5", keeps_jobs=True,
    most=4, most_per_request=4, price=0, qualities=True, formats=("png", "jpeg", "webp"))

PROVIDERS = {each.name: each for each in (IMAROUTER, IMAROUTER_V1, OPENROUTER, IMAGES, MODELARK, STAND_IN)}
KEYED = {name: each for name, each in PROVIDERS.items() if each.key_variable}
KEEPING = {name: each for name, each in PROVIDERS.items() if each.keeps_jobs}
FORGETFUL = {name: each for name, each in PROVIDERS.items() if not each.keeps_jobs}


def each_way(values: Iterable[str] = ("",), providers: dict[str, Provider] = PROVIDERS) -> dict[str, tuple[Provider, str]]:
    """Every provider with every value."""
    return {f"{name} {value}".strip(): (provider, value) for name, provider in providers.items() for value in values}
