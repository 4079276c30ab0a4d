"""Providers and conversions that each break the contract in one way. Names no vendor."""

import uuid
from collections.abc import Iterable

from contract.checks import is_system

from reconciler.core.finding import Finding
from reconciler.core.personal import Personal
from reconciler.core.ports import Capabilities, Form, Provider
from reconciler.core.segment import Body, Json, Live
from reconciler.errors import Problem, VendorFailure


class Sound:
    """A provider that hands everything on; what is broken below is broken by what it does not hand on."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    def list(self) -> tuple[Live, ...]:
        """Hand on."""
        return self.provider.list()

    def read(self, segment_id: str) -> Live | None:
        """Hand on."""
        return self.provider.read(segment_id)

    def findings(self, body: Body) -> Iterable[Finding]:
        """Hand on."""
        return self.provider.findings(body)

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Hand on."""
        return self.provider.create(body, idempotency_key=idempotency_key)

    def update(self, segment_id: str, body: Body) -> Live:
        """Hand on."""
        return self.provider.update(segment_id, body)

    def delete(self, segment_id: str) -> None:
        """Hand on."""
        self.provider.delete(segment_id)


class DropsTheLastPage(Sound):
    """Lists the first page of the ordinary segments, and takes it for all of them."""

    def list(self) -> tuple[Live, ...]:
        """Return what a hundred a page would show first."""
        found = self.provider.list()
        ordinary = [live for live in found if not is_system(live)]
        return (*(live for live in found if is_system(live)), *ordinary[:100])


class ForgetsAMember(Sound):
    """Updates all of a body but one member, which stays as it was."""

    def __init__(self, provider: Provider, member: str) -> None:
        super().__init__(provider)
        self.member = member

    def update(self, segment_id: str, body: Body) -> Live:
        """Send the member as it is live."""
        live = self.provider.read(segment_id)
        kept = {self.member: live.body[self.member]} if live and self.member in live.body else {}
        return self.provider.update(segment_id, {**body, **kept})


class KnowsNoSystemSegments(Sound):
    """Lists the vendor's own segments as ordinary ones."""

    def list(self) -> tuple[Live, ...]:
        """Return all of them unmarked."""
        return tuple(Live(live.id, live.name, live.body) for live in self.provider.list())


class SeesSystemSegmentsEverywhere(Sound):
    """Lists ordinary segments as the vendor's own."""

    def list(self) -> tuple[Live, ...]:
        """Return all of them marked."""
        return tuple(Live(live.id, live.name, live.body, system=True) for live in self.provider.list())


class ListsTwice(Sound):
    """Lists every segment twice."""

    def list(self) -> tuple[Live, ...]:
        """Return each of them twice."""
        return (*self.provider.list(), *self.provider.list())


class AnswersFromMemory(Sound):
    """Reads each segment once, and remembers it."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(provider)
        self.seen: dict[str, Live | None] = {}

    def read(self, segment_id: str) -> Live | None:
        """Return what there was."""
        if segment_id not in self.seen:
            self.seen[segment_id] = self.provider.read(segment_id)
        return self.seen[segment_id]


class FindsSomethingForEveryId(Sound):
    """Reads the first of the list where there is nothing."""

    def read(self, segment_id: str) -> Live | None:
        """Return what was asked for, or else anything."""
        return self.provider.read(segment_id) or self.provider.list()[0]


class ReadsTheList(Sound):
    """Reads a segment by listing all of them, and looks twice."""

    def read(self, segment_id: str) -> Live | None:
        """Return it from the list."""
        found = {live.id: live for live in (*self.provider.list(), *self.provider.list())}
        return found.get(segment_id)


class TouchesWhatItReads(Sound):
    """Writes a segment back whenever it reads it."""

    def read(self, segment_id: str) -> Live | None:
        """Write what was read."""
        live = self.provider.read(segment_id)
        return live and self.provider.update(segment_id, live.body)


class AsksForEachBody(Sound):
    """Looks at the project again for each body."""

    def findings(self, body: Body) -> Iterable[Finding]:
        """List everything first."""
        self.provider.list()
        return self.provider.findings(body)


class ForgetsToSend(Sound):
    """Creates a segment without one of its members, or with that of another body where it cannot be left out."""

    def __init__(self, provider: Provider, member: str, other: Body) -> None:
        super().__init__(provider)
        self.lacking = {member: other[member]}

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Send another value."""
        return self.provider.create({**body, **self.lacking}, idempotency_key=idempotency_key)


