"""All vendors by name; the one place that a new vendor is entered."""

from reconciler.providers.kibamail import VENDOR as KIBAMAIL
from reconciler.providers.push0 import VENDOR as PUSH0
from reconciler.providers.qonversion import VENDOR as QONVERSION
from reconciler.providers.unleash import VENDOR as UNLEASH
from reconciler.providers.vendor import Vendor

VENDORS: dict[str, Vendor] = {vendor.name: vendor for vendor in (QONVERSION, PUSH0, KIBAMAIL, UNLEASH)}
