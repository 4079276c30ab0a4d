"""What reaches GitHub from definitions, vendors and GitHub itself: no secret, and nothing that is obeyed."""

import base64
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hub.records import BOT
from town import Job, Town, definition, town

from reconciler.github.marker import read

HARD = "test_sk_7Q+v/x=\"w\\y<z>&q'j%41~Zk3"
"""A key of which every way to write it differs."""
HOSTILE = (
    "::set-output name=x::y\n::error::pwned\r::stop-commands::z\n##[error]pwned --> <!-- "
    "`````` @octo #1 <b>\n  ::add-mask::w\u202e\x1b[31m\u2028::warning::pwned"
)
OURS = re.compile(r"::(error|warning) (file|title)=")
KEEP, NEW = "segments/keep.json", "segments/new.json"


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[Town]:
    """Yield a repository with one definition."""
    with town(tmp_path, files={KEEP: definition("Keep")}, measured=False) as made:
        yield made


def ways(secret: str) -> dict[str, str]:
    """Return the ways to write a secret, by name."""
    return {
        "plain": secret,
        "JSON": json.dumps(secret)[1:-1],
        "JSON, all escaped": "".join(f"\\u{ord(character):04x}" for character in secret),
        "Python": repr(secret)[1:-1],
        "URL": quote(secret, safe=""),
        "path": quote(secret),
        "HTML": html.escape(secret),
        "Base64": base64.b64encode(secret.encode()).decode().rstrip("="),
        "Base64 of the header": base64.b64encode(f"Bearer {secret}".encode()).decode().rstrip("="),
    }


def everywhere(secret: str) -> str:
    """Return a text with the secret in each way to write it."""
    return " and ".join(ways(secret).values())


def leaks(made: Town, secret: str, *jobs: Job) -> list[str]:
    """Return where a secret is: on the hub, or in what a job said and wrote."""
    places = {f"comment {comment.id}": comment.body for comment in made.hub.comments(1)}
    places |= {f"issue {number}": f"{issue.title} {issue.body}" for number, issue in made.hub.issues.items()}
    for job in jobs:
        said = {"stdout": job.ended.stdout, "stderr": job.ended.stderr, "summary": job.summary}
        places |= {f"{job.run.workflow}, {name}": text for name, text in {**said, "outputs": str(job.outputs)}.items()}
    forms = {**ways(secret), **({"its beginning": secret[8:13], "its end": secret[-6:]} if secret == HARD else {})}
    return [f"{place}: {way}" for place, text in places.items() for way, form in forms.items() if form in text]


def obeyed(*jobs: Job) -> list[str]:
    """Return the lines of the log that GitHub would obey, but for our annotations."""
    lines = [line.strip() for job in jobs for line in re.split(r"\r\n|\r|\n", job.said)]
    return [line for line in lines if not OURS.match(line) and (line.startswith("::") or "##[" in line)]


def whole_story(made: Town, key: str) -> tuple[Job, ...]:
    """Return the jobs that plan, apply what was merged, and find the drift of the newest segment."""
    planned = made.plan("change", key=key)
    made.hub.merge_pull(1)
    applied = made.apply(key=key)
    segment = next(key for key, name in made.live().items() if name != "Keep")
    made.vendor.edit_segment(segment, name=f"{made.live()[segment]}!")
    return planned, applied, made.drift(key=key)


@pytest.mark.parametrize(("whose", "codes"), [("the vendor's key", [4, 0, 4, 2]), ("GitHub's token", [0, 0, 0, 2])])
def test_a_secret_that_a_definition_holds_is_told_nowhere(begun: Town, whose: str, codes: list[int]) -> None:
    """Neither in comments and issues, nor in summaries, outputs and logs, in no way of writing it."""
    secret = HARD if whose == "the vendor's key" else begun.token
    both = f"{secret} and {quote(secret)} and {ways(secret)['Base64']}"
    begun.commit("main", {NEW: definition(f"{secret} of old", both, notes=both, owner=secret)})
    begun.propose("change", {NEW: definition(f"{secret} & {secret}", f"{both}!", notes=both)})
    first = begun.apply(event="workflow_dispatch", key=HARD)

    jobs = (first, *whole_story(begun, HARD))

    assert [job.code for job in jobs] == codes, jobs[-1].said
    assert leaks(begun, secret, *jobs) == []
    assert "***" in begun.comments(1)[0]
    assert len(begun.hub.issues) == 1


