"""`reconciler explain`: what a code means, and an example of it."""

from pathlib import Path

from repository import Repository

from reconciler.catalogue import entries


def test_what_a_code_means_is_told_with_an_example(tmp_path: Path) -> None:
    """The example is called one, as in a SARIF log: it may be part of a sentence."""
    entry = entries()["lease-held"]

    ended = Repository(tmp_path).run("explain", "lease-held")
    assert ended.stdout == Repository(tmp_path).run("explain", "lease_held").stdout, "as plan documents write it"

    assert (0, f"lease-held: {entry.means}\n\nExample: {entry.example}\n", "") == (
        ended.code,
        ended.stdout,
        ended.stderr,
    )


def test_a_code_is_told_to_programs(tmp_path: Path) -> None:
    """In a document, alone or among all."""
    one = Repository(tmp_path).run("explain", "lease-held", "--format", "json").document
    every = Repository(tmp_path).run("explain", "--format", "json").document

    assert ["lease-held"] == [each["code"] for each in one["codes"]]
    assert [*entries()] == [each["code"] for each in every["codes"]]


def test_without_a_code_all_are_listed(tmp_path: Path) -> None:
    """Each on a line, without its example."""
    ended = Repository(tmp_path).run("explain")

    assert [f"{code}: {entry.means}" for code, entry in entries().items()] == ended.stdout.splitlines()
