"""Drift of several targets, drift that is hostile, and drift that is much: what the issue and the summary hold."""

import json
from dataclasses import replace
from pathlib import Path

from markdown_it import MarkdownIt
from town import CONFIG, definition, town
from watching import OTHER, Between, issue, quietly, rewrite, second, spoil, watched

from reconciler.emulator import make_app
from reconciler.emulator.faults import Fault, FaultKind
from reconciler.emulator.server import serve
from reconciler.emulator.tables import Document, Json

PERSON: Document = {"metric": "custom_uid", "comparator": "eq", "value": "ada@example.com"}
HOSTILE = "``` --> <!-- @octo/team #1 <script> \x1b[31m\u202e::set-output name=a::b | [x](http://e.invalid)"


def html(text: str) -> list[str]:
    """Return what is HTML in a text of Markdown."""
    tokens = MarkdownIt("commonmark").parse(text)
    every = [child for token in tokens for child in (token, *(token.children or ()))]
    return [token.content for token in every if token.type.startswith("html")]


def test_each_target_has_its_issue(tmp_path: Path) -> None:
    """Of two that drift there are two; where one cannot be looked at the other's is kept up to date all the same."""
    files = {"segments/a.json": definition("A"), "other/b.json": definition("B")}
    with (
        make_app("qonversion", None) as other,
        serve(other) as server,
        town(tmp_path, config=second(server.url), files=files) as made,
    ):
        assert made.apply("--all-targets", event="workflow_dispatch", variables=OTHER).code == 0
        spoil(made, "A")
        (there,) = other.segments()
        other.edit_segment(str(there["id"]), name="B2")

        both = made.drift("--all-targets", variables=OTHER)

        assert (both.code, both.outputs) == (2, {"drifted": "2"})
        found = {each.title.split()[2]: each.body or "" for each in made.hub.issues.values()}
        assert {name: ("`a`" in body, "`b`" in body) for name, body in found.items()} == {
            "production": (True, False),
            "staging": (False, True),
        }
        assert quietly(made, lambda: made.drift("--target", "staging", variables=OTHER)).code == 2

        other.edit_segment(str(there["id"]), name="B")
        made.vendor.faults = [Fault(FaultKind.STATUS, status=503)]
        half = made.drift("--all-targets", variables=OTHER)

        assert half.code == 1
        assert {each.title.split()[2]: each.state for each in made.hub.issues.values()} == {
            "production": "open",
            "staging": "closed",
        }
        assert ("no drift in `staging`" in half.summary, "503" in half.summary) == (True, True)


def test_an_apply_that_begins_meanwhile_is_noticed(tmp_path: Path) -> None:
    """What it changes while the vendor is asked is no drift."""
    with make_app("qonversion", None) as vendor:
        between = Between(vendor)
        with serve(between) as server, watched(tmp_path, config=CONFIG.replace("{endpoint}", server.url)) as made:
            first, *_ = vendor.segments()

            def apply(_: str) -> None:
                rewrite(made, lambda claims: replace(claims, applied="0" * 40))
                vendor.edit_segment(str(first["id"]), name="A1")
                between.before = lambda _: None

            between.before = apply
            told = quietly(made, made.drift)

            assert (told.code, made.hub.issues) == (0, {})
            assert "while the vendor was asked" in told.summary
            assert made.drift().code == 2


def test_no_personal_value_is_told(tmp_path: Path) -> None:
    """The issue, its comments, the summary and the log have fingerprints of who somebody is, as documents have."""
    body = {"name": "A", "conditions": [PERSON]}
    with watched(tmp_path, files={"segments/a.json": json.dumps(body)}) as made:
        edited: list[Json] = [
            {**PERSON, "value": "eve@example.com"},
            {**PERSON, "comparator": "neq", "value": "bob@example.com"},
        ]
        made.vendor.edit_segment(made.named("A"), conditions=edited)
        first = made.drift()
        made.vendor.edit_segment(made.named("A"), conditions=[PERSON])
        second = made.drift()
        made.vendor.edit_segment(made.named("A"), conditions=edited[1:])
        third = made.drift()

        assert [job.code for job in (first, second, third)] == [2, 0, 2]
        comments = [comment.body for comment in made.hub.comments(issue(made).number)]
        assert len(comments) == 2
        texts = [issue(made).body or "", issue(made).title, *comments]
        texts += [text for job in (first, second, third) for text in (job.summary, job.said)]
        assert [text for text in texts if "@example.com" in text or "&#64;example" in text] == []
        assert "sha256:" in texts[0]


def test_hostile_names_mean_nothing(tmp_path: Path) -> None:
    """That of a segment opens and closes nothing, and is in no title."""
    config = CONFIG.replace("production", "eu-1_x")
    with watched(tmp_path, config=config, files={"segments/a.json": definition("A")}) as made:
        made.vendor.edit_segment(made.named("A"), name=HOSTILE)

        told = made.drift()

        assert told.code == 2
        found = issue(made)
        assert found.title == "Segments of eu-1_x are not as they were applied"
        line, _, text = (found.body or "").partition("\n")
        assert (line.count("<!--"), line.count("-->")) == (1, 1)
        for each in (text, told.summary):
            assert [part for part in ("\x1b", "\u202e") if part in each] == []
            assert [token for token in html(each) if "script" in token or "-->" in token] == []
        assert [each for each in told.said.splitlines() if each.startswith("::set")] == []
        assert quietly(made, made.drift).code == 2


def test_much_drift_fits_into_the_issue(tmp_path: Path) -> None:
    """Of 200 drifts that are long the counts are whole, the body is within the limit, and the summary has all."""
    files = {f"segments/{number:03}.json": definition(f"Segment {number}") for number in range(200)}
    config = CONFIG.replace("limits = {{", "limits = {{ max_deletes = 9,")
    with watched(tmp_path, config=config, files=files) as made:
        for each in made.vendor.segments():
            condition: Json = {"metric": "environment", "comparator": "eq", "value": f"{each['name']} \U0001f600" * 40}
            made.vendor.edit_segment(str(each["id"]), conditions=[condition])

        told = made.drift()

        body = issue(made).body or ""
        assert (told.code, told.outputs) == (2, {"drifted": "200"})
        assert 10_000 < len(body.encode()) <= 60_000
        assert "200 changed at the vendor" in body
        assert [number for number in range(200) if f"`{number:03}`" not in told.summary] == []
