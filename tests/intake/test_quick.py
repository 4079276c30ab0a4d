"""The fast yes, held against the schema itself."""

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reconciler.errors import Place
from reconciler.intake.schema import explain, schema, waves_through

SEGMENT = schema("qonversion.segment")
CONFIG = schema("config")
CHOICES = {
    "anyOf": [
        {"type": "string"},
        {"required": ["name"], "type": "object", "properties": {"name": {"enum": ["eq"]}}},
        {"type": "null"},
    ]
}
SCALARS = st.none() | st.booleans() | st.integers(-2, 70) | st.floats(-1, 2) | st.text("ab${}/ \n", max_size=3)
WORDS = st.sampled_from(["eq", "prod", "qonversion", "embedded", "file", "git", "report", "production", "X_KEY", "a/b"])
NAMES = st.sampled_from(
    [
        "name",
        "conditions",
        "metric",
        "comparator",
        "value",
        "negate",
        "reconciler",
        "previously",
        "protected",
        "owner",
        "targets",
        "a",
        "a b",
        "provider",
        "definitions",
        "limits",
        "max_deletes",
        "concurrency",
        "vars",
        "default_target",
    ]
)
ANYTHING = st.recursive(
    SCALARS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
SEGMENTS = st.fixed_dictionaries(
    {"name": WORDS},
    optional={
        "conditions": st.lists(
            st.fixed_dictionaries(
                {"metric": WORDS, "comparator": WORDS, "value": WORDS | SCALARS}, optional={"negate": SCALARS}
            )
        ),
        "reconciler": ANYTHING
        | st.fixed_dictionaries({}, optional={"previously": st.lists(WORDS), "protected": SCALARS}),
        "x": SCALARS,
    },
)
CONFIGS = st.fixed_dictionaries(
    {
        "targets": st.dictionaries(
            WORDS,
            st.fixed_dictionaries(
                {"provider": WORDS, "definitions": WORDS},
                optional={
                    "limits": ANYTHING,
                    "vars": st.dictionaries(NAMES, SCALARS),
                    "ledger": WORDS,
                    "credential_env": WORDS,
                },
            ),
            max_size=2,
        )
    }
)


@given(ANYTHING | SEGMENTS | CONFIGS)
def test_nothing_is_waved_through_that_a_schema_refuses(value: object) -> None:
    """The fast acceptance never says yes where the schema says no; every problem has words."""
    for rules in (SEGMENT, CONFIG, CHOICES):
        problems = explain(rules, value, lambda _pointer, *, on_key=False: Place("x"))

        assert not (problems and waves_through(rules, value))
        assert all(problem.message and "given schemas" not in problem.message for problem in problems)
        assert bool(problems) != Draft202012Validator(rules).is_valid(value)
