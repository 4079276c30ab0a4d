"""Whole outputs of every format, compared with files; and that the formats say the same."""

import json
import re
from html import unescape

import pytest
from golden.renderings import DRIFTS, PLANS, REPORTS, golden_files, renderings

from reconciler.core import document
from reconciler.core.plan import Plan
from reconciler.render import markdown, terminal

RENDERINGS = renderings()
FILES = golden_files()


@pytest.mark.parametrize("name", sorted(RENDERINGS))
def test_each_world_is_rendered_as_its_golden_file_says(name: str) -> None:
    """The same world gives the same bytes; to accept a change: `cd tests; python -m golden.renderings`."""
    assert RENDERINGS[name] == FILES.get(name)


def test_every_golden_file_belongs_to_a_world() -> None:
    """A world that is renamed or removed takes its files along."""
    assert set(FILES) <= set(RENDERINGS)


@pytest.mark.parametrize("name", sorted(PLANS.keys() - {"plan-hostile"}))
def test_the_formats_of_a_plan_name_the_same_segments(name: str) -> None:
    """Every key or id that the document holds stands in the verbose text and the verbose Markdown, as often."""
    for plan in PLANS[name]:
        changes = json.loads(document.text(document.plan_document(plan)))["changes"]
        wanted = sorted(f"{change['key'] or 'id ' + change['id']} {change['name']}" for change in changes)

        assert wanted == sorted(_keys_of_text(terminal.plan(plan, verbose=True)))
        assert wanted == sorted(_keys_of_markdown(markdown.plan(plan, verbose=True)))


@pytest.mark.parametrize("name", sorted(PLANS))
def test_the_formats_of_a_plan_count_the_same(name: str) -> None:
    """The document's summary, the text's summary line and the table of the Markdown hold the same numbers."""
    for plan in PLANS[name]:
        wanted = {action: number for action, number in document.summary(plan).items() if number}

        assert wanted == _counts_of_text(terminal.plan(plan), plan)
        assert wanted == _counts_of_table(markdown.plan(plan))


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_the_formats_of_a_report_say_the_same_of_each_change(name: str) -> None:
    """Text and Markdown end with the same counts, and give each key, code and hint that the document has."""
    report = REPORTS[name]
    made = json.loads(document.text(document.report_document(report)))
    text, marked = terminal.report(report), unescape(markdown.report(report))
    told = [outcome["key"] for outcome in made["outcomes"]] + [change["key"] for change in made["blocked"]]
    problems = [outcome["problem"] for outcome in made["outcomes"] if outcome["problem"]]
    told += [problem[part] for problem in problems for part in ("code", "hint")]

    assert [word for word in told if word not in text or word not in marked] == []
    assert _sentence(text).removeprefix("local: ") in marked


@pytest.mark.parametrize("name", sorted(DRIFTS))
def test_the_formats_of_drift_say_the_same(name: str) -> None:
    """Text and Markdown hold the same sentence of counts, and each key and path that the document has."""
    drift = DRIFTS[name]
    made = json.loads(document.text(document.drift_document(drift)))
    text, marked = terminal.drift(drift), markdown.drift(drift)
    told = [part for one in made["drifts"] for part in (one["key"], *(field["path"] for field in one["fields"]))]

    assert [word for word in told if word not in text or word not in marked] == []
    assert _sentence(text).removeprefix("local: ") in marked


def _keys_of_text(text: str) -> list[str]:
    found = re.findall(r'^  [-+~=x·] (.*?) +(".*?") ', text, re.MULTILINE)
    return [f"{key} {json.loads(name)}" for key, name in found]


def _keys_of_markdown(text: str) -> list[str]:
    found = re.findall(r"^`[-+~=x·]` \*\*`(.*?)`\*\* `(\".*?\")`", text, re.MULTILINE)
    return [f"{key} {json.loads(name)}" for key, name in found]


def _sentence(text: str) -> str:
    return text.splitlines()[-1]


def _counts_of_text(text: str, plan: Plan) -> dict[str, int]:
    line = next(line for line in text.splitlines() if line.startswith("Plan: ") or ": nothing to do; " in line)
    counts = {action: int(number) for number, action in re.findall(r"(\d+) to (\w+)", line)}
    kept, skipped = re.search(r"(\d+) unchanged", line), re.search(r"(\d+) left alone", line)
    blocked = re.search(r"(\d+) of these blocked", line)
    counts |= {"keep": int(kept[1])} if kept else {}
    counts |= {"skip": int(skipped[1])} if skipped else {}
    counts |= {"blocked": int(blocked[1])} if blocked else {}
    return counts | ({"blocked": len(plan.pending)} if "all of these blocked" in line else {})


def _counts_of_table(text: str) -> dict[str, int]:
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    names, values = (rows[0], rows[2]) if rows else ("", "")
    renamed = {"unchanged": "keep", "left alone": "skip"}
    cells = zip(names.strip("| ").split(" | ")[1:], values.strip("| ").split(" | ")[1:], strict=True)
    return {renamed.get(name, name): int(value) for name, value in cells if value != "0"}
