"""Plans, reports and drift as public JSON, written out member by member so that no refactoring changes a format."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from reconciler import __version__
from reconciler.core.audience import Counted, Population
from reconciler.core.guard import reason, way_out
from reconciler.core.plan import Action, Change, FieldChange, Plan
from reconciler.core.report import Drift, DriftReport, Outcome, Report, Result
from reconciler.core.segment import Body, Json, Live
from reconciler.core.verdict import Judgement
from reconciler.errors import Problem

FORMAT_VERSION = "1.0"
UNPAIRED = re.compile("[\ud800-\udfff]")

Document = dict[str, Json]


def text(document: Document) -> str:
    """Return a document as files and `--format json` have it: indented, not escaped beyond need, one newline last."""
    written = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return UNPAIRED.sub(lambda half: f"\\u{ord(half[0]):04x}", written)


def _head(kind: str) -> Document:
    return {"format": f"reconciler-{kind}", "format_version": FORMAT_VERSION, "tool_version": __version__}


def plan_document(plan: Plan) -> Document:
    """Return the plan document; `refused_by` and `problems` stand in it only where there are any."""
    document = _head("plan") | {
        "target": plan.target,
        "provider": plan.provider,
        "place": plan.place,
        "complete": True,
        "digest": plan.digest,
        "summary": dict(summary(plan)),
        "changes": [_change(change) for change in plan.changes],
    }
    if plan.refused_by:
        document["refused_by"] = [rule.value for rule in plan.refused_by]
    if plan.warnings:
        document["problems"] = [_problem(problem) for problem in plan.warnings]
    return document


def incomplete_document(kind: str, target: str, provider: str, problems: Iterable[Problem]) -> Document:
    """Return the document of a target for which a plan, report or drift check could not be made."""
    empty: Document = {"digest": None, "summary": {}, "changes": []} if kind == "plan" else {}
    return _head(kind) | {
        "target": target,
        "provider": provider,
        "complete": False,
        **empty,
        "problems": [_problem(problem) for problem in problems],
    }


def error_document(exit_code: int, problems: Iterable[Problem]) -> Document:
    """Return the document of a run that failed before it had a target."""
    return _head("error") | {"exit_code": exit_code, "problems": [_problem(problem) for problem in problems]}


def several(kind: str, documents: Sequence[Document]) -> Document:
    """Return one document: the only one as it is, or several under the plural of their kind, such as `plans`."""
    if len(documents) == 1:
        return documents[0]
    return _head(f"{kind}s") | {f"{kind}s": list(documents)}


def summary(plan: Plan) -> dict[str, Json]:
    """Return how many changes each action has, and how many of all of them are blocked."""
    counts = Counter(change.action for change in plan.changes)
    blocked = sum(1 for change in plan.changes if change.blocked_by)
    return {**{action.value: counts[action] for action in Action}, "blocked": blocked}


def report_document(report: Report) -> Document:
    """Return the report of an apply: one outcome for each change that it set out to do, and what was blocked."""
    counts = Counter(outcome.result for outcome in report.outcomes)
    return _head("report") | {
        "target": report.target,
        "provider": report.provider,
        "complete": True,
        "summary": {**{result.value: counts[result] for result in Result}, "blocked": len(report.blocked)},
        "outcomes": [_outcome(outcome) for outcome in report.outcomes],
        "blocked": [_change(change) for change in report.blocked],
        "refused_by": [rule.value for rule in report.refused_by],
        "problems": [_problem(problem) for problem in report.problems],
    }


def drift_document(report: DriftReport) -> Document:
    """Return the drift of a target; `checked` counts the managed segments looked at."""
    return _head("drift") | {
        "target": report.target,
        "provider": report.provider,
        "complete": True,
        "checked": report.checked,
        "drifts": [_drift(drift) for drift in report.drifts],
        "problems": [_problem(problem) for problem in report.warnings],
    }


def snapshot_document(target: str, provider: str, live: Iterable[Live]) -> Document:
    """Return the live segments of a target, by id, for planning without credentials."""
    return _head("snapshot") | {
        "target": target,
        "provider": provider,
        "segments": [_live(segment) for segment in sorted(live, key=lambda segment: segment.id)],
    }


def findings_document(problems: Iterable[Problem], files: int) -> Document:
    """Return what a validation found, and how many definitions have no error."""
    return _head("findings") | {"files": files, "problems": [_problem(problem) for problem in problems]}


def refusal_problems(plan: Plan) -> tuple[Problem, ...]:
    """Return one problem for each rule that refuses this plan, with its way out."""
    return tuple(
        Problem(rule.value.replace("_", "-"), f"`{plan.target}`: {reason(rule, plan)}", hint=way_out(rule, plan))
        for rule in plan.refused_by
    )


def _change(change: Change) -> Document:
    judgement = change.published.judgement
    audience: Document = {} if judgement is None else {"audience": _audience(judgement)}
    if change.counted is not None:
        audience["users"] = _users(change.counted)
    return {
        "key": change.key,
        "id": change.id,
        "name": change.name,
        "action": change.action.value,
        "reason": change.reason.value,
        "before": _body(change.published.before),
        "after": _body(change.published.after),
        "fields": [_field(field) for field in change.published.fields],
        "live_fingerprint": change.live_fingerprint,
        "digest": change.digest,
        "blocked_by": change.blocked_by.value if change.blocked_by else None,
        **audience,
    }


def _users(counted: Counted) -> Document:
    examples: Document = {
        name: [*ids]
        for name, ids in (("examples_entered", counted.examples_entered), ("examples_left", counted.examples_left))
        if ids
    }
    return {
        "before": counted.before,
        "after": counted.after,
        "entered": counted.entered,
        "left": counted.left,
        "why": counted.why,
        "sampled": counted.sampled,
        **examples,
    }


def audience_document(target: str, provider: str, population: Population) -> Document:
    """Return how many users the definitions of a target have, and share."""
    return _head("audience") | {
        "target": target,
        "provider": provider,
        "users": population.users,
        "sampled": population.sampled,
        "segments": [{"key": each.key, "users": each.users, "why": each.why} for each in population.sizes],
        "overlaps": [{"one": each.one, "other": each.other, "users": each.users} for each in population.overlaps],
    }


def _audience(judgement: Judgement) -> Document:
    leaves, enters = (None if one is None else dict(one) for one in (judgement.leaves, judgement.enters))
    return {"verdict": judgement.verdict.value, "leaves": leaves, "enters": enters, "why": judgement.why}


def _body(body: Body | None) -> Json:
    return None if body is None else dict(body)


def _field(field: FieldChange) -> Document:
    return {"path": field.path, "kind": field.kind.value, "before": field.before, "after": field.after}


def _outcome(outcome: Outcome) -> Document:
    return {
        "key": outcome.change.key,
        "id": outcome.id,
        "name": outcome.change.name,
        "action": outcome.change.action.value,
        "result": outcome.result.value,
        "digest": outcome.change.digest,
        "problem": _problem(outcome.problem) if outcome.problem else None,
        "fields": [_field(field) for field in outcome.fields],
    }


def _drift(drift: Drift) -> Document:
    return {
        "key": drift.key,
        "id": drift.id,
        "name": drift.name,
        "kind": drift.kind.value,
        "fields": [_field(field) for field in drift.fields],
    }


def _live(segment: Live) -> Document:
    return {
        "id": segment.id,
        "name": segment.name,
        "system": segment.system,
        "inexpressible": segment.inexpressible,
        "looks_system": segment.looks_system,
        "body": dict(segment.body),
    }


def _problem(problem: Problem) -> Document:
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "file": problem.place.file if problem.place else None,
        "line": problem.place.line or None if problem.place else None,
        "column": problem.place.column or None if problem.place else None,
        "hint": problem.hint,
    }
