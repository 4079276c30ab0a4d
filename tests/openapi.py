"""A vendor's OpenAPI description, and whether requests and answers are as it says. Names no vendor."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator, FormatChecker

_FORMATS = FormatChecker(formats=())
_JSON = "application/json"


@_FORMATS.checks("date-time")
def _is_time(value: object) -> bool:
    return (
        not isinstance(value, str)
        or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", value) is not None
    )


@_FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or re.match(r"[a-z][a-z+.-]*:[^\s]+", value) is not None


class Operation(NamedTuple):
    """One method of one path of the description."""

    name: str
    said: Mapping[str, Any]
    parameters: Mapping[tuple[str, str], Mapping[str, Any]]
    found: Mapping[str, str]


class Description:
    """The description. What it says of a request or an answer that is not as it should be, it says in a line.

    `bounds` are of parameters in the query whose numbers are bounded by words alone.
    """

    def __init__(self, document: Mapping[str, Any], bounds: Mapping[str, range] | None = None) -> None:
        self._document = document
        self._bounds = bounds or {}
        self._paths = sorted(
            ((_pattern(path, self._multi(path)), path) for path in document["paths"]),
            key=lambda pair: (pair[1].count("{"), -len(pair[1])),
        )
        self._components = {"schemas": {name: _converted(schema) for name, schema in self._schemas.items()}}
        self._validators: dict[str, Draft202012Validator] = {}

    def request(
        self, method: str, path: str, query: Iterable[tuple[str, str]], body: object, kind: str = _JSON
    ) -> list[str]:
        """Return what is wrong with a request; a body is None where there was none, and of a kind where there was."""
        operation = self._operation(method, path)
        if operation is None:
            return [f"{method} {path}: there is no such path, or it has no such method"]
        wrong = [*self._query(operation, list(query)), *self._found(operation), *self._body(operation, body, kind)]
        return [f"{method} {path}: {what}" for what in wrong]

    def answer(self, method: str, path: str, status: int, body: object) -> list[str]:
        """Return what is wrong with an answer; a body is None where there was none."""
        operation = self._operation(method, path)
        if operation is None:
            return [f"{method} {path}: there is no such path, or it has no such method"]
        responses = operation.said["responses"]
        if str(status) not in responses:
            return [f"{method} {path}: {status} is not among its answers: {', '.join(responses)}"]
        content = self._resolved(responses[str(status)]).get("content", {})
        if _JSON not in content:
            return [] if body is None else [f"{method} {path}: {status}: it has a body"]
        validator = self._validator(f"{operation.name} {status}", content[_JSON]["schema"])
        return [f"{method} {path}: {status}: {what}" for what in _breaches(validator, body)]

    def schema(self, name: str, value: object) -> list[str]:
        """Return what is wrong with a value that should be as a schema has it."""
        return _breaches(self._validator(f"# {name}", {"$ref": f"#/components/schemas/{name}"}), value)

    @property
    def _schemas(self) -> Mapping[str, Any]:
        schemas: Mapping[str, Any] = self._document["components"]["schemas"]
        return schemas

    def _multi(self, path: str) -> set[str]:
        operations = self._document["paths"][path].values()
        found = (self._resolved(parameter) for said in operations for parameter in said.get("parameters", ()))
        return {parameter["name"] for parameter in found if parameter.get("x-multi-segment")}

    def _resolved(self, said: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in said:
            at: Any = self._document
            for part in said["$ref"].removeprefix("#/").split("/"):
                at = at[part]
            said = at
        return said

    def _operation(self, method: str, path: str) -> Operation | None:
        for pattern, template in self._paths:
            found = pattern.fullmatch(path)
            said = self._document["paths"][template].get(method.lower())
            if found and said:
                parameters = [self._resolved(parameter) for parameter in said.get("parameters", ())]
                known = {(parameter["in"], parameter["name"]): parameter for parameter in parameters}
                return Operation(f"{method} {template}", said, known, found.groupdict())
        return None

    def _query(self, operation: Operation, query: list[tuple[str, str]]) -> list[str]:
        known = {name: said for (place, name), said in operation.parameters.items() if place == "query"}
        given = [name for name, _ in query]
        return [
            *(
                f"query: `{name}` is missing"
                for name, said in known.items()
                if said.get("required") and name not in given
            ),
            *(f"query: `{name}` is given twice" for name in sorted({name for name in given if given.count(name) > 1})),
            *(f"query: there is no `{name}`" for name in given if name not in known),
            *(
                f"query: `{name}`: {what}"
                for name, value in query
                if name in known
                for what in self._parameter(operation, "query", name, value)
            ),
        ]

    def _found(self, operation: Operation) -> list[str]:
        return [
            f"path: `{name}`: {what}"
            for name, value in operation.found.items()
            for what in self._parameter(operation, "path", name, value)
        ]

    def _parameter(self, operation: Operation, place: str, name: str, value: str) -> list[str]:
        schema = self._resolved(operation.parameters[place, name])["schema"]
        validator = self._validator(f"{operation.name} {place} {name}", schema)
        readings = [value, *([int(value)] if re.fullmatch(r"-?\d+", value) else []), *_boolean(value)]
        if any(not _breaches(validator, reading) for reading in readings):
            wide = self._bounds.get(name)
            return ["it is not in bounds"] if place == "query" and wide and int(value) not in wide else []
        return _breaches(validator, value)

    def _body(self, operation: Operation, body: object, kind: str) -> list[str]:
        said = operation.said.get("requestBody")
        if said is None:
            return [] if body is None else ["body: there should be none"]
        if body is None:
            return ["body: it is missing"] if said.get("required") else []
        if kind not in said["content"]:
            return [f"body: it is of the type `{kind}`, and not {', '.join(said['content'])}"]
        validator = self._validator(f"{operation.name} body", said["content"][kind]["schema"])
        return [f"body: {what}" for what in _breaches(validator, body)]

    def _validator(self, name: str, schema: Mapping[str, Any]) -> Draft202012Validator:
        if name not in self._validators:
            whole = {**_converted(schema), "components": self._components}
            self._validators[name] = Draft202012Validator(whole, format_checker=_FORMATS)
        return self._validators[name]


def _pattern(path: str, multi: set[str]) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", path)
    names = [f"(?P<{name}>{'.+' if name in multi else '[^/]+'})" for name in parts[1::2]]
    texts = [re.escape(text) for text in parts[::2]]
    return re.compile("".join(text + name for text, name in zip(texts, [*names, ""], strict=True)))


def _boolean(value: str) -> list[bool]:
    return {"true": [True], "false": [False]}.get(value, [])


def _breaches(validator: Draft202012Validator, value: object) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]


def _converted(schema: Mapping[str, Any], *, closed: bool = True) -> dict[str, Any]:
    """Return a schema of OpenAPI 3.0 as JSON Schema, without `nullable`; no object has members that are not named.

    Parts of an `allOf` stay open, as each knows only its own.
    """
    made: dict[str, Any] = {}
    for key, value in schema.items():
        match key, value:
            case (("properties" | "patternProperties"), dict()):
                made[key] = {name: _converted(part) for name, part in value.items()}
            case (("oneOf" | "anyOf" | "allOf"), list()):
                made[key] = [_converted(part, closed=key != "allOf") for part in value]
            case (("items" | "additionalProperties" | "not"), dict()):
                made[key] = _converted(value)
            case (("nullable" | "example" | "examples" | "default" | "discriminator" | "description"), _):
                continue
            case _:
                made[key] = value
    if closed and "properties" in made:
        made.setdefault("additionalProperties", False)
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") else made
