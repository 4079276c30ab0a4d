"""Every code that a message can end with is explained, and nothing else is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import reconciler
from reconciler.catalogue import entries
from reconciler.core.plan import Block

SOURCES = Path(reconciler.__file__).parent
CARRIERS = {"Problem", "Finding", "Fault", "Flaw", "Unresolved"}
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def strings(node: ast.AST) -> Iterator[str]:
    """Yield the string constants in a part of a program."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def written() -> set[str]:
    """Return every string in the sources that has the form of a code."""
    return {
        text
        for path in SOURCES.rglob("*.py")
        for text in strings(ast.parse(path.read_text(encoding="utf-8")))
        if CODE.fullmatch(text)
    }


def carried() -> set[str]:
    """Return every code that stands as a literal where a problem, finding or fault is built."""
    calls = (
        node
        for path in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CARRIERS
    )
    arguments = (argument for call in calls for argument in [*call.args, *(word.value for word in call.keywords)])
    return {text for argument in arguments if isinstance(argument, ast.Constant) for text in strings(argument)}


def test_every_code_of_a_problem_is_explained() -> None:
    """A code written where a problem is built, and every safety rule, has an entry."""
    codes = {text for text in carried() if CODE.fullmatch(text)} | {rule.value.replace("_", "-") for rule in Block}

    assert codes - entries().keys() == set()


def test_nothing_is_explained_that_cannot_happen() -> None:
    """Every entry is a code that stands somewhere in the sources."""
    rules = {rule.value.replace("_", "-") for rule in Block}
    made = {f"listing-{how}" for how in ("restarted", "repeated", "short", "endless")}

    assert entries().keys() - written() - rules - made == set()


def test_every_entry_says_what_it_means_with_an_example() -> None:
    """No entry is empty, and what it means is a sentence."""
    assert all(entry.means.endswith(".") and entry.example for entry in entries().values())
