"""Every example folder: a valid one loads without a word, an invalid one says exactly what its `expected.txt` says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.core.finding import Finding
from reconciler.core.segment import Body
from reconciler.definitions.load import Loaded, load
from reconciler.errors import Place, Severity
from reconciler.intake.schema import explain, schema, waves_through

HERE = Path(__file__).parent
VALID = sorted(path for path in (HERE / "valid").iterdir())
INVALID = sorted(path for path in (HERE / "invalid").iterdir())


def moonstruck(body: Body) -> Iterator[Finding]:
    """Yield a finding for each condition on the moon, as a provider would for what it doubts."""
    conditions = body.get("conditions", [])
    for index, condition in enumerate(conditions if isinstance(conditions, list) else []):
        if isinstance(condition, dict) and condition.get("metric") == "moon":
            yield Finding(("conditions", index, "metric"), "unknown-metric", "`moon` is unknown", "ask an astronomer")


def loaded(folder: Path) -> Loaded:
    """Return what is in a folder that messages call `segments`."""
    return load(
        folder,
        shown="segments",
        provider="qonversion",
        variables={"environment": "prod"},
        form_findings=moonstruck,
    )


def written(result: Loaded) -> str:
    """Return problems as people see them."""
    lines = []
    for problem in result.problems:
        lines.append(("warning: " if problem.severity is Severity.WARNING else "") + str(problem))
        lines += [f"  hint: {problem.hint}"] if problem.hint else []
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("folder", INVALID, ids=lambda folder: folder.name)
def test_an_invalid_folder_says_what_where_and_what_next(folder: Path) -> None:
    """Every problem of every file is reported at once, in order, with its place and remedy."""
    expected = (folder / "expected.txt").read_text("utf-8")

    assert expected == written(loaded(folder))


@pytest.mark.parametrize("folder", VALID, ids=lambda folder: folder.name)
def test_a_valid_folder_loads_without_a_word(folder: Path) -> None:
    """All that the vendor's page allows is allowed, and every file becomes a definition."""
    result = loaded(folder)

    assert ("", True) == (written(result), len(result.definitions) > 0)


@pytest.mark.parametrize("folder", [*VALID, *INVALID], ids=lambda folder: folder.name)
def test_what_is_waved_through_is_what_the_schema_allows(folder: Path) -> None:
    """The fast acceptance and the schema give one verdict on every definition of the examples."""
    rules = schema("qonversion.segment")
    bodies = [dict(definition.body) for definition in loaded(folder).definitions]

    assert all(waves_through(rules, body) for body in bodies)
    assert not any(explain(rules, body, lambda _pointer, *, on_key=False: Place("x")) for body in bodies)
