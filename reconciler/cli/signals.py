"""Which signals end a command, from its first line on. Imports nothing else: every start of the program pays for it."""

import signal

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def obey_both() -> None:
    """Have SIGTERM interrupt whatever goes on, as Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def be_deaf() -> None:
    """Take no more signals in for as long as the process lives."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
