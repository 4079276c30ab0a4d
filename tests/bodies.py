"""Bodies and profiles of each vendor, drawn at random near the edges of what they can mean, and the moment it is.

Knows the vendors' schemas by their documentation; asks no code under test but the drawing of Unleash's constraints.
"""

from random import Random

from unleash.drawn import constraint, context
from unleash.playground import profile as flat

from reconciler.core.segment import Json
from reconciler.providers.unleash.operators import OPERATORS

NOW = "2026-03-01T12:00:00Z"
TEXTS = [
    "",
    "a",
    "A",
    "b",
    "ab",
    "ba",
    "a_b",
    "axb",
    "a%b",
    "%",
    "_",
    "é",
    "10",
    "9",
    "5",
    "1e1",
    "10.0",
    "-3",
    "x y",
    "aXb",
]
NUMBERS = ["5", "10", "9", "10.0", "1e1", "-3", "0", "05", "abc", "", "1,5", "9.5", " 5"]
MILLISECONDS = [0, 1_735_689_600_000, 1_735_689_600_001, 5, 10]
MOMENTS = ["2025-01-01T00:00:00Z", "2025-01-01T01:00:00+01:00", "2025-01-01T00:00:00.001Z", "2024-12-31T23:59:59.999Z"]
TOPICS = ["t1", "t2", "t3"]

Body = dict[str, Json]


def qonversion(random: Random) -> Body:
    """Return a body of up to four conditions."""
    comparators = ["eq", "ne", "gt", "gte", "lt", "lte", "contains", "not_contains"]
    return {
        "name": "A",
        "conditions": [
            {
                "metric": random.choice(["renewable", "sessions", "plan"]),
                "comparator": random.choice(comparators),
                "value": random.choice(NUMBERS if random.random() < 0.6 else TEXTS),
                **({"negate": random.random() < 0.5} if random.random() < 0.4 else {}),
            }
            for _ in range(random.randint(0, 4))
        ],
    }


def qonversion_user(random: Random) -> Body:
    """Return a user, whose metrics may be missing."""
    drawn = {name: random.choice(NUMBERS + TEXTS) for name in ("renewable", "sessions", "plan")}
    return {name: value for name, value in drawn.items() if random.random() < 0.8}


def push0(random: Random) -> Body:
    """Return a body of up to three groups."""

    def one() -> Json:
        kind = random.random()
        if kind < 0.35:
            relation = random.choice(["==", "!=", ">", ">=", "<", "<="])
            numbers: list[Json] = [5, 10, 9, -3, 0, "5", "10", 4, 6, 11]
            value = random.choice(numbers)
            return {"field": random.choice(["sessionCount", "lastSession"]), "relation": relation, "value": value}
        if kind < 0.5:
            relation = random.choice(["contains", "exists"])
            return {
                "field": "tags",
                "relation": relation,
                "value": "true" if relation == "exists" else random.choice(TOPICS),
            }
        relation = random.choice(["exists", "==", "!=", "starts_with", "ends_with", "contains"])
        text = "true" if relation == "exists" else random.choice(TEXTS)
        return {"field": random.choice(["deviceModel", "country"]), "relation": relation, "value": text}

    groups: list[Json] = [
        {"type": random.choice(["AND", "OR"]), "constraints": [one() for _ in range(random.randint(1, 3))]}
        for _ in range(random.randint(0, 3))
    ]
    return {"name": "A", "constraints": groups}


def push0_device(random: Random) -> Body:
    """Return a device, whose fields may be missing."""
    drawn: Body = {
        "sessionCount": random.choice([5, 10, 9, -3, 0, 4, 6, 11]),
        "lastSession": random.choice([5, 10, 9, -3, 0, 4, 6, 11]),
        "tags": [each for each in TOPICS if random.random() < 0.4],
        "deviceModel": random.choice(TEXTS),
        "country": random.choice(TEXTS),
    }
    return {name: value for name, value in drawn.items() if random.random() < 0.8}


