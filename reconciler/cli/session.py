"""What every command shares: its options, its settings, and how an error becomes words and an exit code."""

import functools
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from reconciler.cli.output import FALLBACK_WIDTH, Findings, Format, Output, Page, speaking
from reconciler.errors import ExitCode, InvalidInput, Problem, ReconcilerError, Severity
from reconciler.settings.environment import colour_refused, secrets, workspace

if TYPE_CHECKING:
    from reconciler.settings.config import Settings, Target

Function = Callable[..., Any]
FEW = 5
"""How many warnings about definitions are shown unasked."""


@dataclass(slots=True)
class Session:
    """One run of one command."""

    output: Output
    config: Path | None = None
    names: tuple[str, ...] = ()
    every: bool = False
    out: Path | None = None
    debug: bool = False
    _settings: "Settings | None" = field(default=None)

    @property
    def settings(self) -> "Settings":
        """The settings of the repository, read once; from here on its credentials are kept out of all output."""
        if self._settings is None:
            from reconciler.settings.config import load

            path = self._config_path()
            self._settings = load(path, self._config_name(path))
            names = {target.credential_env for target in self._settings.targets.values()}
            self.output.secrets = secrets(frozenset(name for name in names if name))
        return self._settings

    def _config_path(self) -> Path:
        from reconciler.settings.config import find

        return self.config or find(Path.cwd())

    def _config_name(self, path: Path) -> str:
        return str(self.config or path.name)

    def targets(self) -> "tuple[Target, ...]":
        """Return the targets that were named, all of them, or the default one."""
        return self.settings.choose(self.names, every=self.every)

    def target(self) -> "Target":
        """Return the one target of a command that takes one; raises InvalidInput where several were named."""
        targets = self.targets()
        if len(targets) > 1:
            raise InvalidInput(
                Problem("one-target", "this command works on one target", hint="name one with `--target`")
            )
        return targets[0]

    @property
    def width(self) -> int | None:
        """The columns of the terminal that the result goes to; None off a terminal, where nothing is wrapped."""
        if not sys.stdout.isatty():
            return None
        import shutil

        return shutil.get_terminal_size((FALLBACK_WIDTH, 24)).columns

    def warn(self, warnings: Iterable[Problem]) -> None:
        """Show warnings about definitions: all with `-v`, else the first few, and how many there are besides."""
        found = () if self.output.quiet else tuple(warnings)
        shown = found if self.output.verbose else found[:FEW]
        self.output.problems(shown)
        if more := len(found) - len(shown):
            self.output.note(f"and {more} warning{'' if more == 1 else 's'} more; with `-v` all are shown")

    def fail(self, error: ReconcilerError) -> ExitCode:
        """Show an error: in the chosen format on stdout, in words on stderr; return its exit code.

        A credential is kept out of it also where the command had no need of the settings, which are read for that.
        """
        with suppress(ReconcilerError, OSError):
            self.targets()
        if self.output.format is Format.JSON and not self.output.told:
            from reconciler.core.document import error_document

            self.output.document(error_document(error.exit_code, error.problems))
        if self.output.format is Format.MARKDOWN and not self.output.told:
            from reconciler.render import markdown

            self.output.result(markdown.problems(error.problems))
        if self.output.findings and (not self.output.told or self.output.findings is Findings.GITHUB):
            self.findings(self.output.findings, error.problems, error.exit_code, ran=False)
        # NOTE: stderr is read for workflow commands too, and the annotations have said everything.
        if self.output.findings is not Findings.GITHUB:
            self.output.problems(error.problems)
        return error.exit_code

    def findings(self, form: Findings, problems: Iterable[Problem], exit_code: ExitCode, *, ran: bool) -> None:
        """Print problems in a format that only lists of them have, their files named from the repository's root.

        Where the command ran, their names are based on the folder of the configuration, else on the current one.
        """
        from reconciler.cli.findings import written
        from reconciler.usecases.rooted import find_root, rooted

        found = tuple(problems)
        with suppress(OSError):
            base = Path.cwd()
            folder, named = base, {}
            with suppress(ReconcilerError):
                path = self._config_path()
                folder, named = path.parent, {self._config_name(path): base / path}
            found = rooted(found, find_root(folder, workspace()), folder if ran else base, named)
        # NOTE: a credential in one of these formats, escaped once more, may be none that could be told from other text.
        clean = self.output.clean
        found = tuple(replace(each, message=clean(each.message), hint=clean(each.hint)) for each in found)
        if shown := written(form, found, exit_code, ran=ran):
            (self.output.commands if form is Findings.GITHUB else self.output.result)(shown)


