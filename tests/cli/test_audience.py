"""Users counted: what a plan moves, what limits that, and what all definitions have."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from repository import Repository

from reconciler.core.plan import Action, Change, Plan, Reason
from reconciler.errors import InvalidInput
from reconciler.settings.config import AudienceSettings, load
from reconciler.usecases.audience import audience_of
from reconciler.usecases.census import Census
from reconciler.usecases.judge import judged
from reconciler.usecases.open import open_target
from reconciler.usecases.validate import validate

CONFIG = """\
[targets.local]
provider = "push0"
definitions = "segments"
endpoint = "embedded"
{more}
"""
TABLE = '[targets.local.audience]\nsource = "users.parquet"\nid = "id"\n'
USERS = 200
ONE = "`audience` needs one of `source` and `source_env`"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a repository with 200 users, whose session counts are 0 to 199, every second one in Poland."""
    made = Repository(tmp_path, env={})
    made.configure(CONFIG.format(more=TABLE))
    columns = {
        "id": [f"u{number}" for number in range(USERS)],
        "sessions": list(range(USERS)),
        "sessionCount": list(range(USERS)),
        "country": [None if number % 2 else "PL" for number in range(USERS)],
    }
    pq.write_table(pa.table(columns), tmp_path / "users.parquet")
    return made


def define(repository: Repository, key: str, field: str, relation: str, value: Any) -> None:  # noqa: ANN401 - JSON
    """Write a definition of one constraint."""
    items = [{"field": field, "relation": relation, "value": value}]
    body = {"name": key, "constraints": [{"type": "AND", "constraints": items}]}
    (repository.root / "segments" / f"{key}.json").write_text(json.dumps(body))


def counted(repository: Repository, *arguments: str) -> dict[str, Any]:
    """Return of each change in a plan what was counted, by key."""
    ended = repository.run("plan", "--format", "json", *arguments)
    assert ended.code == 0, ended.stderr
    return {change["key"]: change.get("users") for change in ended.document["changes"] if change["key"]}


def settled(repository: Repository) -> None:
    """Apply one definition, then change it, and add another."""
    define(repository, "many", "sessionCount", ">", 99)
    assert repository.run("apply", "--yes").code == 0
    define(repository, "many", "sessionCount", ">", 149)
    define(repository, "poles", "country", "==", "PL")


def test_a_plan_says_how_many_users_it_moves(repository: Repository) -> None:
    """Before, after, entered and left of each change, in every format; of what is not counted, why."""
    settled(repository)
    define(repository, "tagged", "tags", "contains", "a")

    told = counted(repository)
    text = repository.run("plan").stdout
    comment = repository.run("plan", "--format", "markdown").stdout

    nothing = "the table has no column `tags`"
    assert told == {
        "many": {"before": 100, "after": 50, "entered": 0, "left": 50, "why": "", "sampled": 1.0},
        "poles": {"before": 0, "after": 100, "entered": 100, "left": 0, "why": "", "sampled": 1.0},
        "tagged": {"before": 0, "after": None, "entered": None, "left": None, "why": nothing, "sampled": 1.0},
    }
    assert "users: 100 → 50; 50 leave, none enter" in text
    assert f"users: 0 → ?; {nothing}" in text
    assert "users: **0 → 100; none leave, 100 enter**" in comment


def test_a_deletion_loses_all(repository: Repository) -> None:
    """Everybody in it leaves, and nothing is asked of an update that moves nobody."""
    define(repository, "many", "sessionCount", ">", 99)
    define(repository, "same", "sessionCount", ">", 10)
    assert repository.run("apply", "--yes").code == 0
    config = (repository.root / "reconciler.toml").read_text()
    repository.configure(config.replace('endpoint = "embedded"\n', 'endpoint = "embedded"\ndelete = "body"\n'))
    (repository.root / "segments" / "many.json").unlink()
    define(repository, "same", "sessionCount", ">=", 11)

    told = counted(repository)
    text = repository.run("plan").stdout

    assert told["many"] == {"before": 100, "after": 0, "entered": 0, "left": 100, "why": "", "sampled": 1.0}
    assert "users: 189 → 189; none leave, none enter" in text


def test_what_is_unclear_is_not_counted(repository: Repository) -> None:
    """With the reason why nobody can say whom it means."""
    define(repository, "odd", "country", "exists", "no")

    told = counted(repository)["odd"]

    assert (None, True) == (told["after"], "does not document what `exists`" in told["why"])


