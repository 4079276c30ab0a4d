"""Requests about one repository to GitHub's REST API, and its answers as strict models. It must never know what for.

Pages: https://docs.github.com/en/rest (version 2022-11-28), best practices for paging and for rate limits.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Self, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from reconciler.core.segment import Body, Json
from reconciler.errors import GitHubAnswer, GitHubFailure, Problem, VendorAnswer, VendorFailure
from reconciler.web.attempt import Answer
from reconciler.web.transport import Transport

Model = TypeVar("Model", bound=BaseModel)
Parameters: TypeAlias = Mapping[str, str | int]

HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28", "User-Agent": "reconciler"}
PER_PAGE = 100
MOST_PAGES = 300
FORBIDDEN = 403
NOT_FOUND = 404
HINTS = {
    401: "give the step a token: `GITHUB_TOKEN: ${{ github.token }}` in its `env`",
    403: "give the job the `permissions` that `reconciler init --ci github` writes for it",
    404: "check `GITHUB_REPOSITORY`, and that the token's `permissions` reach what is asked for",
    422: "please report this, with the message",
}
CHECK_ADDRESS = "check `GITHUB_API_URL`; if it is right, please report this"
RUN_AGAIN = "run the job again; what was done is not done twice"


class GitHub:
    """One repository as one token sees it. Close it, or use it as a context manager."""

    def __init__(self, transport: Transport, repository: str) -> None:
        """Talk about `repository`, an `owner/name`, over a transport that sends HEADERS; it is closed with this."""
        self._transport = transport
        self._root = f"/repos/{repository}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self._transport.__exit__(*reason)

    def get(self, model: type[Model], path: str, params: Parameters | None = None) -> Model:
        """Return one thing of the repository; raises GitHubAnswer for a refusal, and GitHubFailure."""
        return _read(model, path, self._send("GET", self._root + path, params=params).data)

    def pages(self, model: type[Model], path: str, params: Parameters | None = None) -> Iterator[Model]:
        """Yield the things of a list, over all its pages; raises as `get` does."""
        for page in range(1, MOST_PAGES + 1):
            answer = self._send("GET", self._root + path, params={**(params or {}), "per_page": PER_PAGE, "page": page})
            yield from _read_list(model, path, answer.data)
            if 'rel="next"' not in answer.headers.get("link", ""):
                return
        words = f"GET {path}: GitHub has more than {MOST_PAGES} pages of it"
        raise GitHubFailure(Problem("github-answer", words, hint=RUN_AGAIN))

    def post(self, model: type[Model], path: str, body: Body, *, repeatable: bool = False) -> Model:
        """Make something, and return it; raises as `get` does. `repeatable` says that twice does no harm."""
        return _read(model, path, self._send("POST", self._root + path, body=body, repeatable=repeatable or None).data)

    def patch(self, model: type[Model], path: str, body: Body) -> Model:
        """Change something, and return it; raises as `get` does."""
        return _read(model, path, self._send("PATCH", self._root + path, body=body).data)

    def login(self) -> str | None:
        """Return who the token is, or None where it is an installation's, which GitHub does not tell.

        Page: https://docs.github.com/en/rest/users/users#get-the-authenticated-user
        """
        try:
            return _read(Account, "/user", self._send("GET", "/user").data).login
        except GitHubAnswer as error:
            if error.status in {FORBIDDEN, NOT_FOUND}:
                return None
            raise

    def tell(self, method: str, path: str, body: Body | None = None) -> None:
        """Have something done of which nothing is read back; to delete what is gone is fine. Raises as `get` does."""
        try:
            self._send(method, self._root + path, body=body, repeatable=True)
        except GitHubAnswer as error:
            if (method, error.status) != ("DELETE", NOT_FOUND):
                raise

    def _send(
        self,
        method: str,
        path: str,
        *,
        params: Parameters | None = None,
        body: Body | None = None,
        repeatable: bool | None = None,
    ) -> Answer:
        try:
            return self._transport.send(method, path, params=params, body=body, repeatable=repeatable)
        except VendorAnswer as error:
            hint = HINTS.get(error.status, RUN_AGAIN)
            raise GitHubAnswer(error.status, _of_github(error.problems[0], hint)) from None
        except VendorFailure as error:
            raise GitHubFailure(_of_github(error.problems[0], RUN_AGAIN)) from None


class Account(BaseModel):
    """Who did something."""

    login: str


def _of_github(problem: Problem, hint: str) -> Problem:
    """Return a problem of the way over HTTP in words about GitHub: that way calls whoever answers a vendor."""
    code = "github-refused" if problem.code in {"unauthorized", "forbidden", "not-found"} else "github-answer"
    return replace(problem, code=code, message=problem.message.replace("the vendor", "GitHub"), hint=hint)


def _read(model: type[Model], path: str, data: Json, place: str = "") -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _unexpected(path, place, error) from None


def _read_list(model: type[Model], path: str, data: Json) -> list[Model]:
    if not isinstance(data, list):
        words = f"{path}: GitHub answered something unexpected: a list was asked for"
        raise GitHubFailure(Problem("github-answer", words, hint=CHECK_ADDRESS))
    return [_read(model, path, each, f"{place}.") for place, each in enumerate(data)]


def _unexpected(path: str, place: str, error: ValidationError) -> GitHubFailure:
    first = error.errors()[0]
    where = f"{place}{'.'.join(map(str, first['loc']))}" or "the answer"
    words = f"{path}: GitHub answered something unexpected: `{where}`: {first['msg'].lower()}"
    return GitHubFailure(Problem("github-answer", words, hint=CHECK_ADDRESS))
