"""Every world in every format, by the name of its golden file. To renew: `cd tests; python -m golden.renderings`.

Look at the difference before you commit it.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from golden import conversations, endings, worlds

from reconciler import __version__
from reconciler.core import document
from reconciler.core.plan import Plan
from reconciler.core.report import DriftReport, Report
from reconciler.errors import Problem
from reconciler.render import markdown, terminal

HERE = Path(__file__).parent
SUFFIXES = (".txt", ".md", ".json")
NARROW = 64

PLANS: Mapping[str, tuple[Plan, ...]] = {
    "plan-everyday": (worlds.EVERYDAY,),
    "plan-rules": (worlds.RULES,),
    "plan-refused": (worlds.REFUSED,),
    "plan-names": (worlds.NAMES,),
    "plan-nothing": (worlds.QUIET,),
    "plan-empty": (worlds.EMPTY,),
    "plan-hostile": (worlds.HOSTILE,),
    "plan-words": (worlds.WORDS,),
    "plan-vendors": (worlds.VENDORS,),
    "plan-long": (worlds.LONG,),
    "plans-several": (worlds.EVERYDAY, worlds.QUIET, worlds.NO_LEDGER),
}
REPORTS: Mapping[str, Report] = {
    "report-done": endings.APPLIED,
    "report-interrupted": endings.INTERRUPTED,
    "report-refused": Report("production", "qonversion", (), worlds.REFUSED.pending, (), worlds.REFUSED.refused_by),
    "report-nothing": Report("local", "qonversion", ()),
}
DRIFTS: Mapping[str, DriftReport] = {
    "drift-found": endings.DRIFTED,
    "drift-none": DriftReport("local", "qonversion", (), 1),
}
PROBLEMS: Mapping[str, tuple[Problem, ...]] = {"problems": endings.FOUND, "problems-none": ()}


def renderings() -> dict[str, str]:
    """Return the text of every golden file by its name."""
    texts = conversations.comments() | conversations.applies() | conversations.issues()
    return texts | dict([*_plans(), *_reports(), *_drifts(), *_problems()])


def _plans() -> Iterator[tuple[str, str]]:
    for name, plans in PLANS.items():
        yield f"{name}.txt", terminal.plans(plans)
        yield f"{name}.verbose.txt", terminal.plans(plans, verbose=True)
        yield f"{name}.colour.txt", terminal.plans(plans, colour=True, width=110)
        yield f"{name}.narrow.txt", terminal.plans(plans, width=NARROW)
        yield f"{name}.md", markdown.plans(plans)
        yield f"{name}.verbose.md", markdown.plans(plans, verbose=True)
        yield f"{name}.json", _json(document.several("plan", [document.plan_document(plan) for plan in plans]))


def _reports() -> Iterator[tuple[str, str]]:
    for name, report in REPORTS.items():
        yield f"{name}.txt", terminal.report(report)
        yield f"{name}.verbose.txt", terminal.report(report, verbose=True)
        yield f"{name}.colour.txt", terminal.report(report, colour=True, width=110)
        yield f"{name}.narrow.txt", terminal.report(report, width=NARROW)
        yield f"{name}.md", markdown.report(report)
        yield f"{name}.verbose.md", markdown.report(report, verbose=True)
        yield f"{name}.json", _json(document.report_document(report))


def _drifts() -> Iterator[tuple[str, str]]:
    for name, drift in DRIFTS.items():
        yield f"{name}.txt", terminal.drift(drift)
        yield f"{name}.colour.txt", terminal.drift(drift, colour=True, width=110)
        yield f"{name}.narrow.txt", terminal.drift(drift, width=NARROW)
        yield f"{name}.md", markdown.drift(drift)
        yield f"{name}.json", _json(document.drift_document(drift))


def _problems() -> Iterator[tuple[str, str]]:
    for name, problems in PROBLEMS.items():
        yield f"{name}.txt", terminal.problems(problems)
        yield f"{name}.colour.txt", terminal.problems(problems, colour=True, width=110)
        yield f"{name}.narrow.txt", terminal.problems(problems, width=NARROW)
        yield f"{name}.md", markdown.problems(problems)
        yield f"{name}.json", _json(document.findings_document(problems, 12))


def _json(made: document.Document) -> str:
    return document.text(made).replace(f'"tool_version": "{__version__}"', '"tool_version": "VERSION"')


def golden_files() -> dict[str, str]:
    """Return what the golden files hold, by name."""
    paths = [path for path in sorted(HERE.iterdir()) if path.suffix in SUFFIXES]
    return {path.name: path.read_bytes().decode() for path in paths}


def renew() -> None:
    """Write the golden files anew, and remove those of worlds that are gone."""
    wanted = renderings()
    for name in golden_files().keys() - wanted.keys():
        (HERE / name).unlink()
    for name, text in wanted.items():
        (HERE / name).write_bytes(text.encode())


if __name__ == "__main__":
    renew()
