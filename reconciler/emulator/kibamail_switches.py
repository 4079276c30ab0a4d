"""What Kibamail's pages leave open, or say otherwise than its code, as switches. Must never know how the app obeys."""

from dataclasses import dataclass
from typing import Literal

from reconciler.emulator.switches import Switches

Scopes = Literal["code", "docs"]
ErrorCase = Literal["upper", "lower"]
ErrorShape = Literal["envelope", "string"]
Dialects = Literal["both", "field"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KibamailSwitches(Switches):
    """What the pages leave open, or say otherwise than the code.

    - `scopes`: with `code` a PUT needs `update:segments` and a DELETE `delete:segments`; with `docs` every write needs
      `write:segments`.
    - `error_case`: the case in which an error's `type` is written.
    - `error_shape`: an error is an `envelope`, or a `string` as older servers had it.
    - `timestamps`: segments have `createdAt` and `updatedAt`.
    - `full_answers`: a create and an update are answered with the whole segment; otherwise with its id.
    - `dialects`: with `both` the page's MongoDB form of a condition is accepted and kept as written; with `field` it is
      refused, as the server's schema has it.
    """

    scopes: Scopes = "code"
    error_case: ErrorCase = "upper"
    error_shape: ErrorShape = "envelope"
    timestamps: bool = True
    full_answers: bool = False
    dialects: Dialects = "both"
