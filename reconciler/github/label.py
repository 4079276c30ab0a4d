"""Labels of ours on a pull request: those that hold are put on, the others taken off. It writes nothing else.

Page: https://docs.github.com/en/rest/issues/labels
"""

from collections.abc import Collection

from reconciler.github.api import GitHub


def label(github: GitHub, number: int, holding: Collection[str], ours: Collection[str]) -> None:
    """Have exactly those of `ours` that are `holding`; raises GitHubAnswer where the token may not."""
    if holding:
        github.tell("POST", f"/issues/{number}/labels", {"labels": [*sorted(holding)]})
    for name in sorted(set(ours) - set(holding)):
        github.tell("DELETE", f"/issues/{number}/labels/{name}")
