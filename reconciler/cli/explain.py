"""`reconciler explain`."""

import click

from reconciler.catalogue import entries
from reconciler.cli.output import Format
from reconciler.cli.session import Session, common
from reconciler.core.document import FORMAT_VERSION
from reconciler.errors import ExitCode, InvalidInput, Problem
from reconciler.intake.schema import nearest


@click.command("explain")
@click.argument("code", required=False)
@common(targets=False, formats=(Format.TEXT, Format.JSON), out=False)
def command(session: Session, *, code: str | None) -> ExitCode:
    """Explain the code that a message ends with; without CODE, list them all.

    \b
    Example:
      reconciler explain duplicate-member
    """
    known = entries()
    if code is not None and (written := code.replace("_", "-")) in known:  # as a plan document writes what blocks
        code = written
    if code is not None and code not in known:
        hint = nearest(code, known, "`reconciler explain` lists all codes")
        raise InvalidInput(Problem("unknown-code", f"there is no code `{code}`", hint=hint))
    chosen = known if code is None else {code: known[code]}
    if session.output.format is Format.JSON:
        session.output.document(
            {
                "format": "reconciler-codes",
                "format_version": FORMAT_VERSION,
                "codes": [
                    {"code": name, "means": entry.means, "example": entry.example} for name, entry in chosen.items()
                ],
            }
        )
    elif code is None:
        session.output.result("\n".join(f"{name}: {entry.means}" for name, entry in chosen.items()))
    else:
        session.output.result(f"{code}: {known[code].means}\n\nExample: {known[code].example}")
    return ExitCode.DONE
