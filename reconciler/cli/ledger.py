"""`reconciler ledger show | unlock | migrate | rebind`."""

import click

from reconciler.cli.commands import Commands
from reconciler.cli.output import Format
from reconciler.cli.session import Session, common
from reconciler.core.claims import Claims, Lease
from reconciler.core.document import FORMAT_VERSION, Document
from reconciler.errors import ExitCode
from reconciler.render.escape import visible
from reconciler.usecases.forget import rebind, unlock
from reconciler.usecases.migrate import migrate
from reconciler.usecases.open import open_target


@click.group("ledger", cls=Commands, no_args_is_help=False)
def command() -> None:
    """Show what is managed on a target, free a lease that a dead run left, or move the record.

    \b
    Example:
      reconciler ledger show
    """


@command.command("show")
@common(formats=(Format.TEXT, Format.JSON))
def show(session: Session) -> ExitCode:
    """Show the record of a target.

    \b
    Example:
      reconciler ledger show --target production
    """
    target = session.target()
    claims = open_target(session.settings, target).ledger.read()
    document = _document(target.name, claims)
    if session.output.format is Format.JSON:
        session.output.document(document)
    else:
        session.output.result("\n".join(_rows(target.name, claims)))
    if session.out:
        session.output.save(session.out, document)
    return ExitCode.DONE


@command.command("unlock")
@common(formats=(Format.TEXT, Format.JSON), out=False)
def free(session: Session) -> ExitCode:
    """Free the lease that a dead run left, and say whose it was.

    \b
    Example:
      reconciler ledger unlock --target production
    """
    target = session.target()
    lease = unlock(open_target(session.settings, target))
    if session.output.format is Format.JSON:
        session.output.document(
            {
                "format": "reconciler-unlocked",
                "format_version": FORMAT_VERSION,
                "target": target.name,
                "lease": _lease(lease),
            }
        )
    else:
        words = (
            f"freed the lease of {visible(lease.holder)}, held since {lease.since:%Y-%m-%d %H:%M:%S} UTC "
            f"until {lease.until:%Y-%m-%d %H:%M:%S} UTC"
            if lease
            else ""
        )
        session.output.result(f"{target.name}: {words or 'no lease is held'}")
    return ExitCode.DONE


@command.command("migrate")
@common(formats=(Format.TEXT, Format.JSON), out=False)
def carry(session: Session) -> ExitCode:
    """Carry the ledger file of a target over into git.

    \b
    Example:
      reconciler ledger migrate --target production
    """
    target = session.target()
    claims = migrate(open_target(session.settings, target))
    if session.output.format is Format.JSON:
        session.output.document(_document(target.name, claims))
    else:
        session.output.result(f"{target.name}: {len(claims.segments)} managed, in git from now on; delete the file")
    return ExitCode.DONE


@command.command("rebind")
@common(formats=(Format.TEXT, Format.JSON), out=False)
def rebound(session: Session) -> ExitCode:
    """Say that the project of a target is at its present endpoint now, and the segments in the ledger with it.

    \b
    Example:
      reconciler ledger rebind --target production
    """
    target = session.target()
    former, claims = rebind(open_target(session.settings, target))
    if session.output.format is Format.JSON:
        session.output.document({**_document(target.name, claims), "former_endpoint": former})
    else:
        words = f"at {claims.endpoint} now, and at {visible(former) or 'no known place'} before"
        session.output.result(f"{target.name}: {len(claims.segments)} managed, {words}")
    return ExitCode.DONE


def _rows(target: str, claims: Claims) -> list[str]:
    rows = [
        f"{key}: {visible(record.id)}{', protected' if record.protected else ''}"
        for key, record in sorted(claims.segments.items())
    ]
    rows += [f"{intent.key}: a {intent.action} whose outcome is not known" for intent in claims.intents]
    lease = claims.lease
    held = f", leased to {visible(lease.holder)} until {lease.until:%Y-%m-%d %H:%M:%S} UTC" if lease else ""
    return [*rows, f"{target}: {len(claims.segments)} managed, serial {claims.serial}{held}"]


def _document(target: str, claims: Claims) -> Document:
    return {
        "format": "reconciler-claims",
        "format_version": FORMAT_VERSION,
        "target": target,
        "endpoint": claims.endpoint,
        "serial": claims.serial,
        "segments": [
            {"key": key, "id": record.id, "protected": record.protected, "body": dict(record.body)}
            for key, record in sorted(claims.segments.items())
        ],
        "intents": [{"key": intent.key, "action": intent.action} for intent in claims.intents],
        "lease": _lease(claims.lease),
    }


def _lease(lease: Lease | None) -> Document | None:
    if lease is None:
        return None
    return {"holder": lease.holder, "since": lease.since.isoformat(), "until": lease.until.isoformat()}
