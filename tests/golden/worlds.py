"""Named small worlds: plans that between them show every action, reason, rule and kind of difference."""

from dataclasses import replace

from reconciler.core.diff import diff
from reconciler.core.guard import Limits, blocked
from reconciler.core.names import ordered
from reconciler.core.plan import Action, Block, Change, FieldChange, FieldKind, Plan, Reason
from reconciler.core.segment import Body, Json, Live
from reconciler.errors import Place, Problem, Severity
from reconciler.providers.qonversion.convert import QonversionForm

FORM = QonversionForm()


def condition(metric: str, comparator: str, value: str) -> dict[str, Json]:
    """Return a condition of Qonversion's."""
    return {"metric": metric, "comparator": comparator, "value": value}


def body(name: str, *conditions: Json) -> dict[str, Json]:
    """Return a body with these conditions."""
    return {"name": name, "conditions": list(conditions)}


PROD, SANDBOX = condition("environment", "eq", "prod"), condition("environment", "eq", "sandbox")
RENEWABLE, IOS = condition("renewable", "eq", "1"), condition("target_platform", "eq", "ios")
TESTERS: dict[str, Json] = condition("custom_uid", "contains", "@example.com") | {"negate": True}


def create(key: str, name: str, *conditions: Json) -> Change:
    """Return the creation of a segment."""
    return Change(name, Action.CREATE, Reason.NEW_DEFINITION, key, after=body(name, *conditions))


def update(key: str, before: Body, after: Body, reason: Reason = Reason.DEFINITION_CHANGED) -> Change:
    """Return an update with the fields that the core finds."""
    fields = diff(FORM.canonical(before), FORM.canonical(after), FORM.label)
    name = str(after["name"])
    return Change(name, Action.UPDATE, reason, key, f"id-{key}", before, after, fields, "sha256:1")


def delete(key: str, name: str, *conditions: Json, block: Block | None = None) -> Change:
    """Return the deletion of a managed segment."""
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
    """Return a segment that is as it should be."""
    return Change(f"Kept {number}", Action.KEEP, Reason.SAME, f"kept-{number}", f"id-kept-{number}")


def skip(name: str, reason: Reason, segment_id: str) -> Change:
    """Return a live segment that is left alone."""
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
UNBOUND = FieldChange("conditions[environment eq]", FieldKind.REMOVED, PROD, None)
UNPROTECTED = FieldChange("reconciler.protected", FieldKind.CHANGED, before=True, after=False)
PLAIN = body("plain")
BOUND = body("plain", PROD)


def made(key: str, action: Action, reason: Reason, *fields: FieldChange, block: Block | None = None) -> Change:
    """Return a change of a managed segment that is named for its key, with a body where its action has one."""
    before = BOUND if action in {Action.UPDATE, Action.DELETE} else None
    after = PLAIN if action in {Action.CREATE, Action.UPDATE, Action.ADOPT} else None
    segment_id = None if action is Action.CREATE else f"id-{key}"
    return Change(key.title(), action, reason, key, segment_id, before, after, fields, None, block)