class AnswersUnread(Sound):
    """Answers an update with what was sent."""

    def update(self, segment_id: str, body: Body) -> Live:
        """Send it, and say that it is so."""
        return self.provider.update(segment_id, body)._replace(body=body)


class SaysItIsDone(Sound):
    """Deletes nothing, and says nothing."""

    def delete(self, segment_id: str) -> None:
        """Do nothing."""


class MistakesKeys(Sound):
    """Makes two segments of one key where the vendor knows keys, and one where it does not."""

    def __init__(self, provider: Provider, capabilities: Capabilities) -> None:
        super().__init__(provider)
        self.capabilities = capabilities
        self.made: dict[str, Live] = {}

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Send another key, or nothing."""
        if self.capabilities.idempotency_keys:
            return self.provider.create(body, idempotency_key=str(uuid.uuid4()))
        if idempotency_key not in self.made:
            self.made[idempotency_key] = self.provider.create(body, idempotency_key=idempotency_key)
        return self.made[idempotency_key]


class SendsAgain(Sound):
    """Sends a create again where it failed, whatever had become of the first."""

    def create(self, body: Body, *, idempotency_key: str) -> Live:
        """Send it, and send it again under another key."""
        try:
            return self.provider.create(body, idempotency_key=idempotency_key)
        except VendorFailure:
            return self.provider.create(body, idempotency_key=str(uuid.uuid4()))


class TakesFailureForEmptiness(Sound):
    """Takes whatever goes wrong for there being nothing."""

    def list(self) -> tuple[Live, ...]:
        """Return nothing where the list failed."""
        try:
            return self.provider.list()
        except VendorFailure:
            return ()

    def read(self, segment_id: str) -> Live | None:
        """Return nothing where the read failed."""
        try:
            return self.provider.read(segment_id)
        except VendorFailure:
            return None


class RaisesWhatItLikes(Sound):
    """Lets an exception of its own out where a request failed."""

    def list(self) -> tuple[Live, ...]:
        """Raise what no caller expects."""
        try:
            return self.provider.list()
        except VendorFailure:
            raise LookupError("what is this?") from None


class TellsTheSecret(Sound):
    """Says the key in its failures."""

    def __init__(self, provider: Provider, secret: str) -> None:
        super().__init__(provider)
        self.secret = secret

    def list(self) -> tuple[Live, ...]:
        """Raise what holds the key."""
        try:
            return self.provider.list()
        except VendorFailure as error:
            raise VendorFailure(Problem("unauthorized", f"{error} with {self.secret}")) from None


class TellsNothing(Sound):
    """Says in its failures that something failed."""

    def list(self) -> tuple[Live, ...]:
        """Raise what helps nobody."""
        try:
            return self.provider.list()
        except VendorFailure:
            raise VendorFailure(Problem("vendor-error", "it did not work")) from None


class AsWritten:
    """Conversions that hand everything on, but fold nothing: a body's canonical form is the body."""

    def __init__(self, form: Form) -> None:
        self.form = form

    @property
    def personal(self) -> Personal:
        """As it should be."""
        return self.form.personal

    @property
    def capabilities(self) -> Capabilities:
        """Hand on."""
        return self.form.capabilities

    def canonical(self, body: Body) -> Body:
        """Return the body."""
        return body

    def outgoing(self, body: Body) -> Body:
        """Hand on."""
        return self.form.outgoing(body)

    def label(self, item: Json) -> str:
        """Hand on."""
        return self.form.label(item)

    def findings(self, body: Body) -> Iterable[Finding]:
        """Hand on."""
        return self.form.findings(body)

    def unchecked(self, body: Body) -> Iterable[Finding]:
        """Hand on."""
        return self.form.unchecked(body)


class AllTheSame(AsWritten):
    """Conversions that fold everything: all bodies have one canonical form."""

    def canonical(self, body: Body) -> Body:
        """Return nothing of the body."""
        return {}


class Restless(AsWritten):
    """Conversions whose canonical form has another canonical form."""

    def canonical(self, body: Body) -> Body:
        """Say how often the body was folded."""
        return {**self.form.canonical(body), "folded": [body.get("folded")]}


class Particular(AsWritten):
    """Conversions that fail on what has not the usual shape."""

    def canonical(self, body: Body) -> Body:
        """Take it that there is a name, and that it is a text."""
        match body:
            case {"name": str()}:
                return self.form.canonical(body)
            case _:
                raise VendorFailure(Problem("unexpected-answer", "a body without a name"))
