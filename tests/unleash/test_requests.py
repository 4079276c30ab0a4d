"""Every kind of request that the provider sends, to the real server: each is one that the server describes."""

import re
import uuid

import pytest
from contract.subject import Document, edited
from contract.unleash_subject import UNLEASH
from instance import Instance
from unleash.real import real

from reconciler.errors import SegmentInUse, VendorFailure


def test_every_kind_of_request_is_described(unleash: Instance) -> None:
    """Also those of a refused create, of a segment in use, and of the looks at fields and projects."""
    wrong: Document = {"contextName": "userId", "operator": "NUM_EQ", "value": "many"}
    flag = f"flag-{uuid.uuid4()}"
    with real(unleash) as project, unleash.client() as client:
        provider, form = project.provider, project.form
        body = form.outgoing(edited(UNLEASH.first, "project", "default"))
        assert [] == list(provider.findings(body))
        assert ["unknown-project"] == [one.code for one in provider.findings(edited({**body}, "project", "nowhere"))]
        live = provider.create(body, idempotency_key="one")
        with pytest.raises(VendorFailure, match=r"POST .*400"):
            provider.create({"name": "B", "constraints": [wrong]}, idempotency_key="two")
        provider.update(live.id, form.outgoing(UNLEASH.second))
        client.post("projects/default/features", json={"name": flag}).raise_for_status()
        strategies = f"projects/default/features/{flag}/environments/development/strategies"
        client.post(strategies, json={"name": "default", "segments": [int(live.id)]}).raise_for_status()
        with pytest.raises(SegmentInUse, match=f"the flag `{flag}` in `development` of the project `default`"):
            provider.delete(live.id)
        client.delete(f"projects/default/features/{flag}").raise_for_status()
        provider.delete(live.id)
        assert () == provider.list()

    kinds = {
        (method, re.sub("/[0-9]+", "/{id}", path.removeprefix("/api/admin"))) for method, path in project.app.requests
    }
    assert kinds == {
        ("GET", "/segments"),
        ("POST", "/segments"),
        ("GET", "/segments/{id}"),
        ("PUT", "/segments/{id}"),
        ("DELETE", "/segments/{id}"),
        ("GET", "/segments/{id}/strategies"),
        ("GET", "/context"),
        ("GET", "/projects"),
        ("GET", "/ui-config"),
    }
