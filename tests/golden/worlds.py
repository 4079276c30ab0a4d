"""Named small worlds: plans, reports, drift and problems that between them show everything that can be shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.core.diff import diff
from reconciler.core.guard import Limits, blocked
from reconciler.core.plan import Action, Block, Change, FieldChange, FieldKind, Plan, Reason
from reconciler.core.report import Drift, DriftKind, DriftReport, Outcome, Report, Result
from reconciler.core.segment import Body, Json
from reconciler.errors import Place, Problem, Severity
from reconciler.providers.qonversion.convert import QonversionForm


@dataclass(frozen=True, slots=True)
class Findings:
    """What a validation found, and in how many definitions."""

    problems: tuple[Problem, ...]
    files: int


World = tuple[Plan, ...] | tuple[Report, ...] | tuple[DriftReport, ...] | tuple[Findings, ...]

FORM = QonversionForm()


def condition(metric: str, comparator: str, value: str) -> dict[str, Json]:
    return {"metric": metric, "comparator": comparator, "value": value}


def body(name: str, *conditions: Json) -> dict[str, Json]:
    return {"name": name, "conditions": list(conditions)}


PROD, SANDBOX = condition("environment", "eq", "prod"), condition("environment", "eq", "sandbox")
RENEWABLE, IOS = condition("renewable", "eq", "1"), condition("target_platform", "eq", "ios")
TESTERS: dict[str, Json] = condition("custom_uid", "contains", "@example.com") | {"negate": True}


def create(key: str, name: str, *conditions: Json) -> Change:
    return Change(name, Action.CREATE, Reason.NEW_DEFINITION, key, after=body(name, *conditions))


def update(key: str, before: Body, after: Body, reason: Reason = Reason.DEFINITION_CHANGED) -> Change:
    fields = diff(FORM.canonical(before), FORM.canonical(after), FORM.label)
    name = str(after["name"])
    return Change(name, Action.UPDATE, reason, key, f"id-{key}", before, after, fields, "sha256:1")


def delete(key: str, name: str, *conditions: Json, block: Block | None = None) -> Change:
    lost = body(name, *conditions)
    return Change(
        name,
        Action.DELETE,
        Reason.DEFINITION_REMOVED,
        key,
        f"id-{key}",
        lost,
        live_fingerprint="sha256:2",
        blocked_by=block,
    )


def keep(number: int) -> Change:
    return Change(f"Kept {number}", Action.KEEP, Reason.SAME, f"kept-{number}", f"id-kept-{number}")


def skip(name: str, reason: Reason, segment_id: str) -> Change:
    return Change(name, Action.SKIP, reason, id=segment_id)


SYSTEM = (
    skip("All users", Reason.SYSTEM_SEGMENT, "all-users"),
    skip("Active subscribers", Reason.SYSTEM_SEGMENT, "active-subscribers"),
)
STRANGER = skip("Made by hand", Reason.UNMANAGED, "made-by-hand")

WIN_BACK = update(
    "eu/win-back",
    body("EU win back", PROD, RENEWABLE, TESTERS),
    body("EU win-back 2026", SANDBOX, RENEWABLE, IOS),
)
EVERYDAY = Plan(
    "production",
    "qonversion",
    (
        create("eu/renewables", "EU prod renewables", PROD, RENEWABLE),
        create("us-trials-on-ios", "US trials on iOS", PROD, IOS, TESTERS),
        WIN_BACK,
        update("whales", body("Whales", PROD, RENEWABLE), body("Whales", PROD), Reason.DRIFTED),
        delete("old-campaign", "Old campaign", PROD, IOS),
        *map(keep, range(1, 11)),
        *SYSTEM,
        STRANGER,
    ),
)

MOVED = FieldChange("key", FieldKind.CHANGED, "eu-vip", "eu/vip")
UNPROTECTED = FieldChange("reconciler.protected", FieldKind.CHANGED, before=True, after=False)
RULES = Plan(
    "production",
    "qonversion",
    (
        create("again", "Gone and back", PROD),
        Change("Twins", Action.CREATE, Reason.AMBIGUOUS_NAME, "twins", None, None, body("Twins", PROD), blocked_by=Block.AMBIGUOUS_NAME),
        Change("Moved and gone", Action.CREATE, Reason.VANISHED, "new-key", "id-gone", None, body("Moved and gone"), moved_from="old-key"),
        Change("By name", Action.ADOPT, Reason.NAME_MATCHES, "by-name", "id-by-name", body("By name"), body("By name")),
        Change("EU VIP", Action.ADOPT, Reason.DEFINITION_CHANGED, "eu/vip", "id-vip", body("EU VIP"), body("EU VIP"), (MOVED, UNPROTECTED)),
        Change("Both, alike", Action.ADOPT, Reason.BOTH_CHANGED, "both-alike", "id-ba", body("Both, alike"), body("Both, alike")),
        update("both", body("Both", PROD), body("Both", SANDBOX), Reason.BOTH_CHANGED),
        update("named", body("Named", PROD), body("Named", SANDBOX), Reason.NAME_MATCHES),
        Change(
            "Odd", Action.UPDATE, Reason.CANNOT_EXPRESS, "odd", "id-odd", body("Odd", PROD), body("Odd"),
            (FieldChange("conditions[environment eq]", FieldKind.REMOVED, PROD, None),), blocked_by=Block.CANNOT_EXPRESS,
        ),
        Change("Gone twice", Action.FORGET, Reason.VANISHED, "gone-twice", "id-gt"),
        delete("vip", "VIP", PROD, block=Block.PROTECTED),
        delete("vip-2", "VIP 2", PROD, block=Block.PROTECTED),
        Change("By hand", Action.DELETE, Reason.UNMANAGED, None, "by-hand", body("By hand", PROD), live_fingerprint="sha256:3"),
        keep(1),
        Change("All users", Action.SKIP, Reason.SYSTEM_SEGMENT, "all"),
        skip("Twins", Reason.AMBIGUOUS_NAME, "twins-1"),
        skip("Twins", Reason.AMBIGUOUS_NAME, "twins-2"),
        skip("Odd kind", Reason.CANNOT_EXPRESS, "odd-kind"),
        *SYSTEM,
        STRANGER,
    ),
    warnings=(
        Problem(
            "system-name",
            "`All users` is a system segment of the vendor's, so this definition is left alone",
            Place("segments/qonversion/all.json", 2, 11),
            "give the definition a name of its own, or remove it",
            Severity.WARNING,
        ),
    ),
)  # fmt: skip

REFUSED = blocked(
    Plan("production", "qonversion", tuple(delete(f"gone-{number}", f"Gone {number}", PROD) for number in range(1, 8))),
    Limits(max_deletes=5, managed=7, definitions=0),
)
NO_LEDGER = blocked(
    Plan("staging", "qonversion", (create("one", "One", PROD), delete("two", "Two"))),
    Limits(max_deletes=5, managed=0, definitions=1, first_run=True),
)

QUIET = Plan("local", "qonversion", (*map(keep, range(1, 11)), *SYSTEM, STRANGER))
EMPTY = Plan("fresh", "kibamail", ())

EVIL = (
    '</details>`````| <script>@octocat **b** [x](http://e) \x1b[31m\x1b]0;t\x07\r\nPlan: nothing\u202e\u2028 #1 "q" \\'
)
HOSTILE = Plan(
    EVIL,
    EVIL,
    (
        Change(EVIL, Action.CREATE, Reason.NEW_DEFINITION, EVIL, None, None, {"name": EVIL, EVIL: [{EVIL: EVIL}, EVIL]}),
        Change(
            EVIL, Action.UPDATE, Reason.DRIFTED, f"{EVIL}2", EVIL, {"name": EVIL}, {"name": EVIL},
            (FieldChange(EVIL, FieldKind.CHANGED, {EVIL: EVIL, "a": 1}, {EVIL: f"{EVIL}!", "a": 1}),),
        ),
        Change(EVIL, Action.DELETE, Reason.UNMANAGED, None, EVIL, {"name": "other", "```": "```"}),
    ),
    warnings=(Problem("evil", EVIL, Place(EVIL, 1, 1), EVIL, Severity.WARNING),),
)  # fmt: skip
WORDS = Plan(
    "welt",
    "qonversion",
    (
        create("cjk", "日本の有料会員", condition("country", "eq", "日本")),
        create("emoji", "🐳 whales", condition("tag", "contains", "💸")),
        create("latin", "Größte Zahler", condition("country", "eq", "Österreich")),
        update("spaces", body("a\u00a0b"), body("a b")),
    ),
)

_GROUPS: list[Json] = [
    {"type": "OR", "constraints": [{"field": "country", "relation": "==", "value": code} for code in ("US", "GB", "CA", "AU")]},
    {"type": "AND", "constraints": [{"field": "sessionCount", "relation": ">=", "value": 5}]},
]  # fmt: skip
_MONGO: dict[str, Json] = {
    "$and": [{"country": {"$eq": "US"}}, {"$or": [{"a": {"$gte": 100}}, {"b": {"$in": ["x", 1]}}]}]
}
_IDS: list[Json] = [f"user-{number}" for number in range(1, 31)]
_CONSTRAINT: dict[str, Json] = {"contextName": "userId", "operator": "IN", "values": _IDS, "inverted": False}
VENDORS = Plan(
    "others",
    "several",
    (
        Change("Push", Action.CREATE, Reason.NEW_DEFINITION, "push0", after={"name": "Push", "constraints": _GROUPS}),
        Change("Kiba", Action.CREATE, Reason.NEW_DEFINITION, "kibamail", after={"name": "Kiba", "description": None, "conditions": _MONGO}),
        Change(
            "Leash", Action.UPDATE, Reason.DEFINITION_CHANGED, "unleash", "7", {"name": "Leash"}, {"name": "Leash"},
            (
                FieldChange("constraints[userId IN]", FieldKind.CHANGED, _CONSTRAINT, _CONSTRAINT | {"values": [*_IDS[1:], "new"]}),
                FieldChange("description", FieldKind.CHANGED, "People who " + "came back and " * 6 + "left", "People who came back"),
                FieldChange("project", FieldKind.CHANGED, None, "default"),
                FieldChange("limit", FieldKind.CHANGED, "1", 1),
                FieldChange("dialect", FieldKind.ADDED, None, {"name": "field", "strict": True}),
            ),
        ),
    ),
)  # fmt: skip

TIMEOUT = Problem("vendor-unreachable", "the vendor did not answer within 30 s", None, "run apply again: it resumes")
APPLIED = Report(
    "production",
    "qonversion",
    tuple(Outcome(change, Result.DONE, change.id or "new-id") for change in EVERYDAY.pending),
)
INTERRUPTED = Report(
    "production",
    "qonversion",
    (
        Outcome(EVERYDAY.pending[0], Result.DONE, "eu-prod-renewables"),
        Outcome(EVERYDAY.pending[1], Result.FAILED, problem=TIMEOUT),
        Outcome(
            WIN_BACK, Result.STALE, "id-eu/win-back", Problem("stale", "the live segment changed since the plan was made", None, "plan again"),
            (FieldChange("name", FieldKind.CHANGED, "EU win back", "EU win back (Ann)"),),
        ),
        Outcome(EVERYDAY.pending[3], Result.NOT_STARTED),
        Outcome(EVERYDAY.pending[4], Result.NOT_STARTED),
    ),
    (delete("vip", "VIP", block=Block.PROTECTED), delete("vip-2", "VIP 2", block=Block.PROTECTED)),
)  # fmt: skip
DRIFTED = DriftReport(
    "production",
    "qonversion",
    (
        Drift("eu/win-back", "id-wb", "EU win back", DriftKind.CHANGED, WIN_BACK.fields),
        Drift("gone", "id-gone", "Gone", DriftKind.DELETED),
        Drift("gone-too", "id-gone-too", "Gone too", DriftKind.DELETED),
    ),
    12,
)

FOUND = Findings(
    (
        Problem("unknown-member", "unknown member `nam`", Place("segments/a.json", 3, 5), "did you mean `name`?"),
        Problem("unknown-metric", "the vendor's pages do not name a metric `x|y`", Place("segments/b.json"), "", Severity.WARNING),
        Problem("no-target", "no target is named `prod`", None, "targets: `local`, `production`"),
    ),
    12,
)  # fmt: skip

WORLDS: Mapping[str, World] = {
    "plan-everyday": (EVERYDAY,),
    "plan-rules": (RULES,),
    "plan-refused": (REFUSED,),
    "plan-nothing": (QUIET,),
    "plan-empty": (EMPTY,),
    "plan-hostile": (HOSTILE,),
    "plan-words": (WORDS,),
    "plan-vendors": (VENDORS,),
    "plans-several": (EVERYDAY, QUIET, NO_LEDGER),
    "report-done": (APPLIED,),
    "report-interrupted": (INTERRUPTED,),
    "report-nothing": (Report("local", "qonversion", ()),),
    "drift-found": (DRIFTED,),
    "drift-none": (DriftReport("local", "qonversion", (), 1),),
    "findings": (FOUND,),
    "findings-none": (Findings((), 1),),
}
