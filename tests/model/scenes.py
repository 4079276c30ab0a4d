"""The small worlds that are searched, and the mistakes that the search has to find in them."""

from dataclasses import dataclass, replace

from model.search import Seeker
from model.story import Program, Story
from model.world import STRANGER, SYSTEM, World, held, segment
from worlds import FORM, PROD, RENEWS, body, defined, records
from worlds import held as record

from reconciler.core.claims import Claims
from reconciler.core.ports import Capabilities, Form
from reconciler.core.segment import Definition
from reconciler.providers.qonversion.convert import QonversionForm


class Keyless(QonversionForm):
    """Of a vendor that is said to know no idempotency keys."""

    @property
    def capabilities(self) -> Capabilities:
        """All but the keys."""
        return replace(super().capabilities, idempotency_keys=False)


FIRST = (defined("a", RENEWS), defined("c", PROD))
"""What is applied first: `a` is updated, `b` deleted, `c` created."""

LATER = (defined("a", RENEWS), defined("b", PROD))
"""Other definitions: `c` is not wanted any more, and `b` is."""


@dataclass(frozen=True)
class Scene:
    """What two runs apply, one after the other or at once, and what may happen meanwhile."""

    second: tuple[Definition, ...] | None = FIRST
    keyed: bool = True
    stalls: bool = False
    edits: int = 0
    faults: int = 0
    kills: int = 0
    jumps: int = 0

    def seeker(self, kind: type[Program] = Program) -> Seeker:
        """Return the search of this scene, with runs of this kind."""
        form: Form = FORM if self.keyed else Keyless()
        definitions = [FIRST] if self.second is None else [FIRST, self.second]
        stories = [Story(kind(each, form, f"run {number}")) for number, each in enumerate(definitions, start=1)]
        claims = Claims(serial=1, segments=records(record("a", PROD), record("b", PROD)))
        live = (
            segment(SYSTEM, body("All")),
            segment("id-a", body("A", PROD)),
            segment("id-b", body("B", PROD)),
            segment(STRANGER, body("U", PROD)),
        )
        world = World(
            live,
            held(claims),
            runs=(0,) * len(stories),
            keys=() if self.keyed else None,
            edits=self.edits,
            faults=self.faults,
            kills=self.kills,
            jumps=self.jumps,
        )
        return Seeker(world, stories, kind(definitions[-1], form, "last"), self.stalls)
