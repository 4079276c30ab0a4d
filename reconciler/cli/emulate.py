"""`reconciler emulate`."""

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.output import Format
from reconciler.cli.session import Session, common
from reconciler.emulator import PROVIDERS, make_app, parse_switches
from reconciler.errors import ExitCode
from reconciler.providers.registry import VENDORS

if TYPE_CHECKING:
    from reconciler.emulator.server import RunningServer


@click.command("emulate")
@click.option("--provider", type=click.Choice(list(PROVIDERS)), default=PROVIDERS[0], show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8640, show_default=True, help="0 takes a free one.")
@click.option("--store", type=click.Path(path_type=Path), help="Keep the store in this file [in memory].")
@click.option("--switch", "switches", multiple=True, metavar="NAME=VALUE", help="An odd behaviour of the vendor's.")
@common(targets=False, formats=(Format.TEXT,), out=False)
def command(session: Session, *, provider: str, port: int, store: Path | None, switches: tuple[str, ...]) -> ExitCode:
    """Serve a vendor's emulator over loopback HTTP until it is interrupted.

    \b
    Example:
      reconciler emulate --provider qonversion --port 8640
    """
    from reconciler.emulator.server import serve_forever

    gc.enable()
    app = make_app(provider, store, parse_switches(provider, switches))
    with app:
        serve_forever(app, port=port, announce=lambda server: session.output.result(_where(provider, server)))
    session.output.note("stopped")
    return ExitCode.DONE


def _where(provider: str, server: "RunningServer") -> str:
    return f"{provider} at {server.url}, until Ctrl-C; the key `{VENDORS[provider].embedded_credential}` will do"