def test_a_secret_in_a_definition_that_is_wrong_is_told_nowhere(begun: Town) -> None:
    """The words about it are cleaned too."""
    begun.propose("change", {NEW: json.dumps({"name": "New", "conditions": everywhere(HARD), HARD: 1})})

    job = begun.plan("change", key=HARD)

    assert job.code == 3
    assert leaks(begun, HARD, job) == []


@pytest.mark.parametrize("status", [403, 422, 500])
def test_a_secret_that_github_echoes_is_told_nowhere(begun: Town, status: int) -> None:
    """A proxy in between may give back what it was sent."""
    begun.propose("change", {NEW: definition("New")})
    body = {"message": f"{everywhere(begun.token)} is no token"}
    begun.hub.fail(("POST", "/comments$"), status=status, body=body)

    job = begun.plan("change")

    assert job.code == (0 if status == 403 else 1)
    assert "***" in job.said
    assert leaks(begun, begun.token, job) == []


def test_hostile_text_is_obeyed_nowhere(begun: Town) -> None:
    """In names, values and notes; in the log of each job, and in the hidden lines of what is posted."""
    hostile = json.dumps(
        {
            "name": HOSTILE,
            "conditions": [{"metric": "custom_uid", "comparator": "eq", "value": HOSTILE}],
            "reconciler": {"owner": HOSTILE, "notes": HOSTILE},
        }
    )
    begun.propose("change", {NEW: hostile})
    assert begun.apply(event="workflow_dispatch").code == 0

    jobs = whole_story(begun, "test_sk_1234567890")

    assert [job.code for job in jobs] == [0, 0, 2], jobs[-1].said
    assert obeyed(*jobs) == []
    for comment in begun.hub.comments(1):
        found = read(comment.body)
        assert found is not None
        assert comment.body.partition("\n")[0].count("-->") == 1
    (issue,) = begun.hub.issues.values()
    assert read(issue.body or "") is not None
    assert [job.outputs.keys() for job in jobs] == [
        {"changes", "deletes", "comment"},
        {"applied", "unreviewed"},
        {"drifted"},
    ]


def test_a_hostile_definition_that_is_wrong_is_obeyed_nowhere(begun: Town) -> None:
    """Its member and its file are named as they are, on one line."""
    name = "segments/::error::x ##[y].json"
    begun.propose("change", {name: "{}", NEW: json.dumps({"name": "New", "conditions": [], HOSTILE: HOSTILE})})

    job = begun.plan("change")

    assert job.code == 3
    assert obeyed(job) == []
    assert all(OURS.match(line) for line in job.ended.stdout.splitlines())


def test_hostile_words_of_githubs_are_obeyed_nowhere(begun: Town) -> None:
    """Nor are those of a vendor."""
    begun.propose("change", {NEW: definition("New")})
    begun.hub.fail(("POST", "/comments$"), status=422, body={"message": HOSTILE})

    job = begun.plan("change")

    assert job.code == 1
    assert obeyed(job) == []
    assert "\n::error" not in job.summary


def test_a_target_may_be_called_anything(tmp_path: Path) -> None:
    """Its name stands in the hidden line, in the comment, and in the log."""
    name = "--> `x` @octo::error::"
    config = (
        f'[targets.{json.dumps(name)}]\nprovider = "qonversion"\ndefinitions = "segments"\n'
        'endpoint = "{endpoint}"\ncredential_env = "QONVERSION_SECRET_KEY"\n'
    )
    with town(tmp_path, config=config, files={KEEP: definition("Keep")}) as made:
        made.propose("change", {NEW: definition("New")})

        job = made.plan("change", "--all-targets")

        assert obeyed(job) == []
        for comment in made.hub.comments(1):
            assert comment.login == BOT
            assert read(comment.body) is not None
