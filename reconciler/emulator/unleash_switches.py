"""What differs from one instance of Unleash to the next, as switches. Must never know how the app obeys them."""

from dataclasses import dataclass
from typing import Literal

from reconciler.emulator.switches import Switches

SegmentLimit = Literal[300, 3, 1000]
Order = Literal["bytes", "letters"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnleashSwitches(Switches):
    """What the one who runs an instance decides.

    - `segment_limit`: how many segments there may be.
    - `order`: how the database sorts the names in the list: by `bytes`, or by `letters` whatever their case.
    """

    segment_limit: SegmentLimit = 300
    order: Order = "bytes"
