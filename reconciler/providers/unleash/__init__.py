"""Unleash's admin API for segments: what they mean, and how to speak to it."""

import re
from importlib import import_module
from typing import TYPE_CHECKING, cast

from reconciler.errors import Problem
from reconciler.providers.unleash.convert import UnleashForm
from reconciler.providers.vendor import Options, Vendor

if TYPE_CHECKING:
    from reconciler.core.ports import Provider
    from reconciler.providers.unleash.speak import Unleash
    from reconciler.web.transport import Transport

FOR_CLIENTS = re.compile(r"[^:.]+:(?!\*\.)[^:.]+\..+")
"""A project or `*`, an environment and a secret: what applications have, which may read flags and nothing else."""


def credential_problem(secret: str, _options: Options) -> Problem | None:
    """Return what is wrong with a token: one of an application is not for the admin API.

    Source: the vendor's page on API tokens and client keys.
    """
    if FOR_CLIENTS.fullmatch(secret):
        return Problem(
            "credential-kind",
            "the token is one of an application, for the flags of one environment",
            hint="the admin API needs an admin's token: one of `INIT_ADMIN_API_TOKENS`, or of an admin's account",
        )
    return None


def connect(transport: "Transport", _options: Options) -> "Provider":
    """Return the four verbs over this transport."""
    # NOTE: imported here since validating needs no pydantic.
    speak = import_module("reconciler.providers.unleash.speak")
    return cast("type[Unleash]", speak.Unleash)(transport)


FORM = UnleashForm()

VENDOR = Vendor(
    name="unleash",
    endpoint="",
    example_endpoint="https://unleash.example.com/api/admin",
    requests_per_second=10,
    credential_env="UNLEASH_TOKEN",
    embedded_credential="*:*.unleash-embedded",
    form=lambda _: FORM,
    connect=connect,
    credential_problem=credential_problem,
    always_there=frozenset({"currentTime"}),
    clock="currentTime",
    headers=lambda secret: {"Authorization": secret},
    example={
        "name": "Web since the relaunch",
        "description": "users of the web application, from the relaunch on",
        "constraints": [
            {"contextName": "appName", "operator": "STR_STARTS_WITH", "values": ["web-"]},
            {"contextName": "currentTime", "operator": "DATE_AFTER", "value": "2026-01-31T12:00:00Z"},
        ],
    },
)
