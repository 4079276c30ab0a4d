"""Qonversion API v4: what its segments mean, and how to speak to it."""

from typing import TYPE_CHECKING

from reconciler.errors import Problem
from reconciler.providers.qonversion.convert import QonversionForm
from reconciler.providers.vendor import Options, Vendor

if TYPE_CHECKING:
    from reconciler.core.ports import Provider
    from reconciler.web.transport import Transport

PREFIXES = {"production": "sk_", "sandbox": "test_sk_"}


def credential_problem(secret: str, options: Options) -> Problem | None:
    """Return what is wrong with a secret key: its prefix says production or sandbox, and so does the target.

    Source: the vendor's authentication page, and the authorization section of the create page.
    """
    kind = next((name for name, prefix in PREFIXES.items() if secret.startswith(prefix)), None)
    if kind is None:
        return Problem(
            "credential-kind",
            "the key starts with neither `sk_` (production) nor `test_sk_` (sandbox)",
            hint="v4 needs the project's Secret Key; the project key of the SDKs does not work",
        )
    environment = options.get("environment", kind)
    if environment != kind:
        return Problem(
            "credential-environment",
            f'the target says `environment = "{environment}"`, but the key is one for {kind}',
            hint=f"use a key that starts with `{PREFIXES[environment]}`, or correct the target's `environment`",
        )
    return None


def connect(transport: "Transport", _options: Options) -> "Provider":
    """Return the four verbs over this transport."""
    from reconciler.providers.qonversion.speak import Qonversion  # noqa: PLC0415 - validating needs no pydantic

    return Qonversion(transport)


FORM = QonversionForm()

VENDOR = Vendor(
    name="qonversion",
    endpoint="https://api.qonversion.io/v4",
    requests_per_second=5,
    credential_env="QONVERSION_SECRET_KEY",
    embedded_credential="test_sk_embedded",
    form=lambda _: FORM,
    connect=connect,
    credential_problem=credential_problem,
    example={
        "name": "Renewing subscribers",
        "conditions": [
            {"metric": "environment", "comparator": "eq", "value": "${environment}"},
            {"metric": "renewable", "comparator": "eq", "value": "1"},
        ],
    },
    example_variables={"environment": "prod"},
    example_options={"environment": "production"},
)
