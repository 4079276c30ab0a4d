"""What every vendor gives: its name, defaults, pure conversions, and how to connect. Knows no vendor by name."""

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.core.ports import Form, Provider
from reconciler.core.segment import Body
from reconciler.errors import Problem
from reconciler.providers.transport import Transport


@dataclass(frozen=True, slots=True)
class Vendor:
    """One entry of the registry. `endpoint` is the vendor's own; `credential_problem` checks a key without sending it.

    `embedded_credential` is what the emulator in this process accepts; `example` is a definition to start from, which
    may use the variable `environment`.
    """

    name: str
    endpoint: str
    requests_per_second: float
    embedded_credential: str
    form: Form
    example: Body
    connect: Callable[[Transport], Provider]
    credential_problem: Callable[[str, str | None], Problem | None]
