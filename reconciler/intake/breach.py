"""One rule of a schema that a value breaks, as plain data. The only file that knows the validator's own errors."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from reconciler.intake.lines import Pointer
from reconciler.intake.words import path

if TYPE_CHECKING:
    from jsonschema import ValidationError

Schema: TypeAlias = Any
"""A schema, or a part of one: an object, true or false."""


@dataclass(frozen=True, slots=True)
class Breach:
    """Which keyword of which schema a value breaks; `parts` are those of the branches, where it is a choice.

    `depth` counts the steps from the value that the choice is about, `branch` says which branch a part is of, and
    `of_name` that the value is the name of a member.
    """

    keyword: str
    rule: Any
    value: Any
    schema: dict[str, Any]
    pointer: Pointer
    depth: int
    branch: int
    of_name: bool
    parts: tuple["Breach", ...]

    @property
    def types(self) -> list[str]:
        """The types of a `type` rule, which is one or several."""
        return [self.rule] if isinstance(self.rule, str) else list(self.rule)

    @property
    def secret(self) -> bool:
        """Whether the schema calls the value `writeOnly`: it may be a credential, and is never shown."""
        return bool(self.schema.get("writeOnly"))

    @property
    def description(self) -> str:
        """What the schema says of the value, or nothing."""
        return str(self.schema.get("description", ""))

    @property
    def complaint(self) -> str:
        """What the schema itself says against such a value, in the `errorMessage` that editors show, or nothing."""
        return str(self.schema.get("errorMessage", ""))

    @property
    def subject(self) -> str:
        """How the value is named in a message."""
        return path(self.pointer) if self.pointer else "the file"


def breach(error: "ValidationError") -> Breach:
    """Return one of the validator's errors as plain data."""
    within: list[Any] = list(error.relative_schema_path)
    return Breach(
        keyword=str(error.validator or "false"),
        rule=error.validator_value,
        value=error.instance,
        schema=dict(error.schema) if isinstance(error.schema, dict) else {},
        pointer=tuple(error.absolute_path),
        depth=len(error.relative_path),
        branch=within[0] if within and isinstance(within[0], int) else 0,
        of_name="propertyNames" in within[:-1],
        parts=tuple(breach(each) for each in error.context or ()),
    )
