"""The emulated Unleash as the real server was seen to answer: segments, who uses them, who may ask."""

import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from reconciler.emulator.app import Emulator
from reconciler.emulator.tables import Json, Kind

WIRE = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in (Path(__file__).parents[2] / "wire" / "unleash").glob("*.json")
}
IN = {"contextName": "userId", "operator": "IN", "values": ["1"]}
TIMES = {"createdBy": "admin", "createdAt": "2025-09-15T12:30:00.000Z"}


def create(client: httpx.Client, name: str = "A", **members: Json) -> int:
    """Create a segment and return its number."""
    response = client.post("/segments", json={"name": name, "constraints": [IN], **members})
    assert response.status_code == 201, response.text
    return int(response.json()["id"])


def told(response: httpx.Response) -> tuple[int, str]:
    """Return the status and the name of an error."""
    return response.status_code, response.json()["name"]


def shape(document: object) -> object:
    """Return a document with types in the place of values, and of each list its first item."""
    match document:
        case dict():
            return {name: shape(document[name]) for name in sorted(document)}
        case list():
            return [shape(one) for one in document[:1]]
        case _:
            return type(document)


@pytest.mark.parametrize("name", ["create", "create-plain"])
def test_a_create_answers_what_the_wire_shows(client: httpx.Client, name: str) -> None:
    """With its place, and `values` where one value is taken."""
    sent, expected = WIRE[name]["request"], WIRE[name]["response"]
    response = client.post("/segments", json=sent)
    answer = response.json()

    assert (201, f"segments/{answer['id']}") == (response.status_code, response.headers["Location"])
    assert expected | TIMES | {"id": answer["id"]} == answer
    assert answer == client.get(f"/segments/{answer['id']}").json()


def test_lists_have_the_shapes_of_the_wire(app: Emulator, client: httpx.Client) -> None:
    """Segments, strategies, context fields, projects and what the dashboard asks first."""
    used = str(create(client, project="default", description="x"))
    app.add_strategy("checkout", used)

    assert shape(WIRE["list"]["response"]["segments"][1:]) == shape(client.get("/segments").json()["segments"])
    assert shape(WIRE["strategies"]["response"]) == shape(client.get(f"/segments/{used}/strategies").json())
    assert shape(WIRE["projects"]["response"]) == shape(client.get("/projects").json())
    assert shape(WIRE["ui-config"]["response"]) == shape(client.get("/ui-config").json())
    fields = {one["name"]: one for one in client.get("/context").json()}
    for one in WIRE["context"]["response"]:
        assert {**fields[one["name"]], "description": None} == fields[one["name"]]
        assert set(one) == set(fields[one["name"]])
    assert [{"value": "free"}, {"value": "team"}, {"value": "enterprise"}] == fields["plan"]["legalValues"]


def test_errors_have_the_shapes_of_the_wire(client: httpx.Client) -> None:
    """An id is with those of the outer layer alone."""
    create(client)
    invalid, taken = client.post("/segments", json={}), client.post("/segments", json={"name": "A", "constraints": []})

    assert shape(WIRE["error-invalid"]["response"]) == shape(invalid.json())
    assert [one["path"] for one in WIRE["error-invalid"]["response"]["details"]] == [
        one["path"] for one in invalid.json()["details"]
    ]
    assert shape(WIRE["error-name"]["response"]) == shape(taken.json())


def test_the_list_is_in_the_order_of_the_database(app: Emulator, client: httpx.Client) -> None:
    """By bytes, or by letters; a slash at the end makes no difference."""
    for name in ("b", "B", "a"):
        create(client, name)
    names = [one["name"] for one in client.get("/segments/").json()["segments"]]
    app.switches = replace(app.switches, order="letters")

    assert ["B", "a", "b"] == names
    assert ["a", "B", "b"] == [one["name"] for one in client.get("/segments").json()["segments"]]


def test_names_are_had_once_to_the_letter(client: httpx.Client) -> None:
    """Case and blanks make another name; one's own is free."""
    first = create(client)
    for name in ("a", " A", "  "):
        create(client, name)
    other = create(client, "B")
    body = {"name": "A", "constraints": []}
    answers = [client.post("/segments", json=body), client.put(f"/segments/{other}", json=body)]

    assert [(409, "NameExistsError")] * 2 == [told(one) for one in answers]
    assert 204 == client.put(f"/segments/{first}", json=body).status_code
    assert [409, 204, 400, 400] == [
        client.post("/segments/validate", json=one).status_code
        for one in ({"name": "A"}, {"name": "C"}, {}, {"name": ""})
    ]


def test_an_update_keeps_a_description_and_clears_a_project(client: httpx.Client) -> None:
    """Where they are left out; null clears both. The answer is empty."""
    number = create(client, description="x", project="default")
    response = client.put(f"/segments/{number}", json={"name": "B", "constraints": []})
    kept = client.get(f"/segments/{number}").json()
    client.put(f"/segments/{number}", json={"name": "B", "constraints": [], "description": None, "project": ""})

    assert (204, b"") == (response.status_code, response.content)
    assert {"id": number, "name": "B", "description": "x", "constraints": [], **TIMES} == kept
    assert kept | {"description": None} == client.get(f"/segments/{number}").json()


