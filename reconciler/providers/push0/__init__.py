"""Push0 REST API v1: what its segments mean, and how to speak to it."""

from importlib import import_module
from typing import TYPE_CHECKING, cast

from reconciler.providers.push0.convert import Push0Form
from reconciler.providers.vendor import Options, Vendor

if TYPE_CHECKING:
    from reconciler.core.ports import Form, Provider
    from reconciler.providers.push0.speak import Push0
    from reconciler.web.transport import Transport


def form(options: Options) -> "Form":
    """Return the conversions; segments can be deleted where the target says how (`delete`)."""
    return Push0Form(deletes="delete" in options)


def connect(transport: "Transport", options: Options) -> "Provider":
    """Return the four verbs over this transport; `delete` says where a deletion has its id."""
    # NOTE: imported here since validating needs no pydantic.
    speak = import_module("reconciler.providers.push0.speak")
    return cast("type[Push0]", speak.Push0)(transport, options.get("delete"))


def embedded_switches(options: Options) -> tuple[str, ...]:
    """Return that the emulator deletes in the way that the target chose, if it chose one."""
    return tuple(f"delete_style={style}" for name, style in options.items() if name == "delete")


VENDOR = Vendor(
    name="push0",
    endpoint="https://api.push0.com/v1",
    requests_per_second=2,
    credential_env="PUSH0_API_KEY",
    embedded_credential="push0_embedded",
    form=form,
    connect=connect,
    credential_problem=lambda _secret, _options: None,
    example={
        "name": "Phones in Poland",
        "description": "phones whose country is Poland",
        "constraints": [
            {
                "type": "AND",
                "constraints": [
                    {"field": "country", "relation": "==", "value": "PL"},
                    {"field": "type", "relation": "==", "value": "phone"},
                ],
            }
        ],
    },
    embedded_switches=embedded_switches,
    headers=lambda _: {"Content-Type": "application/json"},
)
