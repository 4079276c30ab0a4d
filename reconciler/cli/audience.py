"""`reconciler audience`."""

from typing import assert_never

import click

from reconciler.cli.output import Format
from reconciler.cli.progress import waiting
from reconciler.cli.session import Session, common
from reconciler.core.audience import Population
from reconciler.core.document import Document, audience_document, several
from reconciler.errors import ExitCode
from reconciler.usecases.audience import audience_of
from reconciler.usecases.census import census_of
from reconciler.usecases.several import Ended, each, heaviest


@click.command("audience")
@click.option("--source", metavar="SOURCE", help="Count users in these files, or in this database.")
@common()
def command(session: Session, *, source: str | None) -> ExitCode:
    """Count the users of every definition, and those that definitions share; asks no vendor.

    SOURCE is a Parquet or CSV file, or a database's address and table, such as duckdb://users.db#users.

    \b
    Example:
      reconciler audience --source users.parquet
    """
    with waiting("counting users"):
        ended = each(session.settings, session.targets(), lambda opened: audience_of(opened, census_of(opened, source)))
    _show(session, ended)
    if session.out and not any(item.error for item in ended):
        session.output.save(session.out, several("audience", [_document(item) for item in ended]))
    for item in ended:
        if item.error:
            session.output.problems(item.error.problems)
    return heaviest(item.error.exit_code if item.error else ExitCode.DONE for item in ended)


def _show(session: Session, ended: tuple[Ended[Population], ...]) -> None:
    output = session.output
    counted = [(item.target.name, item.target.provider, item.value) for item in ended if item.value]
    match output.format:
        case Format.JSON:
            output.document(several("audience", [_document(item) for item in ended]))
        case Format.MARKDOWN:
            from reconciler.render import markdown, population

            lines = [line for each in counted for line in population.markdown(*each)]
            lines += [markdown.problems(item.error.problems) for item in ended if item.error]
            _print(session, "\n".join(lines))
        case Format.TEXT:
            from reconciler.render import population

            shown = [population.text(name, provider, one) for name, provider, one in counted]
            _print(session, "\n\n".join(shown))
        case _:
            assert_never(output.format)


def _print(session: Session, shown: str) -> None:
    if shown:
        session.output.result(shown)


def _document(ended: Ended[Population]) -> Document:
    if ended.value:
        return audience_document(ended.target.name, ended.target.provider, ended.value)
    return ended.incomplete("audience")
