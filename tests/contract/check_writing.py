"""The contract of the verbs that write: done as asked, to what was named alone, and told as it is. Names no vendor."""

from functools import partial

from contract.check_reading import LOOKALIKES
from contract.checks import apart, created, failure, holds, listed, meaning, nothing_fails, same, shown
from contract.project import Project, Trial
from contract.subject import Document

from reconciler.errors import VendorFailure


def create_makes_what_it_was_given(project: Project, body: Document) -> None:
    """Check that a new segment is listed, reads back as it was answered, and means what was sent."""
    body, before = apart(project, body), set(listed(project))
    live = created(project, body)
    found = listed(project)

    same("create: one segment more", before | {live.id}, set(found))
    holds("create: an id of its own", live.id, so=live.id not in before)
    same("create: the name", body["name"], live.name)
    same("create: the body as it was sent", meaning(project, body), meaning(project, live.body))
    same("create: nothing that no definition could say", "", live.inexpressible)
    same("create: read back", shown(project, live), shown(project, project.provider.read(live.id)))
    same("create: listed", shown(project, live), shown(project, found.get(live.id)))


def update_replaces_every_member(project: Project, before: Document, after: Document) -> None:
    """Check that a segment is then what was sent, members that were left out included; and nothing else has changed."""
    after = apart(project, after)
    bystander = created(project, apart(project, before))
    live = created(project, apart(project, before))
    found = project.provider.update(live.id, project.form.outgoing(after))
    kept = {member: before[member] for member in project.subject.sticky if member in before}

    same("update: the same segment", live.id, found.id)
    same("update: the body as it was sent", meaning(project, {**kept, **after}), meaning(project, found.body))
    same("update: read back", shown(project, found), shown(project, project.provider.read(live.id)))
    same("update: nothing else", shown(project, bystander), shown(project, project.provider.read(bystander.id)))


def update_clears_what_is_left_out(project: Project) -> None:
    """Check that a member that the new body lacks is gone, but for those that the vendor cannot be asked to clear."""
    for member in project.subject.optional:
        body = project.subject.first
        update_replaces_every_member(project, body, {name: body[name] for name in body if name != member})


def delete_removes_one(project: Project) -> None:
    """Check that one segment is gone, and the others stay."""
    gone, kept = (created(project, apart(project, project.subject.first)) for _ in range(2))
    project.provider.delete(gone.id)

    same("delete: gone from the listing", [kept.id], list(listed(project)))
    same("delete: gone", None, project.provider.read(gone.id))
    same("delete: nothing else", shown(project, kept), shown(project, project.provider.read(kept.id)))


def deleting_what_is_gone_is_done(project: Project) -> None:
    """Check that deleting what was deleted already, or never was, is no failure, and touches nothing else."""
    gone, kept = (created(project, apart(project, project.subject.first)) for _ in range(2))
    project.hands.remove_segment(gone.id)
    for segment_id in (gone.id, "nobody", *(each.format(kept.id) for each in LOOKALIKES)):
        nothing_fails("delete: what is gone is done", partial(project.provider.delete, segment_id))

    same("delete: nothing else", [kept.id], list(listed(project)))


def what_was_not_carried_out_is_told(project: Trial) -> None:
    """Check that no write is believed because the vendor says that it was done."""
    subject = project.subject
    live = created(project, subject.first)
    project.meddler.ignore_writes()
    failure("create: not believed unseen", lambda: created(project, subject.second))
    failure("delete: not believed unseen", lambda: project.provider.delete(live.id))
    try:
        found = project.provider.update(live.id, project.form.outgoing(subject.second))
    except VendorFailure:
        return
    same("update: not believed unseen", shown(project, live), shown(project, found))


def nothing_is_deleted_unasked(project: Trial) -> None:
    """Check that where a target has not said that deleting is possible, the provider says so and does not try."""
    holds("capabilities: no deletion", project.form.capabilities, so=not project.form.capabilities.delete)
    segment_id = project.hands.put_segment(project.subject.first)
    project.app.clear_requests()

    error = failure("delete: refused where it is off", lambda: project.provider.delete(segment_id))
    holds("delete: refused where it is off", error, so="delet" in str(error))
    same("delete: nothing sent where it is off", set(), set(project.methods()) - {"GET"})
    same("delete: nothing done where it is off", [segment_id], list(listed(project)))