RULES = Plan(
    "production",
    "qonversion",
    (
        create("again", "Gone and back", PROD),
        made("twins", Action.CREATE, Reason.AMBIGUOUS_NAME, block=Block.AMBIGUOUS_NAME),
        replace(made("new-key", Action.CREATE, Reason.VANISHED), moved_from="old-key"),
        made("by-name", Action.ADOPT, Reason.NAME_MATCHES),
        made("eu/vip", Action.ADOPT, Reason.DEFINITION_CHANGED, MOVED, UNPROTECTED),
        made("both-alike", Action.ADOPT, Reason.BOTH_CHANGED),
        update("both", body("Both", PROD), body("Both", SANDBOX), Reason.BOTH_CHANGED),
        update("named", body("Named", PROD), body("Named", SANDBOX), Reason.NAME_MATCHES),
        made("odd", Action.UPDATE, Reason.CANNOT_EXPRESS, UNBOUND, block=Block.CANNOT_EXPRESS),
        made("gone-twice", Action.FORGET, Reason.VANISHED),
        delete("vip", "VIP", PROD, block=Block.PROTECTED),
        delete("vip-2", "VIP 2", PROD, block=Block.PROTECTED),
        Change("By hand", Action.DELETE, Reason.UNMANAGED, None, "by-hand", BOUND, live_fingerprint="sha256:3"),
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
)

REFUSED = blocked(
    Plan("production", "qonversion", tuple(delete(f"gone-{number}", f"Gone {number}", PROD) for number in range(1, 8))),
    Limits(max_deletes=5, managed=7, definitions=0),
)
NO_LEDGER = blocked(
    Plan("staging", "qonversion", (create("one", "One", PROD), delete("two", "Two"))),
    Limits(max_deletes=5, managed=0, definitions=1, first_run=True),
)

NAMES = Plan(
    "production",
    "qonversion",
    ordered(
        (
            update("gold", body("Gold", PROD), body("Silver", PROD)),
            update("silver", body("Silver", PROD), body("Gold", PROD)),
            create("bronze-2", "Bronze", PROD),
            create("tin", "Tin", PROD),
            delete("old-tin", "Tin", SANDBOX),
            create("one", "Twin", PROD),
            create("two", "Twin", SANDBOX),
            keep(1),
        ),
        (
            Live("id-gold", "Gold", body("Gold", PROD)),
            Live("id-silver", "Silver", body("Silver", PROD)),
            Live("id-bronze", "Bronze", body("Bronze")),
            Live("id-old-tin", "Tin", body("Tin", SANDBOX)),
        ),
    ),
)

QUIET = Plan("local", "qonversion", (*map(keep, range(1, 11)), *SYSTEM, STRANGER))
EMPTY = Plan("fresh", "kibamail", ())

EVIL = (
    '</details>`````| <script>@octocat **b** [x](http://e) \x1b[31m\x1b]0;t\x07\r\nPlan: nothing\u202e\u2028 #1 "q" \\'
)
EVIL_PART = FieldChange(EVIL, FieldKind.CHANGED, {EVIL: EVIL, "a": 1}, {EVIL: f"{EVIL}!", "a": 1})
HOSTILE = Plan(
    EVIL,
    EVIL,
    (
        Change(EVIL, Action.CREATE, Reason.NEW_DEFINITION, EVIL, after={"name": EVIL, EVIL: [{EVIL: EVIL}, EVIL]}),
        Change(EVIL, Action.UPDATE, Reason.DRIFTED, f"{EVIL}2", EVIL, {"name": EVIL}, {"name": EVIL}, (EVIL_PART,)),
        Change(EVIL, Action.DELETE, Reason.UNMANAGED, None, EVIL, {"name": "other", "```": "```"}),
    ),
    warnings=(Problem("evil", EVIL, Place(EVIL, 1, 1), EVIL, Severity.WARNING),),
)
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

COUNTRIES: list[Json] = [{"field": "country", "relation": "==", "value": code} for code in ("US", "GB", "CA", "AU")]
LOYAL: list[Json] = [{"field": "sessionCount", "relation": ">=", "value": 5}]
GROUPS: list[Json] = [{"type": "OR", "constraints": COUNTRIES}, {"type": "AND", "constraints": LOYAL}]
SPENDERS: list[Json] = [{"spent": {"$gte": 100}}, {"tier": {"$in": ["x", 1]}}, {"visits": {"$exists": True}}]
MONGO: dict[str, Json] = {"$and": [{"country": {"$eq": "US"}}, {"$or": SPENDERS}]}
IDS: list[Json] = [f"user-{number}" for number in range(1, 31)]
LISTED: dict[str, Json] = {"contextName": "userId", "operator": "IN", "values": IDS, "inverted": False}
RELISTED: dict[str, Json] = LISTED | {"values": [*IDS[1:], "new"]}
VENDORS = Plan(
    "others",
    "several",
    (
        Change("A", Action.CREATE, Reason.NEW_DEFINITION, "a", after={"name": "A", "constraints": GROUPS}),
        Change("B", Action.CREATE, Reason.NEW_DEFINITION, "b", after={"description": None, "conditions": MONGO}),
        Change(
            "C",
            Action.UPDATE,
            Reason.DEFINITION_CHANGED,
            "c",
            fields=(
                FieldChange("constraints[userId IN]", FieldKind.CHANGED, LISTED, RELISTED),
                FieldChange("description", FieldKind.CHANGED, "People who " + "came back and " * 6 + "left", "People"),
                FieldChange("project", FieldKind.CHANGED, None, "default"),
                FieldChange("limit", FieldKind.CHANGED, "1", 1),
                FieldChange("dialect", FieldKind.ADDED, None, {"name": "field", "strict": True}),
            ),
        ),
    ),
)
NEW_ONES = tuple(create(f"new/{number:02}", f"New {number}", PROD) for number in range(12))
OLD_ONES = tuple(delete(f"old/{number:02}", f"Old {number}") for number in range(12))
LONG = Plan("production", "qonversion", (*NEW_ONES, *OLD_ONES))
