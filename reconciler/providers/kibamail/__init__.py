"""Kibamail API v1: what its segments mean, and how to speak to it."""

from importlib import import_module
from typing import TYPE_CHECKING, cast

from reconciler.errors import Problem
from reconciler.providers.kibamail.convert import KibamailForm
from reconciler.providers.vendor import Options, Vendor

if TYPE_CHECKING:
    from reconciler.core.ports import Form, Provider
    from reconciler.providers.kibamail.speak import Kibamail
    from reconciler.web.transport import Transport

PREFIX = "kb_"


def credential_problem(secret: str, _options: Options) -> Problem | None:
    """Return what is wrong with a key: all of them begin alike. Source: the vendor's public source, on API keys."""
    if secret.startswith(PREFIX):
        return None
    hint = "make an API key in the workspace's settings, with the scopes to read and write segments"
    return Problem("credential-kind", f"the key does not start with `{PREFIX}`", hint=hint)


def form(options: Options) -> "Form":
    """Return the conversions; conditions are sent in the target's `dialect`."""
    return KibamailForm(options.get("dialect"))


def connect(transport: "Transport", _options: Options) -> "Provider":
    """Return the four verbs over this transport."""
    # NOTE: imported here since validating needs no pydantic.
    speak = import_module("reconciler.providers.kibamail.speak")
    return cast("type[Kibamail]", speak.Kibamail)(transport)


VENDOR = Vendor(
    name="kibamail",
    endpoint="https://api.kibamail.com/v1",
    requests_per_second=10,
    credential_env="KIBAMAIL_API_KEY",
    embedded_credential="kb_embedded",
    form=form,
    connect=connect,
    credential_problem=credential_problem,
    example={
        "name": "Subscribers in the US and Canada",
        "description": "subscribed contacts whose country is the US or Canada",
        "conditions": {
            "$and": [
                {"field": "status", "operator": "eq", "value": "SUBSCRIBED"},
                {"field": "country", "operator": "in", "value": ["US", "CA"]},
            ]
        },
    },
    always_there=frozenset({"email", "status", "createdAt", "updatedAt"}),
    example_options={"dialect": "field"},
)
