"""Claims ⇄ the ledger document, strictly: a ledger that does not read whole is damaged, never partly believed."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from reconciler.core.claims import KEY, Claims, Intent, Lease
from reconciler.core.document import FORMAT_VERSION
from reconciler.core.segment import Recorded
from reconciler.errors import InvalidInput, Problem
from reconciler.intake.model import Parsed, read_document, read_model

RESTORE = "restore the file from git or a backup; without it nothing is known to be managed, so nothing is planned"
_KEY = re.compile(KEY)
_ENCODER = json.JSONEncoder()
"""Without `indent`, so that the fast encoder of the standard library is taken."""
_MEMBERS = {"format", "format_version", "target", "provider", "serial", "segments", "intents", "lease"}
_TEXTS = ("endpoint", "applied", "begun")
_OF_SEGMENT = {"id", "body", "protected"}


def dump(claims: Claims, target: str, provider: str, *, writer: str = "") -> str:
    """Return the claims as a ledger document: one line for each segment, by key, so that a diff of it can be read.

    `writer` is who writes it, where nothing else says that.
    """
    segments = {
        key: {"id": record.id, "body": dict(record.body), "protected": record.protected}
        for key, record in sorted(claims.segments.items())
    }
    intents = [
        {
            "key": intent.key,
            "action": intent.action,
            "id": intent.segment_id,
            "body_digest": intent.body_digest,
            "idempotency_key": intent.idempotency_key,
            "meaning": intent.meaning,
        }
        for intent in claims.intents
    ]
    lease = claims.lease
    commits = {"applied": claims.applied, "begun": claims.begun}
    members = {
        "format": _line("reconciler-ledger"),
        "format_version": _line(FORMAT_VERSION),
        "target": _line(target),
        "provider": _line(provider),
        **({"endpoint": _line(claims.endpoint)} if claims.endpoint else {}),
        **{name: _line(commit) for name, commit in commits.items() if commit},
        "serial": _line(claims.serial),
        "segments": _lines("{}", [f"{_line(key)}: {_line(value)}" for key, value in segments.items()]),
        "intents": _lines("[]", [_line(intent) for intent in intents]),
        "lease": _line(
            lease and {"holder": lease.holder, "since": lease.since.isoformat(), "until": lease.until.isoformat()}
        ),
        **({"written_by": _line(writer)} if writer else {}),
    }
    return "{\n" + ",\n".join(f"  {_line(name)}: {value}" for name, value in members.items()) + "\n}\n"


def _line(value: object) -> str:
    return _ENCODER.encode(value)


def _lines(brackets: str, lines: list[str]) -> str:
    inner = ",\n    ".join(lines)
    return f"{brackets[0]}\n    {inner}\n  {brackets[1]}" if lines else brackets


def parse(data: bytes, shown: str, target: str, provider: str, *, hint: str = RESTORE) -> Claims:
    """Return the claims in a ledger document; raises InvalidInput where it is damaged or another target's.

    `hint` says how one that is whole is had again.
    """
    source = read_document(data, shown, code="ledger-damaged", hint=hint)
    _refuse_version(source)
    value = source.value
    lease, intents = (None, ()) if _is_plain(value) else _checked(source, hint)
    problems = []
    if (value["target"], value["provider"]) != (target, provider):
        problems.append(
            Problem(
                "ledger-foreign",
                f"is the ledger of target `{value['target']}` on {value['provider']}, not of `{target}` on {provider}",
                source.place("target"),
                "give each target a name and a ledger of its own",
            )
        )
    segments: dict[str, Any] = value["segments"]
    owners = Counter([segment["id"] for segment in segments.values()])
    problems += [
        Problem("ledger-damaged", f"records the id `{segment_id}` under {count} keys", source.place("segments"), hint)
        for segment_id, count in (owners.items() if len(owners) < len(segments) else ())
        if count > 1
    ]
    if problems:
        raise InvalidInput(*problems)
    held = {key: Recorded(key, each["id"], each["body"], each["protected"]) for key, each in segments.items()}
    return Claims(
        value["serial"], MappingProxyType(held), intents, lease, *(value.get(name, "") for name in _TEXTS[:3])
    )


def _is_plain(value: Mapping[str, Any]) -> bool:
    """Say, quickly, whether a document is surely a ledger between two runs; the models are the authority on all others.

    A test holds the two to one verdict. There are as many segments as definitions, and the models would copy each.
    """
    return (
        value.keys() - {*_TEXTS, "written_by"} == _MEMBERS
        and value["format"] == "reconciler-ledger"
        and value["format_version"] == FORMAT_VERSION
        and all(type(value.get(name, "")) is str for name in ("target", "provider", *_TEXTS, "written_by"))
        and type(value["serial"]) is int
        and value["serial"] > 0
        and value["intents"] == []
        and value["lease"] is None
        and type(value["segments"]) is dict
        and all(map(_is_segment, value["segments"].items()))
    )


def _is_segment(item: tuple[str, Any]) -> bool:
    key, value = item
    return (
        type(value) is dict
        and value.keys() == _OF_SEGMENT
        and type(value["id"]) is str
        and value["id"] != ""
        and type(value["body"]) is dict
        and type(value["protected"]) is bool
        and _KEY.fullmatch(key) is not None
    )


def _checked(source: Parsed, hint: str) -> tuple[Lease | None, tuple[Intent, ...]]:
    """Return who holds the lease, and what was about to be written; raises InvalidInput for what is no ledger."""
    from reconciler.ledger import shape  # noqa: PLC0415 - pydantic, which takes longer than to read the ledger

    ledger = read_model(shape.Ledger, source, code="ledger-damaged", hint=hint)
    intents = tuple(
        Intent(each.key, each.action, each.id, each.body_digest, each.idempotency_key, each.meaning)
        for each in ledger.intents
    )
    return (Lease(ledger.lease.holder, ledger.lease.since, ledger.lease.until) if ledger.lease else None), intents


def writer(data: bytes) -> str:
    """Return who wrote a ledger document that `parse` takes; empty where it does not say."""
    found: str = json.loads(data).get("written_by", "")
    return found


def _refuse_version(source: Parsed) -> None:
    version = source.value.get("format_version")
    if isinstance(version, str) and version != FORMAT_VERSION:
        problem = Problem(
            "wrong-version",
            f"has the format version `{version}`, and this program reads `{FORMAT_VERSION}`",
            source.place("format_version"),
            "run the version of reconciler that wrote the ledger",
        )
        raise InvalidInput(problem)
