"""What an import leaves in a repository: whole commands against the embedded emulator."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from repository import Repository

from reconciler.core.adopt import Selection
from reconciler.core.claims import Claims
from reconciler.emulator import make_app
from reconciler.ledger.file import FileLedger
from reconciler.settings.config import load
from reconciler.usecases.adopt import import_segments
from reconciler.usecases.open import open_target


def test_an_import_that_cannot_be_recorded_leaves_no_file(local: Repository) -> None:
    """Either all of it is there afterwards or nothing: a definition without a record would be a surprise."""
    with make_app("qonversion", local.root / ".reconciler" / "embedded" / "local.sqlite") as app:
        app.put_segment({"name": "First", "conditions": []})
        app.put_segment({"name": "Second", "conditions": []})
    local.ledger.parent.mkdir(parents=True)
    local.ledger.symlink_to("/proc/nowhere/ledger.json")

    ended = local.run("import", "--all")

    assert 1 == ended.code
    assert ".reconciler/ledger/local.json: cannot be written" in ended.stderr
    assert [] == list((local.root / "segments").iterdir())


def test_what_is_imported_names_the_schema_that_the_repository_has(tmp_path: Path) -> None:
    """In a repository that `init` started, an editor knows at once what an imported definition may say."""
    made = Repository(tmp_path / "repository")
    (made.root / "reconciler.toml").unlink()
    assert 0 == made.run("init").code
    with make_app("qonversion", made.root / ".reconciler" / "embedded" / "local.sqlite") as app:
        app.put_segment({"name": "Theirs", "conditions": []})

    ended = made.run("import", "--name", "Theirs")

    path = made.root / "segments" / "qonversion" / "theirs.json"
    assert 0 == ended.code, ended.stderr
    assert (path.parent / json.loads(path.read_text())["$schema"]).resolve() == (
        made.root / "schemas" / "qonversion.segment.schema.json"
    )


def test_an_import_of_what_is_managed_writes_nothing(local: Repository) -> None:
    """Once is enough; neither the ledger nor a file is touched."""
    with make_app("qonversion", local.root / ".reconciler" / "embedded" / "local.sqlite") as app:
        app.put_segment({"name": "First", "conditions": []})
    assert 0 == local.run("import", "--all").code
    before = {name: data for name, data in local.files().items() if not name.endswith(".sqlite")}

    assert 0 == local.run("import", "--all").code
    assert before == {name: data for name, data in local.files().items() if name in before}


def test_a_segment_whose_name_no_file_can_hold_is_left_out(local: Repository) -> None:
    """Aloud among all, and refused alone: half a pair of surrogates is no text in UTF-8."""
    with make_app("qonversion", local.root / ".reconciler" / "embedded" / "local.sqlite") as app:
        app.put_segment({"name": "Half \ud83d", "conditions": []})
        (segment,) = app.segments()

    every, one = local.run("import", "--all"), local.run("import", "--id", str(segment["id"]))

    assert (0, 3) == (every.code, one.code)
    assert "surrogate" in every.stderr
    assert "surrogate" in one.stderr
    assert [] == [*(local.root / "segments").iterdir()]


class Interrupted(FileLedger):
    """A ledger whose write is done when the interruption comes."""

    def write(self, claims: Claims) -> Claims:
        """Write, and be interrupted."""
        super().write(claims)
        raise KeyboardInterrupt


def test_an_import_that_is_interrupted_after_its_record_keeps_its_files(local: Repository) -> None:
    """A record without its file would be planned as the deletion of a live segment."""
    with make_app("qonversion", local.root / ".reconciler" / "embedded" / "local.sqlite") as app:
        app.put_segment({"name": "Campaign", "conditions": []})
    settings = load(local.root / "reconciler.toml", "reconciler.toml")
    opened = open_target(settings, settings.targets["local"])
    ledger = Interrupted(local.ledger, shown="ledger", target="local", provider="qonversion")

    with pytest.raises(KeyboardInterrupt):
        import_segments(replace(opened, keeper=lambda: ledger), Selection(every=True))

    assert 0 == local.run("plan", "--detailed-exitcode").code
    assert ["campaign.json"] == [path.name for path in (local.root / "segments").iterdir()]
