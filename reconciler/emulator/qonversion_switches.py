"""What Qonversion's pages leave open, as switches. Must never know how the app obeys them."""

from dataclasses import dataclass
from typing import Literal

from reconciler.emulator.switches import Switches

SystemWriteStatus = Literal[403, 409]


@dataclass(frozen=True, slots=True, kw_only=True)
class QonversionSwitches(Switches):
    """What the pages leave open.

    - `system_in_list`: the plain list shows system segments too.
    - `restart_on_unknown_cursor`: a cursor that is not in the list starts again from the top, with the header
      `X-Qon-Pagination-Restarted: true`; otherwise it is answered 422.
    - `conflict_on_used`: deleting a segment that an automation uses is answered 409; otherwise it succeeds.
    - `delete_body`: a deletion is answered 200 with a body; otherwise 204 without one.
    - `unique_names`: a name that is taken is answered 409 `already_exists`; otherwise names may repeat.
    - `system_write_status`: 403 or 409, for changing or deleting a system segment.
    - `next_cursor`: a list that goes on says the next cursor; otherwise it is always null.
    """

    system_in_list: bool = False
    restart_on_unknown_cursor: bool = True
    conflict_on_used: bool = True
    delete_body: bool = False
    unique_names: bool = False
    system_write_status: SystemWriteStatus = 403
    next_cursor: bool = True
