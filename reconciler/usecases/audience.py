"""How many users the definitions of a target have, and share. Reads definitions and users, and asks no vendor."""

from dataclasses import replace

from reconciler.core.audience import Population
from reconciler.core.plan import Plan
from reconciler.errors import InvalidInput, Problem
from reconciler.usecases.census import Census, counted
from reconciler.usecases.open import Opened


def audience_of(opened: Opened, census: Census | None) -> Population:
    """Return the users of each definition; raises InvalidInput where nothing says where the users are."""
    if census is None:
        name = opened.target.name
        hint = f'name them with `--source`, or add `[targets.{name}.audience]` with `source = "users.parquet"`'
        raise InvalidInput(Problem("audience-unconfigured", f"`{name}` does not say where its users are", hint=hint))
    definitions, _ = opened.whole()
    plan = Plan(opened.target.name, opened.target.provider, ())
    found = counted(plan, definitions, opened, replace(census, overlaps=True))
    return found.population or Population(0, 1.0, ())