def kibamail_test(random: Random) -> Json:
    """Return one comparison that the vendor can evaluate."""
    kind = random.random()
    if kind < 0.12:
        ids: list[Json] = [*random.sample(TOPICS, random.randint(1, 2))]
        return {random.choice(["subscribedToTopic", "notSubscribedToTopic"]): ids}
    if kind < 0.24:
        operator = random.choice(["eq", "ne", "gt", "gte", "lt", "lte"])
        return {"field": "createdAt", "operator": operator, "value": random.choice(MOMENTS)}
    if kind < 0.5:
        operator = random.choice(["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "exists"])
        many: list[Json] = [*random.sample(MILLISECONDS, random.randint(0, 2))]
        value: Json = many if operator in {"in", "nin"} else random.choice(MILLISECONDS)
        return {
            "field": "signups",
            "operator": operator,
            "value": random.random() < 0.5 if operator == "exists" else value,
        }
    operator = random.choice(
        ["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "contains", "startsWith", "endsWith", "exists", "contains"]
    )
    texts: list[Json] = [*random.sample(TEXTS, random.randint(0, 2))]
    text: Json = texts if operator in {"in", "nin"} else random.choice(TEXTS)
    field = random.choice(["country", "city"])
    return {"field": field, "operator": operator, "value": random.random() < 0.5 if operator == "exists" else text}


def kibamail(random: Random) -> Body:
    """Return a body of conditions up to four deep."""

    def tree(depth: int) -> Json:
        if depth == 0 or random.random() < 0.3:
            return kibamail_test(random)
        name = random.choice(["$and", "$or", "$not", "$and"])
        if name == "$not":
            return {name: tree(depth - 1)}
        return {name: [tree(depth - 1) for _ in range(random.randint(1, 3))]}

    return {"name": "A", "conditions": tree(random.randint(0, 3))}


def kibamail_contact(random: Random) -> Body:
    """Return a contact, whose nullable fields may be missing."""
    drawn: Body = {
        "country": random.choice(TEXTS),
        "city": random.choice(TEXTS),
        "signups": random.choice(MILLISECONDS),
        "$topics": [each for each in TOPICS if random.random() < 0.4],
    }
    kept = {name: value for name, value in drawn.items() if name == "$topics" or random.random() < 0.8}
    return {"createdAt": random.choice(MOMENTS), "email": "a@example.com", "status": "SUBSCRIBED", **kept}


def unleash(random: Random) -> Body:
    """Return a body of up to three constraints."""
    operators = sorted(OPERATORS)
    return {
        "name": "A",
        "constraints": [constraint(random, random.choice(operators)) for _ in range(random.randint(0, 3))],
    }


def unleash_context(random: Random) -> Body:
    """Return a context made flat."""
    return dict(flat(context(random), NOW))


def simple_unleash(random: Random) -> Body:
    """Return a body of up to three constraints over lists, texts and plain numbers."""

    def one() -> Json:
        flags: Body = {"inverted": random.random() < 0.3}
        if random.random() < 0.4:
            operator = random.choice(["NUM_EQ", "NUM_GT", "NUM_GTE", "NUM_LT", "NUM_LTE"])
            return {"contextName": "age", "operator": operator, "value": random.choice(["5", "10", "9", "-3"]), **flags}
        operator = random.choice(["IN", "NOT_IN", "STR_CONTAINS", "STR_STARTS_WITH", "STR_ENDS_WITH"])
        values: list[Json] = [*random.sample([text for text in TEXTS if text], random.randint(1, 2))]
        flags["caseInsensitive"] = random.random() < 0.3
        return {"contextName": "plan", "operator": operator, "values": values, **flags}

    return {"name": "A", "constraints": [one() for _ in range(random.randint(0, 3))]}


def simple_context(random: Random) -> Body:
    """Return a context, whose properties may be missing or empty."""
    drawn: Body = {"plan": random.choice(TEXTS), "age": random.choice(["5", "10", "9", "-3", "9.5", "x", ""])}
    return {"currentTime": NOW, **{name: value for name, value in drawn.items() if random.random() < 0.8}}


SIMPLE = {
    "kibamail": (kibamail, kibamail_contact),
    "push0": (push0, push0_device),
    "qonversion": (qonversion, qonversion_user),
    "unleash": (simple_unleash, simple_context),
}
"""As `DRAWN`, of what the second reading in `oracles` covers."""

DRAWN = {
    "kibamail": (kibamail, kibamail_contact),
    "push0": (push0, push0_device),
    "qonversion": (qonversion, qonversion_user),
    "unleash": (unleash, unleash_context),
}
"""A vendor's name, how to draw a body of it, and how to draw a profile."""

OPTIONS = {"kibamail": {"text_order": "codepoint"}}
"""What a target assumes, so that nothing that is drawn is unclear."""
