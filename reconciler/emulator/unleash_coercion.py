"""How Unleash's outer layer takes a body: each scalar is turned into the type that is asked for, the rest is refused.

Reads a body against its documented shape. Must never know what a value means, nor the store.
"""

import json
from typing import Final, TypeAlias

from reconciler.emulator import unleash_script as script
from reconciler.emulator.tables import Document, Json

OPERATORS: Final = (
    *("NOT_IN", "IN", "STR_ENDS_WITH", "STR_STARTS_WITH", "STR_CONTAINS"),
    *("NUM_EQ", "NUM_GT", "NUM_GTE", "NUM_LT", "NUM_LTE"),
    *("DATE_AFTER", "DATE_BEFORE"),
    *("SEMVER_EQ", "SEMVER_GT", "SEMVER_LT", "SEMVER_GTE", "SEMVER_LTE"),
    "REGEX",
)

Detail: TypeAlias = dict[str, Json]

_TRUTH: Final[dict[str, bool]] = {"true": True, "false": False}


class Coercion:
    """One reading of a body; `wrong` has what could not be taken, with the path of each."""

    def __init__(self) -> None:
        self.wrong: list[Detail] = []

    def body(self, sent: Document) -> Document:
        """Return the four members that are kept, in their types. Wrong members hide what is wrong further down."""
        held: Document = {}
        for member in ("name", "constraints"):
            if member not in sent:
                self._refuse(f"/body/{member}", "is required")
        if "name" in sent:
            held["name"] = self._text("/body/name", sent["name"])
        for member in ("description", "project"):
            if member in sent:
                value = sent[member]
                held[member] = None if value is None else self._text(f"/body/{member}", value)
        constraints = sent.get("constraints", [])
        if not isinstance(constraints, list):
            self._refuse("/body/constraints", "must be array", constraints)
        elif not self.wrong:
            held["constraints"] = [
                self._constraint(f"/body/constraints/{place}", one) for place, one in enumerate(constraints)
            ]
        return held

    def name(self, sent: Document) -> str:
        """Return the one member of a body that is to have no other."""
        if "name" not in sent:
            self._refuse("/body/name", "is required")
        for member in sent:
            if member != "name":
                self._refuse(_below("/body", member), "is not a member of the body")
        return self._text("/body/name", sent.get("name"))

    def _constraint(self, path: str, sent: Json) -> Document:
        if not isinstance(sent, dict):
            self._refuse(path, "must be object", sent)
            return {}
        held: Document = {}
        for member in ("contextName", "operator"):
            if member not in sent:
                self._refuse(f"{path}/{member}", "is required")
        for member, value in sent.items():
            where = _below(path, member)
            match member:
                case "contextName":
                    held[member] = self._text(where, value)
                case "operator":
                    held[member] = self._operator(where, value)
                case "value":
                    held[member] = self._value(where, value)
                case "values":
                    held[member] = self._values(where, value)
                case "inverted" | "caseInsensitive":
                    held[member] = self._truth(where, value)
                case _:
                    self._refuse(where, "is not a member of a constraint")
        return held

    def _operator(self, path: str, sent: Json) -> str:
        text = self._text(path, sent)
        if text not in OPERATORS:
            self._refuse("operator", f"must be one of {', '.join(OPERATORS)}", text)
        return text

    def _value(self, path: str, sent: Json) -> str:
        text = self._text(path, sent)
        if not text:
            self._refuse(path, "must have 1 character at least", text)
        return text

    def _values(self, path: str, sent: Json) -> list[Json]:
        if not isinstance(sent, list):
            self._refuse(path, "must be array", sent)
            return []
        return [self._text(f"{path}/{place}", one) for place, one in enumerate(sent)]

    def _text(self, path: str, sent: Json) -> str:
        match sent:
            case str():
                return sent
            case None:
                return ""
            case bool():
                return json.dumps(sent)
            case int() | float():
                return script.text(float(sent))
            case _:
                self._refuse(path, "must be string", sent)
                return ""

    def _truth(self, path: str, sent: Json) -> bool:
        match sent:
            case str() if sent in _TRUTH:
                return _TRUTH[sent]
            case None | bool() | 0 | 1:
                return bool(sent)
            case _:
                self._refuse(path, "must be boolean", sent)
                return False

    def _refuse(self, path: str, words: str, *sent: Json) -> None:
        found = f", and is {json.dumps(sent[0])[:100]}" if sent else ""
        self.wrong.append({"message": f"`{path}` {words}{found}", "path": path})


def _below(path: str, member: str) -> str:
    return f"{path}/{member}" if member else path
