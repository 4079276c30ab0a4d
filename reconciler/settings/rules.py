"""What is wrong with a configuration that its schema allows: one setting beside another, an address, a folder."""

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from reconciler.errors import Problem
from reconciler.intake.schema import Locate, nearest, schema

CONFIG_NAME = "reconciler.toml"
EMBEDDED = "embedded"


def beyond_schema(data: Mapping[str, Any], locate: Locate) -> list[Problem]:
    """Return what is wrong with data that the schema allows."""
    problems = []
    default = data.get("default_target")
    if default is not None and default not in data["targets"]:
        known = ", ".join(f"`{name}`" for name in sorted(data["targets"]))
        problems.append(
            Problem(
                "unknown-target",
                f"`default_target` names `{default}`, which is not configured",
                locate(("default_target",)),
                nearest(default, data["targets"], f"the targets are {known}"),
            )
        )
    problems.extend(_unknown_codes(data.get("findings", {}), locate))
    for name, table in data["targets"].items():
        problems.extend(_endpoint_problems(name, table, locate))
        problems.extend(_foreign_options(name, table, locate))
        if not math.isfinite(rate := table.get("limits", {}).get("requests_per_second", 1)):
            pointer = ("targets", name, "limits", "requests_per_second")
            hint = "write how many requests are sent in a second, or leave it out for the provider's own limit"
            problems.append(Problem("out-of-range", f"`{pointer[-1]}` is {rate}", locate(pointer), hint))
        problems.extend(_uncounted(name, table, locate))
        folder = Path(os.path.normpath(table["definitions"]))
        if folder.is_absolute() or folder.parts[:1] == (os.pardir,):
            message = f"target `{name}`: the definitions lie outside the folder of `{CONFIG_NAME}`"
            hint = "name a folder below it, such as `segments/qonversion`"
            problems.append(Problem("definitions-outside", message, locate(("targets", name, "definitions")), hint))
    return problems


def _unknown_codes(findings: Mapping[str, Any], locate: Locate) -> list[Problem]:
    """Return what is wrong with rules about findings: codes that there are not."""
    rules: list[tuple[str, ...]] = [("findings", code) for code in findings if code != "files"]
    rules += [("findings", "files", glob, code) for glob, codes in findings.get("files", {}).items() for code in codes]
    if not rules:
        return []
    from reconciler.catalogue import entries  # noqa: PLC0415 - few configurations have rules

    known, hint = entries(), "`reconciler explain` lists all codes"
    return [
        Problem(
            "unknown-code", f"there is no code `{rule[-1]}`", locate(rule, on_key=True), nearest(rule[-1], known, hint)
        )
        for rule in rules
        if rule[-1] not in known
    ]


def _foreign_options(name: str, table: Mapping[str, Any], locate: Locate) -> list[Problem]:
    return [
        Problem(
            "setting-elsewhere",
            f"target `{name}`: `{option}` is a setting of {provider}, and this target is on {table['provider']}",
            locate(("targets", name, option), on_key=True),
            "take it out: it would have no effect",
        )
        for option, provider in provider_options().items()
        if option in table and provider != table["provider"]
    ]


def _endpoint_problems(name: str, table: Mapping[str, Any], locate: Locate) -> list[Problem]:
    endpoint = table.get("endpoint")
    if endpoint == EMBEDDED:
        return []
    problems = []
    if endpoint is not None and (reason := _url_problem(endpoint)):
        problems.append(
            Problem(
                "bad-endpoint",
                f"target `{name}`: the endpoint {reason}",
                locate(("targets", name, "endpoint")),
                "write the root of the API, such as `https://api.example.com/v4`, or `embedded`",
            )
        )
    if "credential_env" not in table:
        problems.append(
            Problem(
                "credential-unnamed",
                f"target `{name}` has no `credential_env`",
                locate(("targets", name), on_key=True),
                "name the environment variable that holds the vendor's key; only the embedded endpoint needs none",
            )
        )
    return problems


def _uncounted(name: str, table: Mapping[str, Any], locate: Locate) -> list[Problem]:
    audience, limits = table.get("audience"), table.get("limits", {})
    if audience is None and "max_audience_change" in limits:
        words = f"target `{name}` has a `max_audience_change`, and no table `audience` that says where its users are"
        place = locate(("targets", name, "limits", "max_audience_change"), on_key=True)
        hint = f'add `[targets.{name}.audience]` with a `source`, such as `source = "users.parquet"`'
        return [Problem("audience-unconfigured", words, place, hint)]
    if audience is not None and ("source" in audience) == ("source_env" in audience):
        words = f"target `{name}`: `audience` needs one of `source` and `source_env`"
        hint = "write a file pattern or an address as `source`, or name the variable that holds it as `source_env`"
        return [Problem("audience-unconfigured", words, locate(("targets", name, "audience"), on_key=True), hint)]
    return []


def _url_problem(endpoint: str) -> str:
    try:
        parts = urlsplit(endpoint)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return "is not a URL"
    if any(character.isspace() or not character.isprintable() for character in endpoint):
        return "holds a space or a character that cannot be seen"
    if parts.username or parts.password:
        return "holds a user name or password, which belongs into an environment variable"
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_fine:
        return "is neither an http(s) URL nor `embedded`"
    if parts.query or parts.fragment:
        return "holds a query or a fragment"
    return ""


def provider_options() -> dict[str, str]:
    """Return the settings that only one provider has, each with that provider, as the schema marks them."""
    members = schema("config")["$defs"]["target"]["properties"]
    return {name: rule["x-provider"] for name, rule in members.items() if "x-provider" in rule}
