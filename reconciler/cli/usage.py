"""Commands and options that are not used as they should be: the parser's complaints, in our words."""

from collections.abc import Sequence

import click

from reconciler.cli.commands import NoSuchCommandError
from reconciler.errors import Problem
from reconciler.intake.words import nearest


def problem(error: click.ClickException, arguments: Sequence[str]) -> Problem:
    """Return what is wrong with these arguments, and where to look how they are used."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else " ".join(["reconciler", *arguments[:1]])
    hint = f"`{path} --help` shows how it is used"
    match error:
        case NoSuchCommandError():
            hint = nearest(error.message, error.known, f"`{path} --help` lists the commands")
            return Problem("usage", f"there is no command `{error.message}`", hint=hint)
        case click.NoSuchOption() if context and isinstance(context.command, click.Group):
            hint = f"options stand behind the command: `{path} COMMAND {error.option_name}`"
            return Problem("usage", f"`{path}` has no option `{error.option_name}`", hint=hint)
        case click.NoSuchOption():
            options = [name for each in context.command.params for name in each.opts] if context else []
            return Problem(
                "usage", f"there is no option `{error.option_name}`", hint=nearest(error.option_name, options, hint)
            )
        case click.MissingParameter():
            return Problem("usage", f"the argument `{_name(error)}` is missing", hint=hint)
        case click.BadParameter():
            return Problem("usage", f"`{_name(error)}` {_wanted(error)}", hint=hint)
        case _:
            words = error.format_message().rstrip(".").replace("'", "`")
            return Problem("usage", f"{words[:1].lower()}{words[1:]}", hint=hint)


def _name(error: click.BadParameter) -> str:
    parameter = error.param
    if isinstance(parameter, click.Option):
        return parameter.opts[-1]
    return parameter.make_metavar(error.ctx) if parameter and error.ctx else ""


def _wanted(error: click.BadParameter) -> str:
    match error.param.type if error.param else None:
        case click.Choice(choices=choices):
            names = ", ".join(f"`{choice}`" for choice in choices)
            return f"takes one of {names}" if len(choices) > 1 else f"takes {names} only"
        case click.IntRange(min=least, max=most):
            return f"takes a whole number from {least}" + (f" to {most}" if most is not None else " on")
        case _:
            return f"cannot be used: {error.message.rstrip('.')}"
