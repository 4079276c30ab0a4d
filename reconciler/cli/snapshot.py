"""`reconciler snapshot`."""

import click

from reconciler.cli.output import Format
from reconciler.cli.session import Session, common
from reconciler.errors import ExitCode
from reconciler.usecases.open import open_target
from reconciler.usecases.snapshot import take_snapshot


@click.command("snapshot")
@common(formats=(Format.TEXT, Format.JSON))
def command(session: Session) -> ExitCode:
    """Save the live state of a target, so that a job without credentials can plan with `plan --live FILE`.

    \b
    Example:
      reconciler snapshot --target production --out live.json
    """
    target = session.target()
    document = take_snapshot(open_target(session.settings, target))
    if session.out:
        session.output.save(session.out, document)
    if session.out is None or session.output.format is Format.JSON:
        session.output.document(document)
    else:
        segments = document["segments"]
        count = len(segments) if isinstance(segments, list) else 0
        session.output.result(f"{target.name}: {count} live segments written to {session.out}")
    return ExitCode.DONE
