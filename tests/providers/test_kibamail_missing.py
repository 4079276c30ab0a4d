"""What is left out for want of a field, held against two plain evaluators: the vendor's database, and MongoDB."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as some

from reconciler.core.segment import Json
from reconciler.providers.kibamail.conditions import Node, walk
from reconciler.providers.kibamail.missing import left_out

Condition: TypeAlias = dict[str, Json]
CONTACTS = [{"city": "Berlin"}, {"city": "Paris"}]
"""Contacts without a country."""

LEAVES = some.builds(
    lambda field, operator, value: {"field": field, "operator": operator, "value": value},
    some.sampled_from(["country", "city"]),
    some.sampled_from(["eq", "ne"]),
    some.just("Berlin"),
) | some.builds(lambda wanted: {"field": "country", "operator": "exists", "value": wanted}, some.booleans())
CONDITIONS = some.recursive(
    LEAVES,
    lambda inner: (
        some.builds(
            lambda name, parts: {name: parts},
            some.sampled_from(["$and", "$or"]),
            some.lists(inner, min_size=1, max_size=3),
        )
        | some.builds(lambda part: {"$not": part}, inner)
    ),
    max_leaves=6,
)


def verdict(item: Json, contact: dict[str, str], *, mongo: bool) -> bool | None:
    """Return whether a contact matches; None is the unknown of a database."""
    match item:
        case {"$not": part}:
            inner = verdict(part, contact, mongo=mongo)
            return None if inner is None else not inner
        case {"$and": list(parts)}:
            found = {verdict(part, contact, mongo=mongo) for part in parts}
            return False if False in found else None if None in found else True
        case {"$or": list(parts)}:
            found = {verdict(part, contact, mongo=mongo) for part in parts}
            return True if True in found else None if None in found else False
        case {"field": str(field), "operator": "exists", "value": wanted}:
            return (field in contact) is wanted
        case {"field": str(field), "operator": operator, "value": value}:
            if field not in contact:
                return operator == "ne" if mongo else None
            return (contact[field] == value) is (operator == "eq")
        case _:
            raise AssertionError(item)


class Counted(list[Node]):
    """Nodes that count how often somebody goes through all of them."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        super().__init__(nodes)
        self.times = 0

    def __iter__(self) -> Iterator[Node]:
        """Go through the nodes."""
        self.times += 1
        return super().__iter__()

    def __reversed__(self) -> Iterator[Node]:
        """Go through the nodes from the last to the first."""
        self.times += 1
        return super().__reversed__()


def test_many_fields_cost_no_more_walks_than_one() -> None:
    """Each field is told, also where thousands of them stand in one list or in one object."""
    many: Json = {"$and": [{"field": f"f{number}", "operator": "ne", "value": 1} for number in range(2000)]}
    mongo: Json = {f"f{number}": {"$ne": 1} for number in range(2000)}
    for conditions in (many, mongo):
        nodes = Counted(walk(conditions))

        assert [test.field for test in left_out(nodes)] == [f"f{number}" for number in range(2000)]
        assert nodes.times == 2


@given(CONDITIONS)
def test_where_nothing_is_told_nobody_is_left_out(condition: Condition) -> None:
    """Without a finding on the field, a contact that lacks it is in the vendor's segment as in that of MongoDB."""
    told = any(test.field == "country" for test in left_out(list(walk(condition))))
    vendor = [verdict(condition, contact, mongo=False) is True for contact in CONTACTS]
    mongo = [verdict(condition, contact, mongo=True) is True for contact in CONTACTS]

    assert told or vendor == mongo
