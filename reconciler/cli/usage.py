"""Commands and options that are not used as they should be: the parser's complaints, in our words."""

from collections.abc import Sequence

import click

from reconciler.errors import Problem
from reconciler.intake.words import nearest


class NoSuchCommandError(click.UsageError):
    """There is no command of this name in a group."""

    def __init__(self, name: str, context: click.Context, known: Sequence[str]) -> None:
        super().__init__(name, context)
        self.known = known


class Commands(click.Group):
    """A group that says which of its commands was nearly named."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first argument names."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise NoSuchCommandError(args[0], ctx, self.list_commands(ctx))
        return super().resolve_command(ctx, args)


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
