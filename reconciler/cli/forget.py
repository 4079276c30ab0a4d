"""`reconciler forget`."""

import click

from reconciler.cli.output import Format
from reconciler.cli.session import Session, common
from reconciler.core.document import FORMAT_VERSION, Document
from reconciler.errors import ExitCode
from reconciler.usecases.forget import forget
from reconciler.usecases.open import open_target


@click.command("forget")
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@common()
def command(session: Session, *, keys: tuple[str, ...]) -> ExitCode:
    """Stop managing segments; they stay live, and nothing is sent.

    Remove the definition too: while it stays, the next plan finds the live segment by its name and adopts it again.

    \b
    Example:
      reconciler forget promos/old-promo
    """
    target = session.target()
    released = forget(open_target(session.settings, target), keys)
    document: Document = {
        "format": "reconciler-forgotten",
        "format_version": FORMAT_VERSION,
        "target": target.name,
        "keys": list(released),
    }
    if session.output.format is Format.JSON:
        session.output.document(document)
    else:
        names = ", ".join(f"`{key}`" for key in released)
        session.output.result(f"{target.name}: no longer manages {names}; the live segments were left as they are")
    if session.out:
        session.output.save(session.out, document)
    return ExitCode.DONE