def test_examples_are_shown_on_request(repository: Repository) -> None:
    """So many, and none without; not without a column that has the ids."""
    settled(repository)

    text = repository.run("plan", "--examples", "2").stdout
    told = counted(repository, "--examples", "1")
    none = repository.run("plan").stdout
    repository.configure(CONFIG.format(more=TABLE.replace('id = "id"\n', "")))
    refused = repository.run("plan", "--examples", "2")

    assert 'who leaves: "u100", "u101"' in text
    assert 'who enters: "u0", "u2"' in text
    assert (["u100"], ["u0"]) == (told["many"]["examples_left"], told["poles"]["examples_entered"])
    assert "u100" not in none
    assert (3, True) == (refused.code, "(audience-unconfigured)" in refused.stderr)


def test_a_saved_plan_keeps_what_was_counted(repository: Repository) -> None:
    """It is read back and applied."""
    settled(repository)
    assert repository.run("plan", "--examples", "1", "--out", "plan.json").code == 0

    assert repository.run("apply", "plan.json", "--yes").code == 0


@pytest.mark.parametrize(("most", "refused"), [(99, True), (100, False)])
def test_a_limit_in_users(repository: Repository, most: int, refused: bool) -> None:  # noqa: FBT001 - an expectation
    """A change that moves more users than the target allows refuses the plan, and apply does none of it."""
    repository.configure(CONFIG.format(more=f"limits = {{ max_audience_change = {most} }}\n{TABLE}"))
    define(repository, "poles", "country", "==", "PL")

    ended = repository.run("apply", "--yes")

    assert ended.code == (5 if refused else 0)
    told = "refused: `poles` moves 100 users, more than `max_audience_change` allows"
    assert (told in ended.stdout) is refused


def test_a_limit_in_users_is_of_all_users_and_not_of_the_sample(repository: Repository) -> None:
    """What a sample tells is projected: a half of the users is looked at, and about a hundred enter."""
    define(repository, "poles", "country", "==", "PL")
    ended = []
    for most in (75, 150):
        limits = f"limits = {{ max_audience_change = {most} }}\n"
        repository.configure(CONFIG.format(more=f"{limits}{TABLE}sample = 0.5\n"))
        ended.append("refused: `poles` moves about " in repository.run("plan").stdout)

    assert ended == [True, False]


def test_a_database_is_asked(repository: Repository) -> None:
    """Behind its address stands the name of the table."""
    define(repository, "poles", "country", "==", "PL")
    with duckdb.connect(repository.root / "users.db") as connection:
        connection.register("drawn", pq.read_table(repository.root / "users.parquet"))
        connection.execute("create table people as select * from drawn")

    told = counted(repository, "--audience", f"duckdb://{repository.root}/users.db#people")

    assert told["poles"]["after"] == 100


def test_a_plan_is_a_page(repository: Repository) -> None:
    """With the users of each change, and the overlaps; a target without a plan is told on it, and a page is no list."""
    settled(repository)
    page = repository.run("plan", "--format", "html")
    (repository.root / "segments" / "many.json").write_text("{")
    failed = repository.run("plan", "--format", "html")

    assert (0, "") == (page.code, page.stderr)
    assert page.stdout.startswith("<!doctype html>")
    assert "100 → 50; 50 leave, none enter" in page.stdout
    assert "many and poles: 25 users in both" in page.stdout
    assert (3, True) == (failed.code, "no plan of local" in failed.stdout)
    assert "(syntax)" in failed.stderr


def test_what_is_not_installed_is_said(repository: Repository) -> None:
    """With the extra that has it; and nothing is analysed without the solver."""
    settings = load(repository.root / "reconciler.toml", "reconciler.toml")
    opened = open_target(settings, settings.targets["local"])
    census = Census("users.parquet", AudienceSettings(), library="no_such_library")
    items = [{"field": "country", "relation": "==", "value": value} for value in ("PL", "DE")]
    body = {"name": "nobody", "constraints": [{"type": "AND", "constraints": items}]}
    (repository.root / "segments" / "nobody.json").write_text(json.dumps(body))

    with pytest.raises(InvalidInput, match="no_such_library, which is not installed"):
        audience_of(opened, census)
    without = validate(settings, settings.targets.values(), (), strict=False, solver="no_such_library")
    assert "matches-nobody" not in {problem.code for problem in without.problems}
    change = Change("a", Action.UPDATE, Reason.DRIFTED, before={}, after={})
    plan = Plan("local", "push0", (change,))
    assert judged(plan, opened.vendor, {}, library="no_such_library") == plan


def test_a_limit_refuses_what_nobody_can_count(repository: Repository) -> None:
    """Silence would be taken for nobody."""
    repository.configure(CONFIG.format(more=f"limits = {{ max_audience_change = 1000 }}\n{TABLE}"))
    define(repository, "tagged", "tags", "contains", "a")

    ended = repository.run("plan")

    assert "refused: nobody can say how many users `tagged` moves: " in ended.stdout
    assert "hint: see to it that these users can be counted" in ended.stdout
    assert "raise `max_audience_change`" not in ended.stdout


