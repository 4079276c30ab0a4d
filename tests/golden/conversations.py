"""Every text for a pull request, an issue or a summary, of named small worlds, by the name of its golden file."""

from dataclasses import replace

from golden import endings, worlds

from reconciler.core.diff import diff
from reconciler.core.plan import Action, Block, Change, Plan, Reason
from reconciler.core.privacy import published, published_drift
from reconciler.core.report import Drift, DriftKind, DriftReport, Outcome, Report, Result
from reconciler.core.segment import Json
from reconciler.errors import Place, Problem
from reconciler.render import conversation
from reconciler.render.conversation import Source

COMMIT = "5b2f9c1d7e8a4036b1c2d3e4f5061728394a5b6c"
NEWER = "c0ffee0d15ea5e0ddba11fee1dead5a1ad0ddba1"
SITE = "https://github.com/example/segments"
SOURCE = Source(COMMIT, f"{SITE}/commit/{COMMIT}", "12", f"{SITE}/actions/runs/1234567")

DOWN = Problem(
    "vendor-unreachable",
    "GET /segments: no answer within 30 s",
    None,
    "try again; the vendor's status page may say more",
)
FAILED = (("eu", (DOWN,)),)
BLOCKED = Plan(
    "production",
    "qonversion",
    (
        worlds.WIN_BACK,
        worlds.delete("vip", "VIP", worlds.PROD, block=Block.PROTECTED),
        worlds.delete("vip-2", "VIP 2", worlds.PROD, block=Block.PROTECTED),
        replace(worlds.create("twins", "Twins", worlds.PROD), blocked_by=Block.AMBIGUOUS_NAME),
    ),
)

ADDRESSES = ("ada@example.com", "bob@example.com")
PERSONAL = published(
    Plan(
        "production",
        "qonversion",
        (
            worlds.create("testers", "Testers", worlds.condition("custom_uid", "eq", ADDRESSES[0])),
            worlds.update(
                "friends",
                worlds.body("Friends", worlds.condition("custom_uid", "eq", ADDRESSES[0])),
                worlds.body("Friends", worlds.condition("custom_uid", "eq", ADDRESSES[1])),
            ),
        ),
    ),
    worlds.FORM,
)

MANY: list[Json] = [worlds.condition("target_platform", "ne", f"platform-{number:02}") for number in range(40)]
BIG = Plan("production", "qonversion", (worlds.create("many", "Many conditions", *MANY), *worlds.OLD_ONES[:2]))
FORK = replace(worlds.EVERYDAY, changes=(*worlds.EVERYDAY.changes[:3], *worlds.EVERYDAY.changes[-1:]))
SAME = Plan("local", "qonversion", tuple(map(worlds.keep, range(1, 11))))
LONG = replace(worlds.LONG, changes=(*worlds.NEW_ONES, *(worlds.delete(f"old/{n:02}", f"Old {n}") for n in range(60))))

UNREVIEWED = Report(
    "production",
    "qonversion",
    (Outcome(worlds.EVERYDAY.pending[0], Result.DONE, "eu-prod-renewables"),),
    (
        replace(worlds.WIN_BACK, blocked_by=Block.REVIEWED_OTHERWISE),
        replace(worlds.EVERYDAY.pending[-1], blocked_by=Block.UNREVIEWED),
        worlds.delete("vip", "VIP", block=Block.PROTECTED),
    ),
)
LOST = Problem("ledger-lost", "the ledger was taken over by another run", None, "run apply again")
"""A problem of a run itself."""
QUIET = Report("local", "qonversion", ())
REFUSED = Report("production", "qonversion", (), worlds.REFUSED.pending, (), worlds.REFUSED.refused_by)

