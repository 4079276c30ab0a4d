"""What a body means, held to a second reading of the vendors' pages; and a solver, held to the evaluator."""

from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
import z3
from bodies import DRAWN, OPTIONS, SIMPLE, Body
from oracles import ORACLES, push0, qonversion

import reconciler
from reconciler.analysis.encoding import Encoding
from reconciler.core import predicate as of
from reconciler.core.reading import text
from reconciler.core.semantics import matches
from reconciler.providers.registry import VENDORS

BODIES, PROFILES = 100, 100
"""Of each vendor; each body is held to each profile."""

SOLVED = 12
"""Of the profiles, those that are put to the solver too, which takes longer; all of them with `--every-position`."""

IMPORT = "from reconciler.core.predicate import ("
FAULTS = {
    "kibamail": {
        "negation of what is missing": ("All((there, Not(true)))", "Not(true)"),
        "wildcards that are none": ('if "%" not in value and "_" not in value:', "if True:"),
        "arrays by their first item": ("Holds(texts)", "Holds(texts[:1])"),
        "a comparison turned round": ('"gt": Relation.MORE', '"gt": Relation.LESS'),
    },
    "push0": {
        "negation of what is missing": ("All((Test(field, Present()), Not(same)))", "Not(same)"),
        "wildcards where there are none": ("Has(PLACES[relation], value)", 'Like("%" + value + "%")'),
        "arrays by their text": ("Holds((value,))", "OneOf((value,))"),
        "a comparison turned round": ('">": Relation.MORE', '">": Relation.LESS'),
    },
    "qonversion": {
        "negation of what is missing": ("All((Test(metric, Present()), Not(part)))", "Not(part)"),
        "wildcards where there are none": ("Has(Where.ANYWHERE, value)", 'Like("%" + value + "%")'),
        "numbers by their text": ('options.get("compares") != "texts" and', "False and"),
        "a comparison turned round": ('"gt": Relation.MORE', '"gt": Relation.LESS'),
    },
    "unleash": {
        "negation of what is missing": (
            "return Not(part) if inverted",
            "return All((Test(field, Present()), Not(part))) if inverted",
        ),
        "wildcards where there are none": ("Has(PLACES[operator], each, lowered=folded)", 'Like("%" + each + "%")'),
        "arrays by all of their items": ("Any(tuple(Test(field, Has(", "All(tuple(Test(field, Has("),
        "a comparison turned round": ('"GT": Relation.MORE', '"GT": Relation.LESS'),
    },
}
"""For each vendor, mistakes in what a body means: what is written, and what is in its place."""


def meant(name: str, body: Body, module: Any = None, **options: str) -> of.Predicate:  # noqa: ANN401 - a module
    """Return what a body means; nothing that is drawn is unclear."""
    settings = {**OPTIONS.get(name, {}), **options}
    found = module.meaning(body, settings) if module else VENDORS[name].meaning(body, settings)
    assert not isinstance(found, of.Unclear), (body, found)
    return of.together(found)


def different(name: str, module: Any = None) -> list[tuple[Body, Body]]:  # noqa: ANN401 - a module
    """Return the pairs of a body and a profile for which the second reading has another answer."""
    random = Random(name)
    draw, somebody = SIMPLE[name]
    bodies = [draw(random) for _ in range(BODIES)]
    profiles = [somebody(random) for _ in range(PROFILES)]
    found = [(body, meant(name, body, module)) for body in bodies]
    return [
        (body, profile)
        for body, predicate in found
        for profile in profiles
        if matches(predicate, profile) != ORACLES[name](body, profile)
    ]


@pytest.mark.parametrize("name", sorted(SIMPLE))
def test_a_body_means_what_the_pages_say(name: str) -> None:
    """In 10,000 pairs of a body and a profile of each vendor."""
    assert different(name) == []


@pytest.mark.parametrize(("name", "fault"), [(name, fault) for name, faults in FAULTS.items() for fault in faults])
def test_a_mistake_in_what_a_body_means_is_noticed(name: str, fault: str) -> None:
    """The same pairs, with a mistake in the vendor's module."""
    path = Path(reconciler.__file__).parent / "providers" / name / "meaning.py"
    before, after = FAULTS[name][fault]
    source = path.read_text(encoding="utf-8")
    assert source.count(before) >= 1
    module = ModuleType("faulty")
    spoilt = source.replace(before, after).replace(IMPORT, f"{IMPORT}\n    Like,\n    Present,", 1)
    exec(compile(spoilt, path, "exec"), module.__dict__)  # noqa: S102 - a module with a mistake

    assert different(name, module) != []


@pytest.mark.parametrize("name", ["push0", "qonversion"])
def test_what_is_missing_differs_where_the_target_says_so(name: str) -> None:
    """The other assumption, and the second reading of it."""
    random = Random(name)
    draw, somebody = SIMPLE[name]
    option, reading = {
        "push0": ({"missing_field": "differs"}, push0),
        "qonversion": ({"missing_metric": "differs"}, qonversion),
    }[name]
    for _ in range(BODIES):
        body, profile = draw(random), somebody(random)
        assert matches(meant(name, body, **option), profile) == reading(body, profile, differs=True)


def pinned(predicates: list[of.Predicate], profile: Body) -> of.Predicate:
    """Return that somebody is this profile, as far as the predicates ask."""
    held: dict[str, list[str]] = {}
    for test in of.tests_of(*predicates):
        texts = test.check.texts if isinstance(test.check, of.Holds) else ()
        held.setdefault(test.field, []).extend(texts)
    parts: list[of.Predicate] = []
    for field, asked in held.items():
        value = profile.get(field)
        if value is None:
            parts.append(of.Not(of.Test(field, of.Present())))
        elif isinstance(value, list):
            parts.append(of.Test(field, of.Present()))
            parts.append(of.Test(field, of.Filled()) if value else of.Not(of.Test(field, of.Filled())))
            for item in set(asked):
                part = of.Test(field, of.Holds((item,)))
                parts.append(part if item in value else of.Not(part))
        else:
            parts.append(of.Test(field, of.OneOf((text(value) or "",))))
    return of.All(tuple(parts))


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_the_solver_agrees_with_the_evaluator(pytestconfig: pytest.Config, name: str) -> None:
    """Under each profile there is one answer to all of the bodies, and it is that of the evaluator."""
    random = Random(name)
    draw, somebody = DRAWN[name]
    predicates = [meant(name, body) for body in (draw(random) for _ in range(BODIES))]
    for _ in range(PROFILES if pytestconfig.getoption("--every-position") else SOLVED):
        profile = somebody(random)
        who = pinned(predicates, profile)
        context = z3.Context()
        encoding = Encoding([who, *predicates], frozenset(), context)
        solver = z3.Solver(ctx=context)
        solver.set(ctrl_c=False)
        solver.add(encoding.formula(who), *encoding.rules())
        truths = [encoding.formula(each) == matches(each, profile) for each in predicates]
        assert solver.check(*truths) == z3.sat
        assert solver.check(z3.Not(z3.And(truths))) == z3.unsat
