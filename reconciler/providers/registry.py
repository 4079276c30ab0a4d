"""All vendors by name; the one place that a new vendor is entered. Each is imported when it is asked for."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final

from reconciler.providers.vendor import Vendor

_MODULES: Final = {name: f"reconciler.providers.{name}" for name in ("qonversion", "push0", "kibamail", "unleash")}


class _Vendors(Mapping[str, Vendor]):
    """The vendors by name: a run has to do with one or two of them, and need not wait for the others' rules."""

    def __getitem__(self, name: str) -> Vendor:
        vendor: Vendor = import_module(_MODULES[name]).VENDOR
        return vendor

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


VENDORS: Final[Mapping[str, Vendor]] = _Vendors()
