"""Vendors in a small way: their documented APIs as WSGI apps over one store, read from the vendors' pages alone.

Knows which vendors can be emulated, and loads an app only when it is asked for. Must never know a provider.
"""

import difflib
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from os import PathLike
from typing import TYPE_CHECKING, Any, Final, cast

from reconciler.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from reconciler.emulator.app import Emulator
    from reconciler.emulator.switches import Switches
    from reconciler.emulator.vendor import Vendor

_VENDORS: Final = {
    "qonversion": "reconciler.emulator.qonversion",
    "push0": "reconciler.emulator.push0",
    "kibamail": "reconciler.emulator.kibamail",
    "unleash": "reconciler.emulator.unleash",
}

PROVIDERS: Final = tuple(_VENDORS)


def make_app(
    provider: str,
    store: str | PathLike[str] | None = None,
    switches: "Switches | None" = None,
    *,
    clock: Callable[[], float] = time.time,  # noqa: TID251 - the vendor's clock, which is not the pipeline's
) -> "Emulator":
    """Return a vendor's app over the store in a file, made with its folders where it is missing, or in memory for None.

    The clock gives Unix seconds. Raises `InvalidInput` for a provider without an emulator, and `VendorFailure` for a
    store that is damaged or cannot be opened.
    """
    from reconciler.emulator.app import Emulator  # noqa: PLC0415 - a web framework that naming the vendors does not need
    from reconciler.emulator.store import Store  # noqa: PLC0415 - as above

    vendor = _vendor(provider)
    return Emulator(vendor, Store(store, provider, vendor.seed), switches or vendor.switches(), clock)


def parse_switches(provider: str, settings: Iterable[str]) -> "Switches":
    """Return a vendor's switches as texts such as `name=value` set them; raises `InvalidInput` for what is wrong."""
    return cast("Switches", _vendor(provider).switches.parse(settings))


def _vendor(provider: str) -> "Vendor[Any]":
    if provider not in _VENDORS:
        near = difflib.get_close_matches(provider, PROVIDERS, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"one of {', '.join(f'`{name}`' for name in PROVIDERS)}"
        message = f"provider `{provider}`: there is no emulator for it"
        raise InvalidInput(Problem(code="unknown-provider", message=message, hint=hint))
    return cast("Vendor[Any]", import_module(_VENDORS[provider]).VENDOR)
