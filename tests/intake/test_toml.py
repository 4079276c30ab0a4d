"""Where things stand in a TOML text, and what its parser complains of."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.intake.lines import Pointer
from reconciler.intake.toml import toml_error, toml_position

TEXT = '''\
# é
default_target = "local" # here
a.b.c = 1
"q\\u00e9 😀".'x y' = [ # list
  1, # one
  { k = "v", n.m = 2 },
]

[targets.local]
provider = "qonversion"
vars = { environment = "prod", "zone" = "eu" }

[ targets . "pro duction" . limits ] # limits
max_deletes = 5
[[rows]]
z = 1
[[rows]]
z = 2
[rows.sub]
k = """
many"""
'''


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        ((), (1, 1), (1, 1)),
        (("default_target",), (2, 1), (2, 18)),
        (("a",), (3, 1), (3, 1)),
        (("a", "b"), (3, 3), (3, 3)),
        (("a", "b", "c"), (3, 5), (3, 9)),
        (("qé 😀", "x y"), (4, 13), (4, 21)),
        (("qé 😀", "x y", 0), (5, 3), (5, 3)),
        (("qé 😀", "x y", 1, "k"), (6, 5), (6, 9)),
        (("qé 😀", "x y", 1, "n", "m"), (6, 16), (6, 20)),
        (("targets",), (9, 2), (9, 2)),
        (("targets", "local"), (9, 10), (9, 10)),
        (("targets", "local", "provider"), (10, 1), (10, 12)),
        (("targets", "local", "vars", "zone"), (11, 32), (11, 41)),
        (("targets", "local", "limits"), (9, 10), (9, 10)),
        (("targets", "pro duction", "limits"), (13, 29), (13, 29)),
        (("targets", "pro duction", "limits", "max_deletes"), (14, 1), (14, 15)),
        (("rows", 0, "z"), (16, 1), (16, 5)),
        (("rows", 1, "z"), (18, 1), (18, 5)),
        (("rows", 1, "sub", "k"), (20, 1), (20, 5)),
    ],
)
def test_positions_by_path(path: Pointer, key: tuple[int, int], value: tuple[int, int]) -> None:
    """Tables, dotted and quoted keys, inline tables and lists; of the table where there is no such key."""
    assert (key, value) == (toml_position(TEXT, path, on_key=True), toml_position(TEXT, path))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6), st.integers(0, 3))
def test_quoted_keys_of_any_text(name: str, blank: int) -> None:
    """A key is found however it is spelled."""
    spelled = '"' + "".join(f"\\U{ord(character):08x}" for character in name) + '"'
    text = "\n" * blank + f"[a.{spelled}]\n'' = 1\n"

    assert tomllib.loads(text) == {"a": {name: {"": 1}}}
    assert (blank + 1, 4) == toml_position(text, ("a", name), on_key=True)
    assert (blank + 2, 6) == toml_position(text, ("a", name, ""))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1\nb = ?\n", (2, 5, "invalid value")),
        ("a = [1,\n 2", (2, 3, "unclosed array")),
        ("a = 1\na = 2\n", (2, 6, "cannot overwrite a value")),
    ],
)
def test_what_the_parser_complains_of(text: str, expected: tuple[int, int, str]) -> None:
    """Line, column and words, also where the text ends too early."""
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)

    assert expected == toml_error(caught.value, text)


def test_a_complaint_without_a_place() -> None:
    """An error that says no place is reported at the first character, and one without words has none."""
    assert (1, 1, "odd") == toml_error(tomllib.TOMLDecodeError("Odd"))
    assert (1, 1, "") == toml_error(tomllib.TOMLDecodeError(""))
