"""Which targets a command works on."""

from pathlib import Path

import pytest

from reconciler.errors import InvalidInput
from reconciler.settings.config import Settings, Target


def settings(*names: str, default: str | None = None) -> Settings:
    """Return settings with targets of these names."""
    targets = {name: Target(name, "qonversion", Path("segments"), "segments") for name in names}
    return Settings(Path(), "reconciler.toml", targets, default)


def chosen(found: Settings, *names: str, every: bool = False) -> list[str]:
    """Return the names of the targets that are chosen."""
    return [target.name for target in found.choose(names, every=every)]


def test_the_only_target_need_not_be_named() -> None:
    """One target is the default one."""
    assert ["local"] == chosen(settings("local"))


def test_the_default_target_is_for_commands_that_name_none() -> None:
    """A name, or all of them, comes before the default."""
    two = settings("local", "production", default="production")

    assert ["production"] == chosen(two)
    assert ["local"] == chosen(two, "local", "local")
    assert ["local", "production"] == chosen(two, every=True)


def test_of_several_targets_none_is_guessed() -> None:
    """Without a default, one has to be named."""
    with pytest.raises(InvalidInput, match="several targets are configured"):
        chosen(settings("local", "production"))
