"""Whole commands against every vendor: what people have made by hand becomes files, and then there is nothing to do."""

from pathlib import Path

import pytest
from contract.subject import Subject
from contract.subjects import SUBJECTS
from repository import Repository

from reconciler.emulator import make_app
from reconciler.emulator.server import serve
from reconciler.providers.registry import VENDORS

CONFIG = """\
[targets.local]
provider = "{name}"
definitions = "segments"
endpoint = "{endpoint}"
credential_env = "SEGMENTS_KEY"
limits = {{ requests_per_second = 1000, retry_seconds = 0 }}
"""


@pytest.mark.parametrize("count", [3, 120])
@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_an_import_leaves_an_empty_plan(tmp_path: Path, subject: Subject, count: int) -> None:
    """Each live segment has its file, is kept as it is, and the vendor's own are left out; nothing is sent but GET."""
    key = VENDORS[subject.name].embedded_credential
    with make_app(subject.name) as app, serve(app) as server:
        repository = Repository(tmp_path, env={"SEGMENTS_KEY": key})
        repository.configure(CONFIG.format(name=subject.name, endpoint=server.url))
        app.seed_many(count)

        imported = repository.run("import", "--all")
        plan = repository.run("plan", "--detailed-exitcode", "--format", "json")
        methods = {method for method, _ in app.requests}

    summary = {action: number for action, number in plan.document["summary"].items() if number}
    expected = {"keep": count, **({"skip": len(subject.system)} if subject.system else {})}
    assert (0, 0, expected) == (imported.code, plan.code, summary)
    assert count == len([*(tmp_path / "segments").rglob("*.json")])
    assert repository.run("fmt", "--check").code == 0
    assert repository.run("validate").code == 0
    assert {"GET"} == methods
