"""What every vendor gives: its name, defaults, pure conversions, and how to connect. Knows no vendor by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias, cast

from reconciler.core.segment import Body
from reconciler.errors import Problem

if TYPE_CHECKING:
    from reconciler.core.ports import Form, Provider
    from reconciler.core.predicate import Stated, Unclear
    from reconciler.web.transport import Transport

Options: TypeAlias = Mapping[str, str]
"""What a target says of settings that only its vendor has; those marked `x-provider` in the schema of the config."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """One entry of the registry.

    - `endpoint`: the vendor's own, or empty where each instance has one, such as `example_endpoint`: then the schema of
      the configuration asks for it. `credential_env`: the usual name of the variable that holds a key.
    - `embedded_credential`: what the emulator in this process accepts.
    - `embedded_switches`: how that emulator answers the vendor's open questions where a target has these options.
    - `form`, `connect`: the conversions and the verbs of a target with these options.
    - `headers`: what is sent with every request, of a key, beside or in place of a bearer token.
    - `credential_problem`: checks a key without sending it.
    - `always_there`: the fields of a profile that are never missing.
    - `clock`: which of these is the time of the evaluation, if the vendor compares with that.
    - `example`: a definition to start from; `example_variables` are those that it uses, and `example_options` what a
      target in production is advised to say.
    """

    name: str
    endpoint: str
    requests_per_second: float
    credential_env: str
    embedded_credential: str
    form: "Callable[[Options], Form]"
    connect: "Callable[[Transport, Options], Provider]"
    credential_problem: Callable[[str, Options], Problem | None]
    example: Body
    embedded_switches: Callable[[Options], tuple[str, ...]] = lambda _: ()
    always_there: frozenset[str] = frozenset()
    clock: str = ""
    headers: Callable[[str], Mapping[str, str]] = lambda _: {}
    example_endpoint: str = ""
    example_variables: Mapping[str, str] = field(default_factory=dict)
    example_options: Options = field(default_factory=dict)

    def meaning(self, body: Body, options: Options) -> "tuple[Stated, ...] | Unclear":
        """Return what a body means to a target with these options: conditions that must all hold. Total."""
        module = import_module(f"reconciler.providers.{self.name}.meaning")
        return cast("Callable[[Body, Options], tuple[Stated, ...] | Unclear]", module.meaning)(body, options)
