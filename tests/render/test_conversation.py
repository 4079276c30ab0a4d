"""What the texts for pull requests, issues and summaries must say, beside their golden files."""

from dataclasses import replace

from golden.conversations import BLOCKED, FAILED, FORK, LONG, NEWER, SAME, SOURCE, UNREVIEWED
from golden.endings import APPLIED, DRIFTED
from golden.worlds import EVERYDAY, QUIET, REFUSED, delete

from reconciler.core.plan import Plan
from reconciler.core.report import Report
from reconciler.errors import Problem
from reconciler.render import conversation
from reconciler.render.conversation import Source

RUN = f"[run 12](<{SOURCE.run_url}>)"


def test_the_heading_says_what_is_lost_first() -> None:
    """Whoever reads one line knows how many deletions there are, and where."""
    said = conversation.plan([EVERYDAY, QUIET], FAILED, SOURCE)

    assert said.splitlines()[0] == (
        "## Segments: 1 to delete, 2 to update, 2 to create in `production`; no changes in `local`; no plan of `eu`"
    )


def test_what_refuses_or_blocks_stands_above_the_counts() -> None:
    """Nobody has to scroll to learn that a plan will not be carried out."""
    refused, blocked = (conversation.plan([one], (), SOURCE) for one in (REFUSED, BLOCKED))
    failed = conversation.plan([EVERYDAY], FAILED, SOURCE)

    assert refused.index("`production` is refused") < refused.index("| target |")
    assert blocked.index("**2 blocked:** protected") < blocked.index("| target |")
    assert failed.index("**no plan of `eu`**, so nothing of it is applied as reviewed") < failed.index("| target |")
    assert EVERYDAY.digest in failed


def test_deletions_are_open_and_first() -> None:
    """Sixty of them stand open above twelve creations, which are folded up."""
    said = conversation.plan([LONG], (), SOURCE)

    assert said.index("#### Delete (60)") < said.index("<details>") < said.index("Create (12)")


def test_no_changes_says_what_was_compared() -> None:
    """How many definitions of which commit, with how many live segments of which target."""
    said = conversation.plan([QUIET], (), SOURCE)

    assert said.startswith("## Segments: no changes in `local`\n")
    assert "No changes in `local` (`qonversion`): 10 definitions of commit [`5b2f9c1`]" in said
    assert "compared with 13 live segments: 10 unchanged, 3 left alone (2 system segments, 1 unmanaged)." in said


def test_a_fork_s_plan_says_what_it_was_not_compared_with() -> None:
    """It names the base commit and the targets, speaks of nothing live, and shows no digest and no id."""
    said = conversation.plan([FORK, SAME], (), SOURCE, base=NEWER)
    note = said.split("\n\n")[1]

    assert "Compared with the base branch at `c0ffee0`, not with what is live" in note
    assert "credentials for `production`, `local`" in note
    assert "nothing is approved by this" in note
    assert [word for word in ("sha256:", "digest", "id-old-campaign", "live segment", "live →") if word in said] == []


def test_only_targets_without_credentials_are_compared_with_the_base() -> None:
    """The digest of a target that was planned against what is live is shown."""
    live = replace(EVERYDAY, target="staging")
    said = conversation.plan([FORK, live], (), SOURCE, base=NEWER, offline=["production"])

    assert "credentials for `production`, as" in said
    assert (live.digest in said, FORK.digest in said) == (True, False)


def test_the_last_lines_say_where_a_text_comes_from() -> None:
    """The commit and the run, as links; and where the whole is, where the text is not."""
    whole, short = (conversation.plan([LONG], (), SOURCE, limit=limit) for limit in (60_000, 2_000))
    link = f"[summary of the run](<{SOURCE.run_url}>)"

    assert f"<sub>commit [`5b2f9c1`](<{SOURCE.commit_url}>) · {RUN}</sub>" in whole
    assert (link in whole, link in short) == (False, True)


def test_a_text_without_a_source_ends_with_what_it_says() -> None:
    """Nothing is known, nothing is said."""
    assert conversation.invalid([Problem("odd", "it is odd")], Source()).endswith("- error: it is odd (`odd`)\n")


