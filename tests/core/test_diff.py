"""How bodies differ, in the vendor's words."""

from hypothesis import given
from hypothesis import strategies as st
from worlds import FORM, PROD, RENEWS, body

from reconciler.core.canonical import canonical_json
from reconciler.core.diff import diff
from reconciler.core.segment import Body, Json


def shown(before: Body, after: Body) -> list[tuple[str, str]]:
    """Return the paths and kinds of the differences."""
    return [(field.path, field.kind.value) for field in diff(before, after, FORM.label)]


def test_a_member_is_named_by_itself() -> None:
    """A renamed segment differs in `name`, with both values."""
    found = diff(body("A"), body("B"), FORM.label)

    assert [(field.path, field.before, field.after) for field in found] == [("name", "A", "B")]


def test_conditions_are_named_by_metric_and_comparator() -> None:
    """A changed value keeps its condition's label; what is only on one side is added or removed."""
    sandbox = {**PROD, "value": "sandbox"}
    target: Json = {"metric": "target_platform", "comparator": "eq", "value": "ios"}

    assert shown(body("A", PROD, RENEWS), body("A", sandbox, target)) == [
        ("conditions[environment eq]", "changed"),
        ("conditions[renewable eq]", "removed"),
        ("conditions[target_platform eq]", "added"),
    ]


def test_equal_conditions_are_paired_whatever_their_order() -> None:
    """Only what really differs is shown, and the second of a label is numbered."""
    one, two, three, four = ({**PROD, "value": value} for value in "1234")

    assert shown(body("A", one, two, three), body("A", three, four, one)) == [("conditions[environment eq]", "changed")]
    assert shown(body("A", one, two), body("A", three, four)) == [
        ("conditions[environment eq]", "changed"),
        ("conditions[environment eq #2]", "changed"),
    ]


def test_groups_are_named_by_number_and_looked_into() -> None:
    """A list item without a label is a container: its members are compared."""
    before: dict[str, Json] = {"groups": [{"type": "AND", "of": [PROD]}]}
    after: dict[str, Json] = {"groups": [{"type": "OR", "of": [RENEWS]}]}

    assert shown(before, after) == [
        ("groups[1].of[environment eq]", "removed"),
        ("groups[1].of[renewable eq]", "added"),
        ("groups[1].type", "changed"),
    ]


def test_types_are_told_apart() -> None:
    """`1`, `1.0`, `true` and `"1"` are four values."""
    values: list[Json] = [1, 1.0, True, "1"]

    assert all(
        shown({"v": one}, {"v": other}) == [("v", "changed")] for one in values for other in values if one is not other
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.0, 1.0, 2.5]) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "__c"]), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from(["x", "y", "__z"]), JSON, max_size=3),
    st.dictionaries(st.sampled_from("xyz"), JSON, max_size=3),
)
def test_bodies_differ_exactly_where_their_canonical_texts_do(before: dict[str, Json], after: dict[str, Json]) -> None:
    """No difference goes unnamed, and equal bodies have none; lists here are compared as multisets."""
    one, other = ({name: _sorted(value) for name, value in side.items()} for side in (before, after))

    assert bool(diff(one, other, FORM.label)) is (canonical_json(one) != canonical_json(other))


def _sorted(value: Json) -> Json:
    if isinstance(value, list):
        return sorted(map(_sorted, value), key=canonical_json)
    return {name: _sorted(inner) for name, inner in value.items()} if isinstance(value, dict) else value
