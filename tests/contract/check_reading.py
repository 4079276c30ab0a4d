"""The contract of reading: a listing is whole, a single read is true, and neither changes anything. Names no vendor."""

from contract.checks import apart, created, is_system, listed, same, shown
from contract.project import Project, Trial

UNKNOWN = ("nobody", "a b", "a/b", "ü", "%2e")
LOOKALIKES = ("{}?x=1", "{}#x", "{}/", "{} ", "./{}")
"""Ids that are not that of a segment, but would lead to it if they stood in a path as they are."""


def list_is_whole(project: Project, count: int) -> None:
    """Check that every live segment comes once, and the vendor's own are marked."""
    ids = project.hands.seed_many(count)
    found = project.provider.list()
    system = sorted(live.name for live in found if is_system(live))
    ordinary = sorted(live.id for live in found if not is_system(live))

    same("list: the vendor's own segments are marked", sorted(project.subject.system), system)
    same("list: every segment once", sorted(ids), ordinary)


def list_asks_once_a_page(project: Trial, count: int) -> None:
    """Check that a listing costs its pages, and nothing per segment."""
    project.hands.seed_many(count)
    project.app.clear_requests()
    project.provider.list()

    same("list: one request a page", ["GET"] * project.subject.list_requests(count), project.methods())


def list_and_read_agree(project: Project) -> None:
    """Check that what a listing shows of a segment is what a single read shows, whoever has made or edited it."""
    subject = project.subject
    edited = project.hands.put_segment(subject.filled(subject.first))
    project.hands.edit_segment(edited, **subject.second)
    project.hands.put_segment(subject.filled(subject.first))
    project.hands.seed_many(5)

    for live in project.provider.list():
        again = project.provider.read(live.id)
        same("read: as the listing shows it", shown(project, live), shown(project, again))


def a_segment_edited_by_hand_is_read_as_it_is(project: Project) -> None:
    """Check that an edit behind the API's back is seen, and so is a deletion."""
    subject = project.subject
    bodies = [apart(project, subject.first), apart(project, subject.first)]
    kept, gone = map(project.hands.put_segment, bodies)
    before = [live and live.name for live in (project.provider.read(kept), project.provider.read(gone))]
    same("read: what was made by hand", [body["name"] for body in bodies], before)
    project.hands.edit_segment(kept, **subject.second)
    project.hands.remove_segment(gone)
    expected = project.form.canonical(subject.second)

    live = project.provider.read(kept)
    same("read: an edit by hand is seen", expected, live and project.form.canonical(live.body))
    same("read: a deletion by hand is seen", None, project.provider.read(gone))
    same("list: a deletion by hand is seen", [kept], list(listed(project)))


def an_unknown_id_is_nothing(project: Project) -> None:
    """Check that reading an id that no segment has, whatever is in it, is no failure."""
    known, _ = project.hands.seed_many(2)
    for segment_id in (*UNKNOWN, *(each.format(known) for each in LOOKALIKES)):
        same(f"read: nothing under `{segment_id}`", None, project.provider.read(segment_id))


def looking_sends_get_alone(project: Trial) -> None:
    """Check that neither verb that looks, nor the findings, sends anything that could write."""
    segment_id = created(project, project.subject.first).id
    project.app.clear_requests()
    project.provider.list()
    project.provider.read(segment_id)
    list(project.provider.findings(project.subject.second))

    same("list, read, findings: GET alone", {"GET"}, set(project.methods()))


def findings_ask_once(project: Trial) -> None:
    """Check that the project is asked once for all bodies, and has nothing against those that it accepts."""
    bodies = (project.subject.first, project.subject.second)
    found = [finding.code for body in bodies for finding in project.provider.findings(body)]
    project.app.clear_requests()
    again = [finding.code for body in bodies for finding in project.provider.findings(body)]

    same("findings: nothing against what is accepted", ([], []), (found, again))
    same("findings: asked once for all bodies", [], project.methods())
