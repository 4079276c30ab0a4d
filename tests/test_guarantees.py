"""docs/guarantees.md against the tests that it names, and against what the search of the protocol looks for."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "guarantees.md").read_text()
OPEN = "What is not promised"
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def bullets() -> list[tuple[str, str]]:
    """Return each sentence of the page with the heading that it is under."""
    found = []
    for section in PAGE.split("\n## ")[1:]:
        heading, _, text = section.partition("\n")
        found += [(heading, each) for each in text.split("\n- ")[1:]]
    return found


@pytest.mark.parametrize(("heading", "sentence"), bullets())
def test_each_sentence_names_tests_that_are_there(heading: str, sentence: str) -> None:
    """What is promised names one at least; what is not may name the one that shows it."""
    named = NAMED.findall(sentence)

    assert named or heading == OPEN
    for file, name in named:
        tree = ast.parse((TESTS / file).read_text())
        assert name in {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}, f"{file}::{name}"


def test_all_that_the_search_looks_for_is_on_the_page() -> None:
    """In the same words."""
    tree = ast.parse((TESTS / "model" / "search.py").read_text())
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Return)]
    words = {text for value in texts if value for text in _texts(value) if " " in text}
    page = " ".join(PAGE.split())

    assert len(words) > 10
    assert [] == [each for each in sorted(words) if f'"{each}' not in page]


def _texts(value: ast.expr) -> list[str]:
    match value:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return [text.partition("`")[0].strip(" :")]
        case ast.IfExp(body=body, orelse=other):
            return _texts(body) + _texts(other)
        case _:
            return []
