"""Claims ⇄ the ledger document, strictly: a ledger that does not read whole is damaged, never partly believed."""

import json
from collections import Counter
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, with_config
from typing_extensions import TypedDict

from reconciler.core.claims import Claims, Intent, Lease
from reconciler.core.document import FORMAT_VERSION
from reconciler.core.segment import Recorded
from reconciler.errors import InvalidInput, Problem
from reconciler.intake.model import Parsed, read_document, read_model

RESTORE = "restore the file from git or a backup; without it nothing is known to be managed, so nothing is planned"
KEY = r"^[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*$"


def _written_out(value: object) -> object:
    if type(value) is str:
        return value
    message = "is not a time that is written out as a string"
    raise ValueError(message)


Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_written_out)]


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


@with_config(ConfigDict(strict=True, extra="forbid"))
class _Segment(TypedDict):
    """A dict, as there are as many as definitions: to make an object of each takes longer than to check it."""

    id: Annotated[str, Field(min_length=1)]
    body: dict[str, Any]
    protected: bool


class _Intent(_Model):
    key: str
    action: str
    id: str | None
    body_digest: str | None
    idempotency_key: str
    meaning: str | None = None


class _Lease(_Model):
    holder: str
    since: Moment
    until: Moment


class _Ledger(_Model):
    format: Literal["reconciler-ledger"]
    format_version: Literal["1.0"]
    target: str
    provider: str
    serial: Annotated[int, Field(ge=1)]
    segments: dict[Annotated[str, Field(pattern=KEY)], _Segment]
    intents: list[_Intent]
    lease: _Lease | None
    endpoint: str = ""
    applied: str = ""
    begun: str = ""
    written_by: str = ""


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
    # NOTE: without `indent`, so that the fast encoder of the standard library writes it.
    return json.dumps(value)


def _lines(brackets: str, lines: list[str]) -> str:
    inner = ",\n    ".join(lines)
    return f"{brackets[0]}\n    {inner}\n  {brackets[1]}" if lines else brackets


def parse(data: bytes, shown: str, target: str, provider: str, *, hint: str = RESTORE) -> Claims:
    """Return the claims in a ledger document; raises InvalidInput where it is damaged or another target's.

    `hint` says how one that is whole is had again.
    """
    source = read_document(data, shown, code="ledger-damaged", hint=hint)
    _refuse_version(source)
    ledger = read_model(_Ledger, source, code="ledger-damaged", hint=hint)
    problems = []
    if (ledger.target, ledger.provider) != (target, provider):
        problems.append(
            Problem(
                "ledger-foreign",
                f"is the ledger of target `{ledger.target}` on {ledger.provider}, not of `{target}` on {provider}",
                source.place("target"),
                "give each target a name and a ledger of its own",
            )
        )
    owners = Counter(segment["id"] for segment in ledger.segments.values())
    problems += [
        Problem("ledger-damaged", f"records the id `{segment_id}` under {count} keys", source.place("segments"), hint)
        for segment_id, count in owners.items()
        if count > 1
    ]
    if problems:
        raise InvalidInput(*problems)
    segments = {
        key: Recorded(key, segment["id"], segment["body"], segment["protected"])
        for key, segment in ledger.segments.items()
    }
    intents = tuple(
        Intent(each.key, each.action, each.id, each.body_digest, each.idempotency_key, each.meaning)
        for each in ledger.intents
    )
    lease = Lease(ledger.lease.holder, ledger.lease.since, ledger.lease.until) if ledger.lease else None
    held = MappingProxyType(segments)
    return Claims(ledger.serial, held, intents, lease, ledger.endpoint, ledger.applied, ledger.begun)


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
