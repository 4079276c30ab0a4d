"""What every vendor gives: its name, defaults, pure conversions, and how to connect. Knows no vendor by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from reconciler.core.segment import Body
from reconciler.errors import Problem

if TYPE_CHECKING:
    from reconciler.core.ports import Form, Provider
    from reconciler.core.predicate import Predicate, Unclear
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
    - `meaning`: what a body means to a target with these options, as a predicate; total. None: nobody has said it yet.
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
    meaning: "Callable[[Body, Options], Predicate | Unclear] | None" = None
    headers: Callable[[str], Mapping[str, str]] = lambda _: {}
    example_endpoint: str = ""
    example_variables: Mapping[str, str] = field(default_factory=dict)
    example_options: Options = field(default_factory=dict)
