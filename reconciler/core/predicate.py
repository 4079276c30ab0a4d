"""What a condition means: a tree of All, Any, Not and Test, in which nothing is left to a vendor's habits.

A test looks at one field of a profile, and is false where the field is not there or has no reading of the kind that is
asked for; of a list only `Present`, `Holds` and `Filled` say anything. A vendor that sees that in another way says so
in the tree, by Not and Any: then each reader of the tree, be it an evaluator, a solver or a database, needs to know
this one rule and no vendor.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any as Anything
from typing import TypeAlias, assert_never

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
    DECIMAL = "a decimal number: a sign, digits, a point and an exponent, with no blanks around it"
    WHOLE = "a whole number: a sign and at most 19 digits"
    TEXT = "a text, by the code points of its characters"


class Relation(StrEnum):
    """How what the profile has stands to what the condition says."""

    LESS = "<"
    AT_MOST = "<="
    EQUAL = "="
    AT_LEAST = ">="
    MORE = ">"


NUMERIC = frozenset({Cast.NUMBER, Cast.DECIMAL, Cast.WHOLE})
"""The casts by which a text is a number."""

ORDER: Mapping[Relation, Callable[[Anything, Anything], Anything]] = {
    Relation.LESS: operator.lt,
    Relation.AT_MOST: operator.le,
    Relation.EQUAL: operator.eq,
    Relation.AT_LEAST: operator.ge,
    Relation.MORE: operator.gt,
}
"""What says of two values, or of two expressions of an engine, whether they stand in a relation."""


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
    members: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make a set of the texts, of which there can be thousands."""
        lowered = (text.lower() for text in self.texts) if self.lowered else self.texts
        object.__setattr__(self, "members", frozenset(lowered))


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


@dataclass(frozen=True, slots=True)
class Like:
    """The field's text as a whole is like this pattern: `%` is any text, `_` any one character, all else itself."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Present:
    """The field is there, be it a text or a list."""


@dataclass(frozen=True, slots=True)
class Holds:
    """The field is a list, and one of its texts is one of these."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """The field is a list with a text in it."""


OfText: TypeAlias = OneOf | Has | Found | Compared | Like
"""What looks at a text, and is false of a list."""

OfList: TypeAlias = Holds | Filled
"""What looks at a list, and is false of a text."""

Check: TypeAlias = OfText | OfList | Present


@dataclass(frozen=True, slots=True)
class Test:
    """One field passes a check. False of a field that is not there, and of one that holds an object."""

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
class Stated:
    """One of the conditions that must all hold for a body to match: where it stands in it, and what it means."""

    pointer: tuple[str | int, ...]
    means: Predicate


@dataclass(frozen=True, slots=True)
class Unclear:
    """What stands in place of conditions where nobody can say what the vendor makes of a body, and why not."""

    why: str


def together(stated: tuple[Stated, ...]) -> All:
    """Return what conditions mean together: all of them hold."""
    return All(tuple(each.means for each in stated))


def tests_of(*predicates: Predicate) -> Iterator[Test]:
    """Yield each test as often as it stands in these predicates, from the left."""
    stack = [*reversed(predicates)]
    while stack:
        match top := stack.pop():
            case All(parts) | Any(parts):
                stack.extend(reversed(parts))
            case Not(part):
                stack.append(part)
            case Test():
                yield top
            case _:
                assert_never(top)


def checks_of(*predicates: Predicate) -> dict[str, list[Check]]:
    """Return the checks of each field that these predicates ask for, each once and from the left."""
    found: dict[str, dict[Check, None]] = {}
    for test in tests_of(*predicates):
        found.setdefault(test.field, {}).setdefault(test.check)
    return {field: [*checks] for field, checks in found.items()}
