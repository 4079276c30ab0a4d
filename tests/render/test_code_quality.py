"""GitLab's Code Quality: a whole report, and the little that GitLab requires of one."""

import json

from golden.endings import FOUND
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import Place, Problem
from reconciler.render.code_quality import code_quality
from reconciler.render.identity import fingerprints


def test_a_whole_report() -> None:
    """The members that GitLab's page names, of each problem; one without a place stands at the configuration."""
    known = fingerprints(FOUND)

    assert json.loads(code_quality(FOUND)) == [
        {
            "description": "unknown member `nam` (hint: did you mean `name`?)",
            "check_name": "unknown-member",
            "fingerprint": known[0],
            "severity": "major",
            "location": {"path": "segments/a.json", "lines": {"begin": 3}},
        },
        {
            "description": "the vendor's pages do not name a metric `x|y`",
            "check_name": "unknown-metric",
            "fingerprint": known[1],
            "severity": "minor",
            "location": {"path": "segments/b.json", "lines": {"begin": 1}},
        },
        {
            "description": "no target is named `prod` (hint: targets: `local`, `production`)",
            "check_name": "no-target",
            "fingerprint": known[2],
            "severity": "major",
            "location": {"path": "reconciler.toml", "lines": {"begin": 1}},
        },
        {
            "description": "one ` alone, @octocat and https://example.com",
            "check_name": "odd",
            "fingerprint": known[3],
            "severity": "minor",
            "location": {"path": "reconciler.toml", "lines": {"begin": 1}},
        },
    ]


def test_the_report_of_nothing_is_an_empty_list() -> None:
    """GitLab compares it with that of the target branch, and says what was mended."""
    assert code_quality([]) == "[]\n"


@given(st.lists(st.tuples(st.text(max_size=5), st.sampled_from("ab")), max_size=6))
def test_each_entry_has_a_fingerprint_of_its_own(texts: list[tuple[str, str]]) -> None:
    """GitLab shows one of several that have the same; and the report is plain ASCII, whatever the words are."""
    report = code_quality(Problem("odd", words, Place(file)) for words, file in texts)
    found = [(entry["description"], entry["location"]["path"]) for entry in json.loads(report)]

    assert found == texts
    assert report.isascii()
    assert len(texts) == len({entry["fingerprint"] for entry in json.loads(report)})
