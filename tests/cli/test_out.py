"""`--out`: the JSON document in a file, beside the result in whatever format."""

import pytest
from repository import Repository
from unruly import PROD

from reconciler.emulator import make_app


@pytest.mark.parametrize(
    "words",
    [
        ["validate"],
        ["plan"],
        ["apply", "--yes"],
        ["drift"],
        ["import", "--all"],
        ["forget", "kept"],
        ["ledger", "show"],
    ],
    ids=" ".join,
)
def test_out_is_the_document_that_json_prints(local: Repository, words: list[str]) -> None:
    """Whatever the format of the result is, the file holds the JSON document."""
    local.define("kept", "Kept", PROD)
    assert 0 == local.run("apply", "--yes").code
    with make_app("qonversion", local.root / ".reconciler" / "embedded" / "local.sqlite") as app:
        app.put_segment({"name": "Unmanaged", "conditions": []})

    ended = local.run(*words, "--out", "out/document.json", "--format", "json")

    assert (0, "") == (ended.code, ended.stderr)
    assert ended.stdout == (local.root / "out" / "document.json").read_text()
