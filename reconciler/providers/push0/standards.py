"""The countries, languages and time zones that Push0's page refers to, by their standards. Must never load unasked.

Each list is a package of its own, imported when a definition compares such a field and not before.
"""

import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from reconciler.core.finding import Finding
from reconciler.intake.lexical import shown
from reconciler.intake.lines import Pointer

_RESERVED = {"UK": "GB", "EL": "GR"}
"""Codes in wide use for countries that ISO 3166-1 gives other ones."""


class _Country(Protocol):
    alpha_2: str
    alpha_3: str
    numeric: str
    name: str


class _Language(Protocol):
    part1: str | None
    part2b: str | None
    part2t: str | None
    name: str


def doubts(field: str, value: str, pointer: Pointer) -> Iterator[Finding]:
    """Yield what is doubtful in what `country`, `language` or `timezone` is compared with, at its pointer."""
    if field in _CHECKS:
        yield from _CHECKS[field](value, pointer)


def _country(value: str, pointer: Pointer) -> Iterator[Finding]:
    countries, bare = _countries(), value.strip()
    code = _RESERVED.get(bare.upper()) or countries.get(bare.lower())
    if code == value:
        return
    hint = _remedy(value, code, "two capital letters, such as `PL`")
    if re.fullmatch("[0-9]{3}", value):
        hint += "; the dashboard takes UN M.49 numbers too, but the API's page does not name them"
    message = f"{_named(value)} is no country code of ISO 3166-1 alpha-2"
    yield Finding(pointer, "unknown-country", message, hint)


def _language(value: str, pointer: Pointer) -> Iterator[Finding]:
    languages, bare = _languages(), value.strip().lower()
    code = languages.get(bare) or languages.get(re.split("[-_]", bare)[0])
    if code == value:
        return
    hint = _remedy(value, code, "three small letters, such as `pol`")
    message = f"{_named(value)} is no language code of ISO 639-2 alpha-3"
    yield Finding(pointer, "unknown-language", message, hint)


def _timezone(value: str, pointer: Pointer) -> Iterator[Finding]:
    zone = _timezones().get(value.strip().lower().replace(" ", "_"))
    if zone == value:
        return
    hint = _remedy(value, zone, "an area and a location, such as `Europe/Warsaw`")
    yield Finding(pointer, "unknown-timezone", f"{_named(value)} is no time zone of the IANA database", hint)


def _named(value: str) -> str:
    return shown(value) if value else "an empty text"


def _remedy(value: str, known: str | None, form: str) -> str:
    """Return what to write in place of a value: what is known by it, or else the form that is asked for."""
    if known is None:
        return f"write {form}"
    blanks = value.strip() == known
    return f"take the blanks out: write `{known}`" if blanks else f"write `{known}`"


_CHECKS: Mapping[str, Callable[[str, Pointer], Iterator[Finding]]] = {
    "country": _country,
    "language": _language,
    "timezone": _timezone,
}


@cache
def _countries() -> Mapping[str, str]:
    """Return every alpha-2 code by each way in which a country is called, in small letters."""
    countries = cast("Iterable[_Country]", import_module("pycountry").countries)
    return {
        called.lower(): country.alpha_2
        for country in countries
        for called in (country.alpha_2, country.alpha_3, country.numeric, country.name)
    }


@cache
def _languages() -> Mapping[str, str]:
    """Return every alpha-3 code of ISO 639-2, bibliographic or terminological, by each way a language is called."""
    languages = [*cast("Iterable[_Language]", import_module("iso639").ALL_LANGUAGES)]
    codes = {code: code for language in languages for code in (language.part2b, language.part2t) if code}
    names = {
        called.lower(): language.part2t
        for language in languages
        for called in (language.part1, language.name)
        if called and language.part2t
    }
    return names | codes


@cache
def _timezones() -> Mapping[str, str]:
    """Return every name of a time zone by itself, in small letters, and by its location alone."""
    zones = (pkgutil.get_data("tzdata", "zones") or b"").decode().split()
    return {zone.rsplit("/", 1)[-1].lower(): zone for zone in zones} | {zone.lower(): zone for zone in zones}
