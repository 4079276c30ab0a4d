"""The server's own evaluation: segments in the strategies of one flag, and what each constraint is of a context."""

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx

from reconciler.core.segment import Json

Context: TypeAlias = dict[str, Any]
SEGMENTS_OF_A_STRATEGY = 5


@dataclass(frozen=True)
class Outcome:
    """What the server says of one segment: whether it matches, and each of its constraints."""

    matches: bool
    constraints: tuple[bool, ...]


@dataclass(frozen=True)
class Playground:
    """A flag with these segments, over a client of the admin API."""

    client: httpx.Client
    flag: str
    segments: tuple[int, ...]

    @classmethod
    def of(cls, client: httpx.Client, segments: Sequence[Sequence[dict[str, Json]]]) -> "Playground":
        """Make the segments, given by their constraints, and a flag that uses them all."""
        flag = f"meaning-{secrets.token_hex(8)}"
        client.post("projects/default/features", json={"name": flag}).raise_for_status()
        ids = []
        for number, constraints in enumerate(segments):
            made = client.post("segments", json={"name": f"{flag} {number}", "constraints": constraints})
            assert made.status_code == 201, (constraints, made.text)
            ids.append(made.json()["id"])
        strategies = f"projects/default/features/{flag}/environments/development/strategies"
        for start in range(0, len(ids), SEGMENTS_OF_A_STRATEGY):
            some = ids[start : start + SEGMENTS_OF_A_STRATEGY]
            client.post(strategies, json={"name": "default", "segments": some}).raise_for_status()
        return cls(client, flag, tuple(ids))

    def outcomes(self, context: Context) -> list[Outcome]:
        """Return what the server says of each segment in a context."""
        question = {"environment": "development", "projects": ["default"], "context": context}
        # NOTE: by hand, since httpx does not write a lone surrogate.
        answer = self.client.post(
            "playground", content=json.dumps(question).encode(), headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 200, (context, answer.text)
        found = dict(self._outcomes(answer.json()))
        return [found[each] for each in self.segments]

    def _outcomes(self, answer: dict[str, Any]) -> Iterator[tuple[int, Outcome]]:
        for feature in answer["features"]:
            if feature["name"] == self.flag:
                for strategy in feature["strategies"]["data"]:
                    for segment in strategy["segments"]:
                        results = tuple(constraint["result"] for constraint in segment["constraints"])
                        yield segment["id"], Outcome(segment["result"], results)


def profile(context: Context, now: str) -> dict[str, Json]:
    """Return a context as a profile: flat, with the time of the evaluation where it has none."""
    members = {name: value for name, value in context.items() if name != "properties"}
    return {"currentTime": now, **context["properties"], **members}
