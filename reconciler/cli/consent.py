"""The options by which somebody says which plan is meant: what it deletes, and its digest. Each is of one target."""

import re
from typing import TYPE_CHECKING

import click

from reconciler.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.settings.config import Target

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def _digest(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Return a digest as it was said; an empty one is a variable that was never set, and no consent to anything."""
    if value is None or DIGEST.fullmatch(value):
        return value
    message = "a digest is `sha256:` and 64 of the digits 0 to 9 and a to f" + ("" if value else ", and this is empty")
    raise click.BadParameter(message)


EXPECT_DIGEST = click.option(
    "--expect-digest", callback=_digest, metavar="SHA", help="Refuse unless the plan has this digest."
)
ALLOW_DELETES = click.option(
    "--allow-deletes", type=click.IntRange(min=0), metavar="N", help="Say that N deletions are meant."
)


def refuse_several(targets: "Sequence[Target]", expect_digest: str | None, allow_deletes: int | None) -> None:
    """Raise InvalidInput where what is said of one plan would be taken to be of several."""
    said = {"--expect-digest": expect_digest, "--allow-deletes": allow_deletes}
    for option, value in said.items():
        if value is not None and len(targets) > 1:
            raise InvalidInput(Problem("usage", f"`{option}` works on one target", hint="name one with `--target`"))
