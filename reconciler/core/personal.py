"""Which fields say who somebody is, and what stands in place of the values they are compared with. Pure.

A fingerprint shows that two values are the same, or are not. It keeps a value from being read, and not from being
guessed by somebody who tries addresses one after another.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.core.canonical import digest
from reconciler.core.segment import Json

MARK = "sha256:"


@dataclass(frozen=True, slots=True)
class Personal:
    """Which fields of a vendor hold personal data, and how its conditions are written.

    A condition names its field in its member `named_by` and says what it is compared with in the members `held_in`;
    where `named_by` is not there, a member with the name of a field holds the comparison.
    """

    fields: frozenset[str]
    named_by: str
    held_in: frozenset[str] = frozenset({"value"})

    def fingerprinted(self, item: Json) -> Json:
        """Return the same with a fingerprint for each value that a personal field is compared with.

        A fingerprint stays what it is, so that doing it twice is doing it once.
        """
        match item:
            case list():
                return [self.fingerprinted(each) for each in item]
            case dict():
                named = item.get(self.named_by)
                hidden = self.held_in if named in self.fields else self.fields if named is None else frozenset()
                return {
                    name: _hidden(value) if name in hidden else self.fingerprinted(value)
                    for name, value in item.items()
                }
            case _:
                return item

    def below(self, way: Iterable[str], value: Json) -> Json:
        """Return a part of a body, which these members lead to, as the whole body would have it fingerprinted."""
        return self.fingerprinted(value) if self.fields.isdisjoint(way) else _hidden(value)


def _hidden(value: Json) -> Json:
    match value:
        case list():
            return [_hidden(each) for each in value]
        case dict():
            return {name: _hidden(each) for name, each in value.items()}
        case None | bool():
            return value
        case str() if value.startswith(MARK):
            return value
        case _:
            return digest(value)
