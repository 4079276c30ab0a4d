"""Groups of commands. Imports click alone: every start of the program pays for it."""

from collections.abc import Sequence

import click


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