WAS, NOW = (worlds.body("Friends", worlds.condition("custom_uid", "eq", address)) for address in ADDRESSES)
FRIENDS = Drift("friends", "id-friends", "Friends", DriftKind.CHANGED, diff(WAS, NOW, worlds.FORM.label))
DRIFTED = published_drift(replace(endings.DRIFTED, drifts=(*endings.DRIFTED.drifts, FRIENDS)), worlds.FORM)
EVIL_DRIFT = DriftReport(
    worlds.EVIL,
    worlds.EVIL,
    (
        Drift(worlds.EVIL, worlds.EVIL, worlds.EVIL, DriftKind.DELETED),
        Drift(worlds.EVIL, worlds.EVIL, worlds.EVIL, DriftKind.CHANGED, (worlds.EVIL_PART,)),
    ),
    2,
)
EVIL_PROBLEM = Problem("evil", worlds.EVIL, Place(worlds.EVIL, 1, 1), worlds.EVIL)
EVIL_REPORT = Report(
    worlds.EVIL,
    worlds.EVIL,
    (Outcome(worlds.HOSTILE.changes[0], Result.FAILED, None, EVIL_PROBLEM, (worlds.EVIL_PART,)),),
    tuple(replace(change, blocked_by=Block.UNREVIEWED) for change in worlds.HOSTILE.changes[1:]),
    (EVIL_PROBLEM,),
)
OTHERS = tuple(
    Plan(name, "qonversion", (Change("A", Action.DELETE, Reason.UNMANAGED, id="a"),)) for name in ("a", "b", "c")
)


def comments() -> dict[str, str]:
    """Return the texts about pull requests."""
    plan, everyday = conversation.plan, worlds.EVERYDAY
    return {
        "comment-everyday.md": plan([everyday], (), SOURCE),
        "comment-no-changes.md": plan([worlds.QUIET], (), SOURCE),
        "comment-no-source.md": plan([worlds.EMPTY, worlds.QUIET], (), Source()),
        "comment-several.md": plan([everyday, worlds.QUIET], FAILED, SOURCE),
        "comment-many-targets.md": plan([*OTHERS, worlds.REFUSED], (*FAILED, *FAILED), SOURCE),
        "comment-failed.md": plan([], FAILED, SOURCE),
        "comment-refused.md": plan([worlds.REFUSED], (), SOURCE),
        "comment-blocked.md": plan([BLOCKED], (), SOURCE),
        "comment-fork.md": plan([FORK, SAME], (), SOURCE, base=NEWER),
        "comment-fork-in-part.md": plan([FORK, worlds.QUIET], (), SOURCE, base=NEWER, offline=["production"]),
        "comment-personal.md": plan([PERSONAL], (), SOURCE),
        "comment-big.md": plan([BIG], (), SOURCE),
        "comment-long.md": plan([LONG], (), SOURCE, limit=2_000),
        "comment-too-long.md": plan([LONG], (), SOURCE, limit=1_000),
        "comment-hostile.md": plan([worlds.HOSTILE], [(worlds.EVIL, (EVIL_PROBLEM,))], SOURCE),
        "comment-invalid.md": conversation.invalid(endings.FOUND, SOURCE),
    }


def applies() -> dict[str, str]:
    """Return the texts about applies."""
    applied = conversation.applied
    return {
        "applied-done.md": applied([endings.APPLIED], (), SOURCE),
        "applied-nothing.md": applied([QUIET], (), SOURCE),
        "applied-several.md": applied([endings.APPLIED, QUIET], FAILED, SOURCE),
        "applied-many-targets.md": applied([endings.APPLIED, QUIET, endings.INTERRUPTED], FAILED, SOURCE),
        "applied-incomplete.md": applied([replace(endings.INTERRUPTED, problems=(LOST,))], (), SOURCE),
        "applied-unreviewed.md": applied([UNREVIEWED], (), SOURCE),
        "applied-refused.md": applied([REFUSED], (), SOURCE),
        "applied-lost.md": applied([replace(QUIET, problems=(LOST,))], (), SOURCE),
        "applied-hostile.md": applied([EVIL_REPORT], (), SOURCE),
        "applied-superseded.md": conversation.superseded(Source(NEWER, f"{SITE}/commit/{NEWER}"), SOURCE),
    }


def issues() -> dict[str, str]:
    """Return the texts of issues; the first line of some is the title."""
    return {
        "drift-issue.md": _issue(DRIFTED),
        "drift-issue-hostile.md": _issue(EVIL_DRIFT),
        "drift-summary-clean.md": conversation.drift(DriftReport("local", "qonversion", (), 12), SOURCE),
        "drift-issue-again.md": conversation.drift_again(DRIFTED, SOURCE),
        "drift-issue-over.md": conversation.drift_over(replace(DRIFTED, drifts=()), SOURCE),
    }


def _issue(found: DriftReport) -> str:
    return f"{conversation.drift_title(found.target)}\n\n{conversation.drift(found, SOURCE)}"
