"""Carry the ledger file of a target over into git, once and aloud. The file is left as it is."""

from dataclasses import replace

from reconciler.core.claims import Claims
from reconciler.errors import InvalidInput, Place, Problem, Refused
from reconciler.executor.run import refuse_lease
from reconciler.usecases import clock
from reconciler.usecases.open import Opened, ledger_file, ledger_path


def migrate(opened: Opened) -> Claims:
    """Write what the file holds as the first write of the ledger in git, and return it.

    Raises InvalidInput where the target keeps no ledger in git, has one there already, or has no file; and Refused
    where another run is applying.
    """
    settings, target = opened.settings, opened.target
    if target.ledger != "git":
        words, hint = (
            f"target `{target.name}` keeps its ledger in a file",
            'write `ledger = "git"` into the target first',
        )
        raise InvalidInput(Problem("nothing-to-migrate", words, Place(settings.shown), hint))
    path = ledger_path(settings, target)
    claims = ledger_file(settings, target).read()
    if not path.exists():
        words, hint = f"target `{target.name}` has no ledger file", "there is nothing to carry over"
        shown = path.relative_to(settings.root).as_posix()
        raise InvalidInput(Problem("nothing-to-migrate", words, Place(shown), hint))
    _refuse_second(opened)
    refuse_lease(claims, clock.now())
    return opened.ledger.write(replace(claims, serial=0, version="", endpoint=claims.endpoint or opened.place))


def _refuse_second(opened: Opened) -> None:
    """Raise InvalidInput where git has a ledger already: the file is older than that."""
    try:
        opened.ledger.read()
    except Refused as error:
        if error.problems[0].code != "ledger-in-file":
            raise
    else:
        words = f"target `{opened.target.name}` has a ledger in git already"
        raise InvalidInput(Problem("nothing-to-migrate", words, hint="the file is not read any more: delete it"))