def common(
    *, targets: bool = True, formats: tuple[Format | Findings | Page, ...] = tuple(Format), out: bool = True
) -> Function:
    """Give a command the common options, and a Session as its first argument; it returns its exit code."""
    options = [
        click.option("-c", "--config", type=click.Path(path_type=Path), help="The configuration [reconciler.toml]."),
        click.option("-q", "--quiet", is_flag=True, help="Show the result and errors only."),
        click.option("-v", "--verbose", is_flag=True, help="Show what was left alone, and every warning."),
        click.option("--no-color", is_flag=True, help="No colour; NO_COLOR does the same."),
        click.option("--debug", is_flag=True, help="Show the traceback of an internal error."),
    ]
    if targets:
        options += [
            click.option(
                "-t", "--target", "names", multiple=True, shell_complete=_target_names, help="A target; repeatable."
            ),
            click.option("--all-targets", "every", is_flag=True, help="Every target."),
        ]
    options.append(
        click.option(
            "--format",
            "shown",
            type=click.Choice([choice.value for choice in formats]),
            default=Format.TEXT.value,
            help="The format of the result.",
            hidden=formats == (Format.TEXT,),
        )
    )
    if out:
        options.append(
            click.option("--out", type=click.Path(path_type=Path), help="Write the JSON document to this file too.")
        )

    def decorate(function: Callable[..., ExitCode]) -> Function:
        @functools.wraps(function)
        def run(  # noqa: PLR0913 - one parameter for each common option
            *,
            config: Path | None,
            quiet: bool,
            verbose: bool,
            no_color: bool,
            debug: bool,
            shown: str,
            names: tuple[str, ...] = (),
            every: bool = False,
            out: Path | None = None,
            **arguments: Any,  # noqa: ANN401 - whatever the command declares
        ) -> NoReturn:
            colour = sys.stdout.isatty() and not no_color and not colour_refused()
            output = speaking(shown, colour=colour, quiet=quiet, verbose=verbose)
            session = Session(output, config, names, every, out, debug)
            sys.exit(_guarded(session, function, arguments))

        for option in reversed(options):
            run = option(run)
        return run

    return decorate


def _guarded(session: Session, function: Callable[..., ExitCode], arguments: dict[str, Any]) -> ExitCode:
    if session.every and session.names:
        words = "`--target` and `--all-targets` exclude each other"
        return session.fail(InvalidInput(Problem("usage", words, hint="leave one of them out")))
    try:
        return function(session, **arguments)
    except ReconcilerError as error:
        return session.fail(error)
    except (KeyboardInterrupt, click.Abort):
        problem = Problem("interrupted", "interrupted; nothing was changed", hint="run the command again")
        return session.fail(ReconcilerError(problem))
    except OSError as error:
        return session.fail(file_error(error))
    except Exception as error:  # noqa: BLE001 - the last place where an error of ours can become words
        if session.debug:
            import traceback

            session.output.trace(traceback.format_exc())
        words = f"an internal error: {type(error).__name__}: {error}"
        hint = "please report it, with what `--debug` shows; it is a mistake of this program, not of yours"
        return session.fail(ReconcilerError(Problem("internal", words, hint=hint)))


def file_error(error: OSError) -> ReconcilerError:
    """Return an error of the operating system as one of ours."""
    name = f"{error.filename}: " if error.filename else ""
    words = (error.strerror or type(error).__name__).lower()
    hint = "check the path, its permissions and the free space"
    return ReconcilerError(Problem("file-unusable", f"{name}{words}", hint=hint))


def _target_names(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Complete the names of targets, as far as the configuration can be read."""
    session = Session(Output(), context.params.get("config"))
    try:
        return [name for name in session.settings.targets if name.startswith(incomplete)]
    except ReconcilerError:
        return []


def split(problems: Iterable[Problem]) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Part errors from warnings."""
    found = tuple(problems)
    errors = tuple(problem for problem in found if problem.severity is Severity.ERROR)
    return errors, tuple(problem for problem in found if problem.severity is Severity.WARNING)
