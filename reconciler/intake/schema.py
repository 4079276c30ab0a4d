"""Values held against a JSON Schema, and what is wrong with them in words for people. Knows no schema by name."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from reconciler.errors import Place, Problem
from reconciler.intake.breach import breach
from reconciler.intake.fault import faults
from reconciler.intake.lines import Pointer
from reconciler.intake.words import nearest

if TYPE_CHECKING:
    import jsonschema_rs
    from jsonschema import Draft202012Validator

__all__ = ["Locate", "Schema", "explain", "nearest", "schema", "schema_text", "waves_through"]

Schema: TypeAlias = Mapping[str, Any]


class Locate(Protocol):
    """Says where the value at a pointer stands, or its key."""

    def __call__(self, pointer: Pointer, /, *, on_key: bool = False) -> Place:
        """Return the place."""
        ...


_QUICK: "dict[int, tuple[Schema, jsonschema_rs.Validator]]" = {}
_VALIDATORS: "dict[int, tuple[Schema, Draft202012Validator]]" = {}


def schema_text(name: str) -> str:
    """Return the text of `schemas/<name>.schema.json`, from the installed package or else from the checkout."""
    package = Path(__file__).parents[1]
    shipped = package / "schemas"
    folder = shipped if shipped.is_dir() else package.parent / "schemas"
    return (folder / f"{name}.schema.json").read_text("utf-8")


@cache
def schema(name: str) -> Schema:
    """Return the schema of this name, such as `config` or `qonversion.segment`; the same object each time."""
    value: Schema = json.loads(schema_text(name))
    return value


def waves_through(schema: Schema, value: object) -> bool:
    """Say, quickly, whether a value surely needs no explaining; `explain` is the authority on all others.

    Among those are values that are not of JSON, such as a date in TOML.
    """
    quick = _QUICK.get(id(schema)) or _quick(schema)
    try:
        return quick[1].is_valid(value)
    except ValueError:
        return False


def _quick(schema: Schema) -> "tuple[Schema, jsonschema_rs.Validator]":
    """Make the quick validator of a schema, and keep both, so that the schema's identity stays its own."""
    import jsonschema_rs  # noqa: PLC0415 - only for files that are held against a schema

    made = _QUICK[id(schema)] = (schema, jsonschema_rs.validator_for(dict(schema)))
    return made


def explain(schema: Schema, value: object, locate: Locate) -> list[Problem]:
    """Return every way in which a value breaks a schema, by place; none where it is valid."""
    try:
        errors = _validator(schema).iter_errors(value)
        found = [fault for error in errors for fault in faults(breach(error), schema)]
    except RecursionError:
        return [Problem("too-deep", "nested too deep to be checked", locate(()), "flatten the file")]
    problems = {
        Problem(fault.code, fault.message, locate(fault.pointer, on_key=fault.on_key), fault.hint) for fault in found
    }
    return sorted(problems, key=by_place)


def by_place(problem: Problem) -> tuple[str, int, int, str, str]:
    """Return what to sort problems by: file, line, column, and then what they say."""
    place = problem.place or Place("")
    return place.file, place.line, place.column, problem.code, problem.message


def _validator(schema: Schema) -> "Draft202012Validator":
    """Return the one validator of a schema; it keeps the schema, so that its identity stays its own."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - only for values that have something to report

    if id(schema) not in _VALIDATORS:
        _VALIDATORS[id(schema)] = (schema, Draft202012Validator(schema))
    return _VALIDATORS[id(schema)][1]