def test_a_segment_in_use_is_not_deleted(app: Emulator, client: httpx.Client) -> None:
    """The answer has no body; it may be edited, and moved to the project that uses it."""
    number = create(client)
    strategy = app.add_strategy("checkout", str(number))
    response = client.delete(f"/segments/{number}")

    assert (409, b"", None) == (response.status_code, response.content, response.headers.get("Content-Type"))
    body = {"name": "A", "constraints": [], "project": "default"}
    assert 204 == client.put(f"/segments/{number}", json=body).status_code
    app.add_object(Kind.PROJECT, {"name": "Other"}, "other")
    assert (400, "BadDataError") == told(client.put(f"/segments/{number}", json=body | {"project": "other"}))
    app.remove_object(Kind.STRATEGY, strategy)
    assert [204, 404, 404] == [client.delete(f"/segments/{number}").status_code] + [
        client.request(method, f"/segments/{number}").status_code for method in ("DELETE", "GET")
    ]


def test_ids_are_never_given_again(client: httpx.Client) -> None:
    """But where the body of a create asks for one, which no page says that it may."""
    first = create(client)
    client.delete(f"/segments/{first}")
    second = create(client)

    assert second > first
    assert [999, first, -5, 7] == [create(client, f"N{one}", id=one) for one in (999, first, -5, " 7")]
    for wrong in (first, None, "x", True, 1.5, 2**31, [1]):
        assert 500 == client.post("/segments", json={"name": "X", "constraints": [], "id": wrong}).status_code


def test_an_automatic_id_passes_over_what_was_asked_for(app: Emulator, client: httpx.Client) -> None:
    """The real server would fail there."""
    taken = create(client) + 2
    create(client, "B", id=taken)

    assert taken + 1 == int(app.put_segment({"name": "C", "constraints": []}))


@pytest.mark.parametrize("path", ["/SEGMENTS/{}", "/segments///{}//", "/segments/0x{:X}/", "/Segments/{}//Strategies"])
def test_capitals_and_slashes_make_no_difference_in_a_path(client: httpx.Client, path: str) -> None:
    """Wherever they are."""
    assert 200 == client.get(path.format(create(client))).status_code


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("0", 404),
        ("-1", 404),
        ("abc", 400),
        ("1.5", 400),
        ("99999999999", 500),
        (" 1 ", 404),
        ("1.0", 404),
        ("1e0", 404),
        (".0", 404),
        (" ", 404),
        ("\ufeff1", 404),
        ("0x1", 404),
        ("0b1", 404),
        ("0o17", 404),
        ("-0x1", 400),
        ("0xg", 400),
        ("1_0", 400),
        ("infinity", 400),
        ("Infinity", 500),
        ("1e400", 500),
    ],
)
def test_an_id_is_a_number(client: httpx.Client, asked: str, status: int) -> None:
    """What is none is refused, and what is too large fails."""
    answers = [client.get(f"/segments/{asked}"), client.delete(f"/segments/{asked}")]
    answers.append(client.put(f"/segments/{asked}", json={"name": "A", "constraints": []}))

    assert [status] * 3 == [one.status_code for one in answers]


def test_no_more_segments_than_the_limit(app: Emulator, client: httpx.Client) -> None:
    """Looked at ahead of name and constraints, and behind the types; what is there may be changed."""
    app.switches = replace(app.switches, segment_limit=3)
    numbers = [create(client, name) for name in "ABC"]

    assert (400, "ExceedsLimitError") == told(client.post("/segments", json={"name": "A", "constraints": []}))
    assert (400, "BadDataError") == told(client.post("/segments", json={"name": "A"}))
    assert 204 == client.put(f"/segments/{numbers[0]}", json={"name": "D", "constraints": []}).status_code


@pytest.mark.parametrize(
    ("token", "status", "name"),
    [
        ("*:*.1", 200, ""),
        ("Bearer *:*.1", 200, ""),
        ("user:1", 200, ""),
        ("", 401, "AuthenticationRequired"),
        ("nobody", 401, "UnauthorizedError"),
        ("default:development.1", 403, ""),
    ],
)
def test_tokens(client: httpx.Client, token: str, status: int, name: str) -> None:
    """Personal ones and an admin's; an application's is of another type."""
    answer = client.get("/segments", headers={"Authorization": token})

    assert (status, name) == (answer.status_code, answer.json().get("name", ""))


def test_a_viewer_writes_nothing(client: httpx.Client) -> None:
    """Reading is allowed."""
    client.headers["Authorization"] = "user:viewer"

    assert 200 == client.get("/segments").status_code
    assert (403, "PermissionError") == told(client.post("/segments", json={"name": "A", "constraints": []}))


@pytest.mark.parametrize(("method", "path"), [("GET", "/elsewhere"), ("PATCH", "/segments/1"), ("DELETE", "/segments")])
def test_what_is_not_there_is_404(client: httpx.Client, method: str, path: str) -> None:
    """A path or a method."""
    assert (404, "NotFoundError") == told(client.request(method, path))


def test_invented_segments_can_be_created(app: Emulator, client: httpx.Client) -> None:
    """They have one to three constraints, and the dashboard shows them as a read does."""
    ids = app.seed_many(3)
    bodies = [{name: one[name] for name in ("name", "constraints")} for one in app.segments()]

    assert [2, 3, 1] == [len(one["constraints"]) for one in bodies if isinstance(one["constraints"], list)]
    assert app.segments() == [client.get(f"/segments/{one}").json() for one in ids]
    assert {201} == {client.post("/segments", json=one | {"name": f"{one['name']}!"}).status_code for one in bodies}
