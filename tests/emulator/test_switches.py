"""QonversionSwitches written as text."""

from dataclasses import fields

import pytest

from reconciler.emulator.qonversion_switches import QonversionSwitches
from reconciler.errors import InvalidInput


def test_nothing_set_is_the_default() -> None:
    """No text leaves every switch as it is assumed."""
    assert QonversionSwitches() == QonversionSwitches.parse([])


def test_every_switch_can_be_set() -> None:
    """Each switch takes its other value from text."""
    texts = [
        "system_in_list=true",
        "restart_on_unknown_cursor=false",
        "conflict_on_used=false",
        "delete_body=true",
        "unique_names=true",
        "system_write_status=409",
        "next_cursor=false",
    ]
    parsed, default = QonversionSwitches.parse(texts), QonversionSwitches()

    assert len(texts) == len(
        [one for one in fields(QonversionSwitches) if getattr(parsed, one.name) != getattr(default, one.name)]
    )
    assert parsed.system_write_status == 409


def test_last_value_wins() -> None:
    """A switch that is set twice has the later value."""
    assert QonversionSwitches(delete_body=False) == QonversionSwitches.parse(["delete_body=true", "delete_body=false"])


def test_everything_wrong_is_said_at_once() -> None:
    """Each text that is wrong is one problem with its remedy."""
    texts = ["delete_bdy=true", "zzz=1", "delete_body=1", "delete_body", "system_write_status=404", "unique_names=true"]
    with pytest.raises(InvalidInput) as caught:
        QonversionSwitches.parse(texts)

    names = ", ".join(f"`{one.name}`" for one in sorted(fields(QonversionSwitches), key=lambda one: one.name))
    expected = [
        ("switch `delete_bdy`: there is no such switch", "did you mean `delete_body`?"),
        ("switch `zzz`: there is no such switch", f"one of {names}"),
        ("switch `delete_body`: `1` is not a value for it", "one of `delete_body=true`, `delete_body=false`"),
        ("switch `delete_body`: it has no value", "one of `delete_body=true`, `delete_body=false`"),
        (
            "switch `system_write_status`: `404` is not a value for it",
            "one of `system_write_status=403`, `system_write_status=409`",
        ),
    ]
    assert expected == [(problem.message, problem.hint) for problem in caught.value.problems]
    assert {problem.code for problem in caught.value.problems} == {"unknown-switch"}
