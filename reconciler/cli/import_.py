"""`reconciler import`."""

import click

from reconciler.cli.output import Format
from reconciler.cli.progress import waiting
from reconciler.cli.session import Session, common
from reconciler.core.adopt import Selection
from reconciler.core.document import FORMAT_VERSION, Document
from reconciler.errors import ExitCode, InvalidInput, Problem
from reconciler.render.escape import visible
from reconciler.usecases.adopt import Imported, import_segments
from reconciler.usecases.open import open_target


@click.command("import")
@click.option("--all", "all_live", is_flag=True, help="Every live segment that is not managed yet.")
@click.option("--name", "wanted", multiple=True, help="The live segment with exactly this name; repeatable.")
@click.option("--id", "ids", multiple=True, help="The live segment with this id of the vendor's; repeatable.")
@common(formats=(Format.TEXT, Format.JSON))
def command(session: Session, *, all_live: bool, wanted: tuple[str, ...], ids: tuple[str, ...]) -> ExitCode:
    """Bring live segments under management: a definition file and a ledger entry for each; nothing is sent.

    \b
    Example:
      reconciler import --all
      reconciler import --name "EU prod renewables"
    """
    if all_live == bool(wanted or ids):
        problem = Problem(
            "usage", "say what to import: `--all`, or any of `--name` and `--id`", hint="`reconciler import --all`"
        )
        raise InvalidInput(problem)
    target = session.target()
    with waiting("reading live segments"):
        imported = import_segments(open_target(session.settings, target), Selection(all_live, wanted, ids))
    document = _document(target.name, imported)
    if session.output.format is Format.JSON:
        session.output.document(document)
    else:
        rows = [f"{target.shown}/{key}.json: {visible(segment.name)}" for key, segment in imported.written]
        rows += [f"{key}: is now the definition of `{visible(segment.name)}`" for key, segment in imported.claimed]
        count = len(imported.written) + len(imported.claimed)
        left = len({problem.place or problem.message for problem in imported.problems})
        others = f", {left} left out" if left else ""
        session.output.result("\n".join([*rows, f"{target.name}: {count or 'nothing'} imported{others}"]))
    session.output.problems(imported.problems)
    if session.out:
        session.output.save(session.out, document)
    return ExitCode.DONE


def _document(target: str, imported: Imported) -> Document:
    return {
        "format": "reconciler-imported",
        "format_version": FORMAT_VERSION,
        "target": target,
        "written": [{"key": key, "id": segment.id, "name": segment.name} for key, segment in imported.written],
        "claimed": [{"key": key, "id": segment.id, "name": segment.name} for key, segment in imported.claimed],
        "left_out": [str(problem) for problem in imported.problems],
    }
