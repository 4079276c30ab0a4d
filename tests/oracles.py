"""Whom a body matches, read a second time from the vendors' pages: no tree, and nothing of the code under test.

Unleash's is for lists, texts and plain numbers; its real server judges the rest (tests/unleash).
"""

import re
from collections.abc import Callable
from typing import Any

Body = dict[str, Any]
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
    "==": lambda a, b: a == b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}


def number(text: str) -> float | None:
    """Return a plain decimal number."""
    try:
        return float(text) if text and not set(text) - set("0123456789+-.eE") else None
    except ValueError:
        return None


def qonversion(body: Body, user: Body, *, differs: bool = False) -> bool:
    """All conditions hold; what is missing fails a comparison, and `negate` turns that round."""
    return all(_condition(each, user.get(each["metric"]), differs=differs) for each in body["conditions"])


def _condition(each: Body, held: str | None, *, differs: bool) -> bool:
    word, value = each["comparator"], each["value"]
    if held is None:
        outcome = differs and word in {"ne", "not_contains"}
    elif word.endswith("contains"):
        outcome = (value in held) == (word == "contains")
    else:
        numbers = number(held), number(value)
        left, right = (held, value) if None in numbers else numbers
        outcome = left != right if word == "ne" else COMPARED[word](left, right)
    return bool(outcome) != bool(each.get("negate", False))


def push0(body: Body, device: Body, *, differs: bool = False) -> bool:
    """All groups hold, of each all or any of the constraints."""
    combine = {"AND": all, "OR": any}
    return all(
        combine[group["type"]](
            _constraint(each, device.get(each["field"]), differs=differs) for each in group["constraints"]
        )
        for group in body["constraints"]
    )


def _constraint(each: Body, held: Any, *, differs: bool) -> bool:  # noqa: ANN401 - JSON
    word, value = each["relation"], each["value"]
    if isinstance(held, list):
        return bool(held) if word == "exists" else value in held
    if held is None:
        return differs and word == "!="
    if word == "exists":
        return True
    if isinstance(held, int):
        return bool(held != int(value) if word == "!=" else COMPARED[word](held, int(value)))
    texts: dict[str, Callable[[], bool]] = {
        "==": lambda: held == value,
        "!=": lambda: held != value,
        "starts_with": lambda: held.startswith(value),
        "ends_with": lambda: held.endswith(value),
        "contains": lambda: value in held,
    }
    return texts[word]()


def kibamail(body: Body, contact: Body) -> bool:
    """SQL's three values: only what is true matches."""
    return _ternary(body["conditions"], contact) is True


def _ternary(item: Body, contact: Body) -> bool | None:
    if "$and" in item:
        parts = [_ternary(each, contact) for each in item["$and"]]
        return False if False in parts else None if None in parts else True
    if "$or" in item:
        parts = [_ternary(each, contact) for each in item["$or"]]
        return True if True in parts else None if None in parts else False
    if "$not" in item:
        part = _ternary(item["$not"], contact)
        return None if part is None else not part
    topics = set(contact.get("$topics", []))
    if "field" not in item:
        wanted = not topics.isdisjoint(item.get("subscribedToTopic", topics)) or "subscribedToTopic" not in item
        return wanted and topics.isdisjoint(item.get("notSubscribedToTopic", []))
    return _comparison(item["operator"], item["value"], contact.get(item["field"]))


def _comparison(word: str, value: Any, held: Any) -> bool | None:  # noqa: ANN401 - JSON
    if word == "exists":
        return (held is not None) == (value is True)
    if value == [] and word in {"in", "nin"}:
        return word == "nin"
    if held is None:
        return None
    if word in {"in", "nin"}:
        return (held in value) == (word == "in")
    if word in {"contains", "startsWith", "endsWith"}:
        inner = "".join({"%": ".*", "_": "."}.get(letter, re.escape(letter)) for letter in value)
        before, after = "" if word == "startsWith" else ".*", "" if word == "endsWith" else ".*"
        return re.fullmatch(before + inner + after, held, re.DOTALL) is not None
    if isinstance(held, str) and held[:4].isdigit() and "T" in held:
        held, value = _moment(held), _moment(value)
    return held != value if word == "ne" else COMPARED[word](held, value)


def _moment(text: str) -> float:
    from datetime import datetime  # noqa: PLC0415 - the one use

    return datetime.fromisoformat(text).timestamp()


def unleash(body: Body, context: Body) -> bool:
    """All constraints hold; an empty field is a missing one, and fails what it is compared with."""
    return all(_unleash(each, str(context.get(each["contextName"]) or "")) for each in body["constraints"])


def _unleash(each: Body, held: str) -> bool:
    word = each["operator"]
    fold: Callable[[str], str] = str.lower if each.get("caseInsensitive") else str
    texts = [fold(value.strip()) for value in each.get("values", [])]
    if word in {"IN", "NOT_IN"}:
        outcome = (bool(held) and fold(held) in texts) == (word == "IN")
    elif word.startswith("STR_"):
        tests = {"STR_CONTAINS": str.__contains__, "STR_STARTS_WITH": str.startswith, "STR_ENDS_WITH": str.endswith}
        outcome = bool(held) and any(tests[word](fold(held), text) for text in texts)
    else:
        known = number(held)
        outcome = known is not None and COMPARED[word.removeprefix("NUM_").lower()](known, float(each["value"]))
    return bool(outcome) != bool(each.get("inverted", False))


ORACLES: dict[str, Callable[[Body, Body], bool]] = {
    "kibamail": kibamail,
    "push0": push0,
    "qonversion": qonversion,
    "unleash": unleash,
}
