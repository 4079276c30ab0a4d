"""Worlds of every vendor: what an apply leaves behind holds after every step, whatever people do in between.

The profile `worlds` (`pytest tests/contract/test_state_machine.py --hypothesis-profile=worlds`) runs 5,000 worlds of
each vendor.
"""

from contextlib import AbstractContextManager
from typing import ClassVar

from contract.project import Trial
from contract.subjects import SUBJECTS
from contract.world import World
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from instance import Instance
from unleash.real import real

ASKED = settings().max_examples
WORLDS = settings(max_examples=ASKED if ASKED > 100 else 15, stateful_step_count=6)

REAL = 6


class QonversionWorld(World):
    """A world of Qonversion's."""

    subject = SUBJECTS["qonversion"]


class Push0World(World):
    """A world of Push0's."""

    subject = SUBJECTS["push0"]


class KibamailWorld(World):
    """A world of Kibamail's."""

    subject = SUBJECTS["kibamail"]


class UnleashWorld(World):
    """A world of Unleash's."""

    subject = SUBJECTS["unleash"]


class RealWorld(UnleashWorld):
    """A world of a real Unleash's, which is emptied for it."""

    server: ClassVar[Instance]

    def opened(self) -> AbstractContextManager[Trial]:
        """Return the server as a project."""
        self.server.empty()
        return real(self.server)


TestQonversionWorlds = QonversionWorld.TestCase
TestPush0Worlds = Push0World.TestCase
TestKibamailWorlds = KibamailWorld.TestCase
TestUnleashWorlds = UnleashWorld.TestCase
TestQonversionWorlds.settings = TestPush0Worlds.settings = WORLDS
TestKibamailWorlds.settings = TestUnleashWorlds.settings = WORLDS


def test_worlds_of_a_real_server(unleash: Instance) -> None:
    """A few of them, since each request takes its time."""
    RealWorld.server = unleash
    run_state_machine_as_test(RealWorld, settings=settings(WORLDS, max_examples=REAL, stateful_step_count=4))


def test_every_vendor_has_a_world() -> None:
    """A vendor that is a subject of the suite is one here."""
    assert sorted(SUBJECTS) == sorted(world.subject.name for world in World.__subclasses__())
