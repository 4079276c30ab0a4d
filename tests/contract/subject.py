"""What the contract suite has to know of a vendor. Names no vendor, and knows neither a provider nor an emulator."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeAlias

from hypothesis import strategies as st

from reconciler.core.segment import Json

Document: TypeAlias = dict[str, Json]
Spelling: TypeAlias = Callable[[Document, Random], Document]
Difference: TypeAlias = Callable[[Document], Document | None]

TEXTS: st.SearchStrategy[str] = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Co", "Cn", "Zl", "Zp"]), min_size=1, max_size=20
).filter(lambda text: text == text.strip())
"""What a person may type: any letters and signs, and no blanks around them."""

NAMES = ("Payers", "Trial users", "EU", "Active subscribers", "EU ", "${literal}")
"""A small pool, so that names collide: with each other, with system segments, and nearly (a trailing space)."""


@dataclass(frozen=True)
class Subject:
    """A vendor as the suite is told of it.

    - `bodies`: valid by the schema, accepted by the vendor, and echoed by it; `first` and `second` are two of them that
      have every member, and none alike.
    - `spellings`: ways to write a body that mean the same, of which the `unwritten` are the vendor's alone;
      `differences`: small edits that mean something else, or None where there is nothing to edit.
    - `optional`: the members that a body may lack; `sticky`: those of them that the vendor cannot be asked to clear,
      each with a value.
    - `page`: how many segments are on a page; `list_requests`: how many requests list so many ordinary segments.
    - `item`: where the first segment of a listing's answer is, and `alone` where it is in the answer to a single read:
      paths of members, empty for the whole answer. `more`: the member that says that a listing goes on, if any.
    - `notices_repeats`, `notices_gaps`: whether anything tells a page that came twice, or empty, from the end;
      `notices_moves`: whether anything tells that segments moved up while the pages were read.
    - `wordless`: the verbs whose requests the vendor answers without a body.
    - `system`: the names of the vendor's own segments in a new project.
    - `options`, `switches`: what makes everything possible, deletion included; `modest` are the options of a target
      that has not asked for that, and `targets` those of others, by name, each with the switches that go with them.
    - `variants`: other answers to what the vendor's pages leave open, by name.
    - `readonly`: a key that may read and not write.
    """

    name: str
    bodies: st.SearchStrategy[Document]
    first: Document
    second: Document
    spellings: Mapping[str, Spelling]
    differences: Mapping[str, Difference]
    optional: tuple[str, ...]
    page: int
    list_requests: Callable[[int], int]
    item: str
    alone: str
    readonly: str
    more: str = ""
    unwritten: tuple[str, ...] = ()
    notices_repeats: bool = True
    notices_gaps: bool = True
    notices_moves: bool = True
    names: tuple[str, ...] = NAMES
    wordless: tuple[str, ...] = ()
    system: tuple[str, ...] = ()
    sticky: Mapping[str, Json] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    modest: Mapping[str, str] = field(default_factory=dict)
    switches: Mapping[str, Json] = field(default_factory=dict)
    targets: Mapping[str, tuple[Mapping[str, str], Mapping[str, Json]]] = field(default_factory=dict)
    variants: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)

    def respelt(self, body: Document, random: Random, *, written: bool = False) -> Document:
        """Return a body in other words, by every spelling at once, or by those that a definition may have."""
        for name, spelling in self.spellings.items():
            body = body if written and name in self.unwritten else spelling(body, random)
        return body

    def filled(self, body: Document) -> Document:
        """Return a body that has every member which the vendor would keep if it were taken out."""
        return {**self.sticky, **body}


def shuffled(items: Sequence[Json], random: Random) -> list[Json]:
    """Return the items in another order, or in the same by chance."""
    return random.sample(items, len(items))


def edited(body: Document, member: str, value: Json) -> Document:
    """Return a body with a member of this value."""
    return {**body, member: value}


def otherwise(value: Json, one: Json, other: Json) -> Json:
    """Return the first of two values, or the second where the first is what there is already."""
    return other if value == one else one
