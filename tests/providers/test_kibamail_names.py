"""What is said of the names that only Kibamail's live project knows, as long as nobody asks it."""

import pytest
from providers.kibamail_bodies import MONGO_US, US

from reconciler.core.finding import Finding
from reconciler.core.segment import Json
from reconciler.providers.kibamail.convert import KibamailForm

FORM = KibamailForm()


def body(conditions: Json) -> dict[str, Json]:
    """Return a body with these conditions."""
    return {"name": "A", "conditions": conditions}


def test_names_that_only_the_project_knows_are_one_warning() -> None:
    """At the first of them, each named once, of many the first five; built-in fields need no look."""
    plan: Json = {"field": "plan", "operator": "eq", "value": "free"}
    hint = "`reconciler plan` asks it, with a key that has the scopes `read:contact-properties` and `read:topics`"

    assert list(FORM.unchecked(body({"$and": [US, MONGO_US, {"email": {"$exists": True}}]}))) == []
    assert list(FORM.unchecked(body({"$and": [US, {"subscribedToTopic": ["t"]}, plan, {"plan": {"$ne": 1}}]}))) == [
        Finding(
            ("conditions", "$and", 1, "subscribedToTopic"),
            "unchecked-names",
            "only the live project knows the topic `t`, the property `plan`, and was not asked",
            hint,
        )
    ]
    (many,) = FORM.unchecked(body({name: {"$eq": 1} for name in "abcdefg"}))
    assert many.message.endswith("the property `d`, the property `e` and 2 more, and was not asked")


@pytest.mark.parametrize(
    ("field", "meant"),
    [
        ("contry", "country"),
        ("firstname", "firstName"),
        ("created_at", "createdAt"),
        ("state", ""),
        ("name", ""),
        ("plan", ""),
    ],
)
def test_a_slip_in_a_built_in_field_is_said_without_asking(field: str, meant: str) -> None:
    """Only what is all but such a field; another name may well be a property."""
    (warning,) = FORM.unchecked(body({"$or": [{"tier": {"$eq": 1}}, {field: {"$eq": "x"}}]}))
    words, _, rest = warning.hint.rpartition("? ")

    assert words == (f"did you mean `{meant}` by `{field}`" if meant else "")
    assert rest.startswith("`reconciler plan` asks it")
