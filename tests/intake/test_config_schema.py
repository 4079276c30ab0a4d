"""What is wrong with a `reconciler.toml`, by the words of its schema."""

from typing import Any, TypeAlias

import pytest

from reconciler.errors import Place
from reconciler.intake.lines import Pointer
from reconciler.intake.schema import explain, schema

Value: TypeAlias = Any

CONFIG = schema("config")


def at_pointer(pointer: Pointer, /, *, on_key: bool = False) -> Place:
    """Return a place that shows the pointer itself."""
    return Place("/".join(["", *map(str, pointer)]) + ("=" if on_key else ""))


def said(rules: Value, value: Value) -> list[str]:
    """Return what is wrong, each with its hint."""
    return [f"{problem} | {problem.hint}" for problem in explain(rules, value, at_pointer)]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (
            {},
            [
                (
                    ": `targets` is missing (missing-member) | add `targets`: the targets by name, such as "
                    "`[targets.production]`; at least one"
                )
            ],
        ),
        (
            {"targets": {}},
            [
                (
                    "/targets: `targets` is empty (too-few) | the targets by name, such as "
                    "`[targets.production]`; at least one"
                )
            ],
        ),
        (
            {"targets": {"a": {"provider": "qonversion", "definitions": "s", "limit": {"max_deletes": 1}}}},
            [
                (
                    "/targets/a/limit=: unknown member `limit` in `targets.a` (unknown-member) | did "
                    "you mean `limits`? known "
                    "here: `provider`, `definitions`, `endpoint`, `credential_env`, `environment`, "
                    "`delete`, `dialect`, `text_order`, `compares`, `missing_metric`, `missing_field`, "
                    "`ledger`, `unmanaged`, "
                    "`accept_unreviewed`, `vars`, `limits`, `audience`"
                )
            ],
        ),
        (
            {"targets": {"a b": {"provider": "qonversions"}}},
            [
                (
                    "/targets/a b: `definitions` is missing in `targets.a b` (missing-member) | add "
                    "`definitions`: the folder "
                    "of the definitions, below the folder of `reconciler.toml`"
                ),
                (
                    "/targets/a b/provider: the string `qonversions` is not allowed for `targets.a "
                    "b.provider` (not-allowed) "
                    "| did you mean `qonversion`? allowed: `qonversion`, `push0`, `kibamail`, `unleash`"
                ),
                (
                    "/targets/a b=: `a b` is not a name that can stand here (bad-form) | a target's "
                    "name has letters, digits, "
                    "`.`, `_` and `-`, and begins with a letter or digit"
                ),
            ],
        ),
        (
            {
                "targets": {
                    "a": {
                        "provider": "qonversion",
                        "definitions": "s",
                        "credential_env": "sk_live_1",
                        "vars": {"1": "a", "b": 2},
                        "limits": {"concurrency": 65, "requests_per_second": 0},
                    }
                }
            },
            [
                (
                    "/targets/a/credential_env: `targets.a.credential_env` does not have the form "
                    "that it needs (bad-form) | the "
                    "name of the environment variable that holds the credential, never the credential itself"
                ),
                (
                    "/targets/a/limits/concurrency: `targets.a.limits.concurrency` is 65, and must "
                    "be at most 64 (out-of-range) "
                    "| how many requests are under way at once, 1 to 64; 8 when left out"
                ),
                (
                    "/targets/a/limits/requests_per_second: `targets.a.limits.requests_per_second` "
                    "is 0, and must be more than 0 "
                    "(out-of-range) | how many requests are sent in a second, more than 0; the "
                    "provider's own limit when left out"
                ),
                (
                    "/targets/a/vars/1=: `1` is not a name that can stand here (bad-form) | a "
                    "variable's name has letters, "
                    "digits, `.`, `_` and `-`, and begins with a letter or `_`"
                ),
                (
                    "/targets/a/vars/b: expected a string for `targets.a.vars.b`, found the number 2 "
                    '(wrong-type) | write `"2"`'
                ),
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_configuration(config: Value, expected: list[str]) -> None:
    """`reconciler.toml` is held against its schema by the same words."""
    assert expected == said(CONFIG, config)


def test_the_full_configuration_is_allowed() -> None:
    """Every key that the design names is known."""
    target = {
        "provider": "qonversion",
        "definitions": "segments/qonversion",
        "endpoint": "https://api.qonversion.io/v4",
        "credential_env": "QONVERSION_SECRET_KEY",
        "environment": "production",
        "ledger": "git",
        "unmanaged": "report",
        "vars": {"environment": "prod"},
        "limits": {"max_deletes": 0, "requests_per_second": 0.5, "concurrency": 64, "retry_seconds": 0},
    }

    assert [] == said(CONFIG, {"default_target": "production", "targets": {"production": target}})