def test_an_address_cannot_end_its_link() -> None:
    """What is odd in an address is written as a code, and a run without one is no link."""
    odd = conversation.drift_over(DRIFTED, Source(run="1", run_url="https://e/a b>(c)\n"))

    assert "[run 1](<https://e/a%20b%3E%28c%29%0A>)" in odd
    assert "<sub>run 1</sub>" in conversation.drift_over(DRIFTED, Source(run="1"))


def test_what_nobody_reviewed_is_shown_with_its_difference() -> None:
    """What would have been sent, and what would have been lost, without a click; what is protected needs none."""
    said = conversation.applied([UNREVIEWED], (), SOURCE)

    assert said.startswith("## Segments: incomplete: 2 not reviewed, 1 blocked; 1 created in `production`\n")
    assert '+ conditions[environment eq]           value "sandbox"' in said
    assert '- conditions  environment eq "prod"' in said
    assert "- id          id-vip" not in said
    assert "<details>" not in said


def test_of_many_targets_only_sums_are_in_the_heading() -> None:
    """A line stays a line."""
    plans = [replace(EVERYDAY, target=f"t{number}") for number in range(9)]
    reports = [replace(APPLIED, target=f"t{number}") for number in range(9)]

    assert conversation.plan([*plans, REFUSED], FAILED * 4, SOURCE).splitlines()[0] == (
        "## Segments: 16 to delete, 18 to update, 18 to create in 10 targets; 1 plan refused; no plan of 4 targets"
    )
    assert conversation.plan([], FAILED * 4, SOURCE).splitlines()[0] == "## Segments: no plan of 4 targets"
    assert conversation.applied(reports, FAILED, SOURCE).splitlines()[0] == (
        "## Segments: 9 deleted, 18 updated, 18 created in 9 targets; failed in `eu`"
    )
    assert conversation.applied([], FAILED * 4, SOURCE).splitlines()[0] == "## Segments: failed in 4 targets"


def test_where_nothing_fits_the_sums_are_said() -> None:
    """Targets with names that are longer than the room give way to their number, and the deletions stay counted."""
    plans = [Plan("t" * 5_000, "p", (delete("a", "A"),)), Plan("u" * 5_000, "p", ())]
    reports = [Report("t" * 5_000, "p", ()), Report("u" * 5_000, "p", ())]
    drifted = replace(DRIFTED, target="t" * 5_000)

    assert _first(conversation.plan(plans, (), SOURCE, limit=2_000)) == "## Segments: 1 to delete in 2 targets"
    assert (
        _first(conversation.applied(reports, (), SOURCE, limit=2_000)) == "## Segments: nothing to apply in 2 targets"
    )
    assert _first(conversation.drift(drifted, SOURCE, limit=2_000)) == "## Segments: 2 deleted, 1 changed at the vendor"


def _first(said: str) -> str:
    assert len(said.encode()) <= 2_000
    assert "*Shortened to fit: only the sums.*" in said
    return said.splitlines()[0]


def test_a_run_that_went_wrong_says_so_in_its_heading() -> None:
    """Also where every change was carried out."""
    wrong = replace(APPLIED, problems=(Problem("odd", "it is odd"),))

    assert conversation.applied([wrong], (), SOURCE).startswith(
        "## Segments: 1 deleted, 2 updated, 2 created, and the run went wrong in `production`\n"
    )


def test_drift_says_what_is_known_of_who_and_what_to_do() -> None:
    """No vendor tells who; the two ways on are named."""
    said = conversation.drift(DRIFTED, SOURCE)

    assert "The vendor's API does not tell who changed a segment." in said
    assert said.index("**To keep it:**") < said.index("**To undo it:**") < said.index("#### Deleted at the vendor (2)")


def test_a_target_without_drift_is_not_said_to_have_any() -> None:
    """A job's summary has a text of each target, and one that is as it should be needs nothing done."""
    said = conversation.drift(replace(DRIFTED, drifts=()), SOURCE)

    assert said.startswith("## Segments: no drift in `production`\n\n12 managed segments checked, each live as")
    assert "To undo it" not in said


def test_a_title_names_its_target() -> None:
    """As it is where it means nothing else; cut where it is too long."""
    assert conversation.drift_title("eu-prod_1.x") == "Segments of eu-prod_1.x are not as they were applied"
    assert conversation.drift_title("@a`#1 http://e") == "Segments of ?a??1 http???e are not as they were applied"
    assert conversation.drift_title("t" * 300) == f"Segments of {'t' * 243}…"
