"""What a body names that only the live instance knows: context fields of its own, and a project. Must never ask it."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.core.finding import UNCHECKED, Finding
from reconciler.core.segment import Body, Json
from reconciler.intake.lexical import shown
from reconciler.intake.lines import Pointer
from reconciler.providers.looking import enumerated
from reconciler.providers.unleash.operators import STANDARD


@dataclass(frozen=True, slots=True)
class Named:
    """One constraint that names a field: where it stands, and the constraint itself."""

    pointer: Pointer
    field: str
    constraint: dict[str, Json]

    @property
    def field_pointer(self) -> Pointer:
        """Where the name of the field stands."""
        return (*self.pointer, "contextName")


def named(body: Body) -> tuple[Named, ...]:
    """Return the constraints of a body that name a field, in their order; total."""
    constraints = body.get("constraints")
    return tuple(
        Named(("constraints", index), field, item)
        for index, item in enumerate(constraints if isinstance(constraints, list) else ())
        if isinstance(item, dict) and isinstance(field := item.get("contextName"), str)
    )


def project_of(body: Body) -> str:
    """Return the project of a body, or nothing where it has none."""
    project = body.get("project")
    return project if isinstance(project, str) else ""


def unchecked(body: Body, why: str = "") -> Iterator[Finding]:
    """Yield one warning, at the first name, for all names that were not looked up; none where there are no names.

    `why` is the reason for which the instance, though it was asked, did not tell.
    """
    places = [(one.field_pointer, f"the field {shown(one.field)}") for one in named(body) if one.field not in STANDARD]
    if project := project_of(body):
        places.append((("project",), f"the project {shown(project)}"))
    if places:
        words = f"only the live instance knows {enumerated([words for _, words in places])}, and"
        said = f"{words} did not tell: {why}" if why else f"{words} was not asked"
        hint = "the token needs the right to read context fields and projects" if why else "`reconciler plan` asks it"
        yield Finding(places[0][0], UNCHECKED, said, hint)
