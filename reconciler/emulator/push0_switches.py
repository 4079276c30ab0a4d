"""What Push0's pages leave open, as switches. Must never know how the app obeys them."""

from dataclasses import dataclass
from typing import Literal

from reconciler.emulator.switches import Switches

ListPrefix = Literal["both", "v1", "api"]
CreateAnswer = Literal["object", "string", "whole", "nothing"]
DeleteStyle = Literal["off", "body", "query", "path"]
ErrorShape = Literal["object", "text", "plain"]
PageCap = Literal[100, 10, 3]
BuiltinStatus = Literal[400, 403]


@dataclass(frozen=True, slots=True, kw_only=True)
class Push0Switches(Switches):
    """What the pages leave open.

    - `list_prefix`: the list is at `/v1/segments` (`v1`), at `/api/v1/segments` as its page prints (`api`), or at
      both; the other one is answered 404. Writes are at `/v1/segments`, and beside the list at `/api/v1/segments`.
    - `partial_names`: the list's `name` asks for a part of the name; otherwise for exactly that name.
    - `page_cap`: the most segments on a page, whatever `limit` asks for; pages are counted in capped pages.
    - `create_answer`: a create answers `{"id": ...}` (`object`), the bare id (`string`), the segment (`whole`), or no
      id at all (`nothing`).
    - `empty_create`: a create may have no groups, as the built-in segment has none; otherwise it is answered 400.
    - `delete_style`: no page offers a deletion (`off`: 405, or 404 below the list); otherwise the id stands in the
      body, in the query as `id`, or in the path as `/v1/segments/<id>`.
    - `builtin_status`: 400 or 403, for changing or deleting the built-in segment.
    - `error_shape`: an error says its words as `{"error": ...}` (`object`), as a JSON string (`text`), or as plain text
      (`plain`).
    - `timeout_after_commit`: a create is carried out, and answered 408.
    """

    list_prefix: ListPrefix = "both"
    partial_names: bool = False
    page_cap: PageCap = 100
    create_answer: CreateAnswer = "object"
    empty_create: bool = False
    delete_style: DeleteStyle = "off"
    builtin_status: BuiltinStatus = 400
    error_shape: ErrorShape = "object"
    timeout_after_commit: bool = False
