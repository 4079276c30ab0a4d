"""The eighteen operators of Unleash's constraints, and what each of them reads. Must never judge a body.

Source: the schema of a constraint in the API's OpenAPI document, and the vendor's page on constraints.
"""

from enum import Enum


class Kind(Enum):
    """What an operator compares with, as it stands in a sentence."""

    NUMBER = "a number"
    DATE = "a date and time"
    VERSION = "a version"
    PATTERN = "a regular expression"


MANY = frozenset({"IN", "NOT_IN", "STR_CONTAINS", "STR_ENDS_WITH", "STR_STARTS_WITH"})
"""The operators that read `values`, of which any one will do. All others read the one `value`."""

ONE = {
    **dict.fromkeys(("NUM_EQ", "NUM_GT", "NUM_GTE", "NUM_LT", "NUM_LTE"), Kind.NUMBER),
    **dict.fromkeys(("DATE_AFTER", "DATE_BEFORE"), Kind.DATE),
    **dict.fromkeys(("SEMVER_EQ", "SEMVER_GT", "SEMVER_GTE", "SEMVER_LT", "SEMVER_LTE"), Kind.VERSION),
    "REGEX": Kind.PATTERN,
}
OPERATORS = MANY | ONE.keys()
CASELESS = frozenset(operator for operator, kind in ONE.items() if kind is not Kind.PATTERN)
"""The operators that compare no letters, so that `caseInsensitive` says nothing."""

STANDARD = ("appName", "currentTime", "environment", "remoteAddress", "sessionId", "userId")
"""The fields that every context has, whether an instance lists them or not."""

CLOCK = "currentTime"


def operator_of(constraint: object) -> str | None:
    """Return the operator of a constraint, or None where it has none that is known."""
    found = constraint.get("operator") if isinstance(constraint, dict) else None
    return found if isinstance(found, str) and found in OPERATORS else None
