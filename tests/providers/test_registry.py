"""Every place that lists the vendors lists the same ones."""

import pytest

from reconciler.definitions.variables import substituted
from reconciler.emulator import PROVIDERS
from reconciler.intake.schema import schema, waves_through
from reconciler.providers.registry import VENDORS
from reconciler.providers.vendor import Vendor


def test_every_vendor_is_known_everywhere() -> None:
    """A vendor in the registry has an emulator and is allowed in `reconciler.toml`, and no other is."""
    target = schema("config")["properties"]["targets"]["additionalProperties"]
    target = schema("config")["$defs"][target["$ref"].rsplit("/", 1)[1]] if "$ref" in target else target

    assert set(VENDORS) == set(PROVIDERS) == set(target["properties"]["provider"]["enum"])


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
def test_a_vendor_without_an_endpoint_asks_for_one(vendor: Vendor) -> None:
    """Where each instance has its own, the configuration must name it, and `init` shows one as it may be."""
    target = {"provider": vendor.name, "definitions": "segments", "credential_env": "KEY"}
    allowed = waves_through(schema("config"), {"targets": {"a": target}})

    assert (bool(vendor.endpoint), not vendor.endpoint) == (allowed, bool(vendor.example_endpoint))


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
def test_every_vendor_s_example_is_a_definition(vendor: Vendor) -> None:
    """What `reconciler init` writes is valid, and has a name by which it is matched."""
    rules = schema(f"{vendor.name}.segment")

    assert "name" in rules["required"]
    assert waves_through(rules, dict(vendor.example))
    form = vendor.form(vendor.example_options)
    body, unresolved = substituted(dict(vendor.example), vendor.example_variables)
    assert unresolved == []
    assert [*form.findings(body), *form.unchecked(body)] == []
