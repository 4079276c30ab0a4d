"""The contract of what a provider says of its vendor: each capability is as the vendor behaves. Names no vendor."""

from contract.checks import created, failure, holds, listed, same
from contract.project import Project, Trial

from reconciler.intake.schema import schema, waves_through

TEXT = "why it exists"


def a_key_makes_one(project: Project) -> None:
    """Check that the same key twice is one segment where keys are known, and two where they are not."""
    body = project.form.outgoing(project.subject.first)
    keys = project.form.capabilities.idempotency_keys
    first = project.provider.create(body, idempotency_key="one")
    if not keys and project.form.capabilities.unique_names:
        told = f"capabilities: idempotency keys are {keys}, and names are unique"
        failure(told, lambda: project.provider.create(body, idempotency_key="one"))
        return
    again = project.provider.create(body, idempotency_key="one")
    other = project.provider.create({**body, "name": "Another"}, idempotency_key="two")

    made = {first.id, again.id, other.id}
    same(f"capabilities: idempotency keys are {keys}", 2 if keys else 3, len(made))
    same("create: nothing else is made", made, set(listed(project)))


def names_may_repeat(project: Project) -> None:
    """Check that a second segment of a name is refused where names are unique, and made where they are not."""
    created(project, project.subject.first)
    if project.form.capabilities.unique_names:
        failure("capabilities: unique names", lambda: created(project, project.subject.first))
    else:
        created(project, project.subject.first)
    expected = 1 if project.form.capabilities.unique_names else 2
    same(f"capabilities: unique names are {expected == 1}", expected, len(listed(project)))


def a_description_is_kept(project: Project) -> None:
    """Check that a description is kept where the vendor has one; where it has none, no definition has one."""
    body = {**project.subject.first, "description": TEXT}
    if project.form.capabilities.description:
        same("capabilities: the description is kept", TEXT, created(project, body).body.get("description"))
    accepted = waves_through(schema(f"{project.subject.name}.segment"), body)
    same("capabilities: the schema has a description", project.form.capabilities.description, accepted)


def a_single_read_is_one_request(project: Trial) -> None:
    """Check that however many segments there are, one of them costs one request, where the vendor has a single read."""
    ids = project.hands.seed_many(150)
    project.provider.list()
    project.app.clear_requests()
    live = project.provider.read(ids[70])
    sent = project.methods()

    same("read: the segment that was asked for", ids[70], live and live.id)
    single = project.form.capabilities.single_read
    holds("capabilities: a single read is one request", sent, so=sent == ["GET"] or not single)
