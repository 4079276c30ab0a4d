"""What a condition means: a tree of All, Any, Not and Test, in which nothing is left to a vendor's habits.

A test looks at one field of a profile, and is false where the field is not there or has no reading of the kind that is
asked for. A vendor that sees that in another way says so in the tree, by Not and Any: then each reader of the tree, be
it an evaluator, a solver or a database, needs to know this one rule and no vendor.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import TypeAlias

from reconciler.core.segment import Json

Profile: TypeAlias = Mapping[str, Json]
"""What is known of one user at one moment: values by field. A field that is missing or null is not there.

The moment is a field like any other, put in by whoever evaluates: nothing here asks a clock.
"""


class Cast(Enum):
    """What a text is read as, before it is compared; `reading` has one function for each."""

    NUMBER = "a number, as JavaScript's `Number()` reads it"
    VERSION = "a version, by the precedence of semver.org"
    TIME = "a point of time with its zone, to the millisecond"


class Relation(StrEnum):
    """How what the profile has stands to what the condition says."""

    LESS = "<"
    AT_MOST = "<="
    EQUAL = "="
    AT_LEAST = ">="
    MORE = ">"


class Where(Enum):
    """Where in a text another one is looked for."""

    START = "at its start"
    END = "at its end"
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field's text is one of these. `lowered`: both sides are put into lower case first, in no language's way."""

    texts: tuple[str, ...]
    lowered: bool = False


@dataclass(frozen=True, slots=True)
class Has:
    """The field's text has another one in it, without wildcards; of `lowered` as in OneOf."""

    where: Where
    text: str
    lowered: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A regular expression of RE2 is found somewhere in the field's text. `folded`: as with RE2's own `(?i)`."""

    pattern: str
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """The field's text and `operand`, both read alike, stand in this relation; false where either has no reading."""

    cast: Cast
    relation: Relation
    operand: str


Check: TypeAlias = OneOf | Has | Found | Compared


@dataclass(frozen=True, slots=True)
class Test:
    """One field passes a check. False of a field that is not there, and of one that holds a list or an object."""

    field: str
    check: Check


@dataclass(frozen=True, slots=True)
class Not:
    """The part is false. There is no third truth value: see Test."""

    part: "Predicate"


@dataclass(frozen=True, slots=True)
class All:
    """Each part is true; true of everybody where there is none."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part is true; true of nobody where there is none."""

    parts: tuple["Predicate", ...]


Predicate: TypeAlias = All | Any | Not | Test


@dataclass(frozen=True, slots=True)
class Unclear:
    """What stands in place of a predicate where nobody can say what the vendor makes of a body, and why not."""

    why: str