def test_columns_samples_and_csv(repository: Repository) -> None:
    """A field can be in another column; a sample is a part; a CSV file counts as a Parquet file does."""
    table = f'{TABLE}sample = 0.5\ncolumns = {{ sessionCount = "sessions" }}\n'
    repository.configure(CONFIG.format(more=table))
    define(repository, "many", "sessionCount", ">", 99)
    define(repository, "poles", "country", "==", "PL")
    rows = "\n".join(f"{number},{'' if number % 2 else 'PL'}" for number in range(USERS))
    (repository.root / "users.csv").write_text(f"sessions,country\n{rows}\n")

    sampled = counted(repository)
    told = repository.run("plan").stdout
    from_csv = counted(repository, "--audience", "users.csv")

    many, poles = (sampled[key] for key in ("many", "poles"))
    assert 30 < many["after"] < 70
    assert 30 < poles["after"] < 70
    assert {
        "before": 0,
        "after": poles["after"],
        "entered": poles["after"],
        "left": 0,
        "why": "",
        "sampled": 0.5,
    } == poles
    assert f"users: 0 → {poles['after']}; none leave, {poles['after']} enter, in a sample of 50 %" in told
    assert sampled == from_csv


def test_every_definition_is_counted(repository: Repository) -> None:
    """With the part of all users, and how many are in two; in every format, and as a file."""
    define(repository, "many", "sessionCount", ">", 99)
    define(repository, "poles", "country", "==", "PL")
    define(repository, "tagged", "tags", "contains", "a")

    text = repository.run("audience", "--out", "audience.json").stdout
    table = repository.run("audience", "--format", "markdown").stdout
    document = repository.run("audience", "--format", "json").document

    assert [line.split(maxsplit=2) for line in text.splitlines()[2:5]] == [
        ["many", "100", "50.0%"],
        ["poles", "100", "50.0%"],
        ["tagged", "?", "not counted: the table has no column `tags`"],
    ]
    assert "50 users are in many and in poles" in text
    assert "| <code>many</code> | <code>poles</code> | 50 |" in table
    assert document == json.loads((repository.root / "audience.json").read_text())
    assert document["overlaps"] == [{"one": "many", "other": "poles", "users": 50}]
    assert document["segments"][2] == {"key": "tagged", "users": None, "why": "the table has no column `tags`"}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("nobody.parquet", "there is no such file (audience-unreadable)"),
        ("segments/poles.json", "cannot be read"),
        ("broken.csv", "cannot be read"),
        ("duckdb://users.db", "names no table (audience-unreadable)"),
    ],
)
def test_users_that_cannot_be_read(repository: Repository, source: str, words: str) -> None:
    """It is an error with what, where and what to do; in JSON as well."""
    define(repository, "poles", "country", "==", "PL")
    (repository.root / "broken.csv").write_text('country,sessionCount\n"PL\n1,2,3,4\n')

    ended = repository.run("audience", "--source", source)
    document = repository.run("audience", "--source", source, "--format", "json", "--out", "out.json").document

    assert (3, True) == (ended.code, words in ended.stderr), ended.stderr
    assert "Traceback" not in ended.stderr
    assert (False, "audience-unreadable") == (document["complete"], document["problems"][0]["code"])
    assert not (repository.root / "out.json").exists()


def test_a_source_that_nobody_asked_for_stops_no_plan(repository: Repository) -> None:
    """Where it only stands in the configuration, and cannot be read, the plan says so and goes on."""
    define(repository, "poles", "country", "==", "PL")
    (repository.root / "users.parquet").unlink()

    plain = repository.run("plan")
    asked = repository.run("plan", "--audience", "users.parquet")

    repository.configure(CONFIG.format(more='[targets.local.audience]\nsource_env = "USERS_OF_NOBODY"\n'))
    unset = repository.run("plan")

    assert (0, 3, 0) == (plain.code, asked.code, unset.code)
    assert "`USERS_OF_NOBODY` is not set (audience-unconfigured)" in unset.stderr
    assert "warning: `users.parquet` cannot be read: there is no such file (audience-unreadable)" in plain.stderr
    assert "users:" not in plain.stdout


def test_what_a_variable_holds_is_never_told(repository: Repository) -> None:
    """Its name is, also where it holds no address at all."""
    define(repository, "poles", "country", "==", "PL")
    repository.configure(CONFIG.format(more='[targets.local.audience]\nsource_env = "USERS_OF_LOCAL"\n'))
    ended = []
    for held in (
        "host=h password=geheim",
        "postgres:/me:geheim@h/db#users",
        "postgres://me:1geheim@localhost:1/db#users",
    ):
        repository.env["USERS_OF_LOCAL"] = held
        ended.append(repository.run("audience"))

    assert [3] * 3 == [each.code for each in ended]
    assert [True] * 3 == ["`$USERS_OF_LOCAL` cannot be read" in each.stderr for each in ended]
    assert "geheim" not in "".join(each.stderr + each.stdout for each in ended)


