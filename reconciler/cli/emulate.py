"""`reconciler emulate`."""

import signal
from pathlib import Path

import click

from reconciler.cli.output import Format
from reconciler.cli.session import Session, common
from reconciler.emulator import PROVIDERS, make_app
from reconciler.errors import ExitCode


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
    from reconciler.emulator.server import serve  # noqa: PLC0415 - a web server that `--help` does not need
    from reconciler.emulator.switches import Switches  # noqa: PLC0415 - as above

    app = make_app(provider, store, Switches.parse(list(switches)))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with serve(app, port=port) as server:
        session.output.result(f"{provider} at {server.url}, until Ctrl-C; any key `test_sk_…` will do")
        try:
            server.wait()
        except KeyboardInterrupt:
            session.output.note("stopped")
    app.close()
    return ExitCode.DONE
