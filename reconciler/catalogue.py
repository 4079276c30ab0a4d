"""Every code that a message can end with: what it means, and an example. The texts are in `codes.toml` beside this."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Entry:
    """One code: what it means and what to do, and an example of what brings it about."""

    means: str
    example: str


def entries() -> dict[str, Entry]:
    """Return all codes, by name."""
    text = (files("reconciler") / "codes.toml").read_text(encoding="utf-8")
    return {
        code: Entry(table["means"].strip(), table["example"].strip())
        for code, table in sorted(tomllib.loads(text).items())
    }