@pytest.mark.parametrize("table", [TABLE.replace("users.", "empty."), f"{TABLE}sample = 0.0000001\n"])
def test_a_limit_holds_where_there_is_nobody_to_count(repository: Repository, table: str) -> None:
    """An export that broke off must not lift it."""
    pq.write_table(pa.table({"country": pa.array([], pa.string())}), repository.root / "empty.parquet")
    repository.configure(CONFIG.format(more=f"limits = {{ max_audience_change = 5 }}\n{table}"))
    define(repository, "poles", "country", "==", "PL")

    ended = repository.run("apply", "--yes")

    assert ended.code == 5
    assert "users: ? → ?; there is nobody among the users that were looked at" in ended.stdout


def test_a_number_of_deletions_lifts_no_limit_in_users(repository: Repository) -> None:
    """What a reviewed plan held back for its users is reviewed again, whatever is said of deletions."""
    define(repository, "many", "sessionCount", ">", 99)
    define(repository, "poles", "country", "==", "PL")
    assert repository.run("apply", "--yes").code == 0
    define(repository, "many", "sessionCount", ">", 149)
    (repository.root / "segments" / "poles.json").unlink()
    limited = 'delete = "path"\nlimits = {{ max_audience_change = {most} }}\n{TABLE}'
    for most in (20, 1000):
        repository.configure(CONFIG.format(more=limited.format(most=most, TABLE=TABLE)))
        if most == 20:
            assert repository.run("plan", "--out", "plan.json").code == 0
    ended = repository.run("apply", "plan.json", "--yes", "--allow-deletes", "1")

    assert ended.code == 5
    assert "does not: max_audience_change" in ended.stdout + ended.stderr


def test_examples_without_a_source_are_refused(repository: Repository) -> None:
    """They would be left out in silence."""
    repository.configure(CONFIG.format(more=""))
    define(repository, "poles", "country", "==", "PL")

    ended = repository.run("plan", "--examples", "3")

    assert (3, True) == (ended.code, "(audience-unconfigured)" in ended.stderr)


def test_where_the_users_are_has_to_be_said(repository: Repository) -> None:
    """In the configuration, in an environment variable, or on the command line."""
    define(repository, "poles", "country", "==", "PL")
    repository.configure(CONFIG.format(more='[targets.local.audience]\nsource_env = "USERS_OF_LOCAL"\n'))
    unset = repository.run("audience")
    repository.env["USERS_OF_LOCAL"] = "users.parquet"
    found = repository.run("audience")
    repository.configure(CONFIG.format(more=""))
    nothing = repository.run("audience")

    assert (3, 0, 3) == (unset.code, found.code, nothing.code)
    assert "`USERS_OF_LOCAL` is not set (audience-unconfigured)" in unset.stderr
    assert "does not say where its users are (audience-unconfigured)" in nothing.stderr


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("limits = { max_audience_change = 5 }", "no table `audience` that says where its users are"),
        ("[targets.local.audience]\nid = 'a'", "`audience` needs one of `source` and `source_env`"),
        (
            "[targets.local.audience]\nsource = 'a'\nsource_env = 'B'",
            "`audience` needs one of `source` and `source_env`",
        ),
    ],
)
def test_a_configuration_that_cannot_count(repository: Repository, more: str, words: str) -> None:
    """It is refused where it is read."""
    repository.configure(CONFIG.format(more=more))

    ended = repository.run("validate")

    assert (3, True) == (ended.code, words in ended.stderr), ended.stderr


def test_definitions_that_share_nobody(repository: Repository) -> None:
    """There is nothing to tell of overlaps then, in any format."""
    define(repository, "poles", "country", "==", "PL")

    text, table = (repository.run("audience", "--format", shown).stdout for shown in ("text", "markdown"))

    assert "In two segments" not in text
    assert "users in both" not in table


def test_an_empty_table_and_no_definitions(repository: Repository) -> None:
    """Nobody is a number, too; and there is nothing to count without a definition."""
    pq.write_table(pa.table({"country": pa.array([], pa.string())}), repository.root / "empty.parquet")
    none = repository.run("audience").stdout
    define(repository, "poles", "country", "==", "PL")

    assert "local (push0): 200 users" in none
    assert "poles  0" in repository.run("audience", "--source", "empty.parquet").stdout
