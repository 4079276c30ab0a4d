"""What the models of the vendors' answers have in common. Imports pydantic, which plain answers do without."""

from typing import Annotated

from pydantic import AfterValidator

from reconciler.providers.answers import NO_PATH_PART


def _is_path_part(value: str) -> str:
    if value in NO_PATH_PART:
        message = "is not an id that can stand in a path"
        raise ValueError(message)
    return value


Identifier = Annotated[str, AfterValidator(_is_path_part)]
"""A vendor's id: opaque, but for what no path can hold."""
