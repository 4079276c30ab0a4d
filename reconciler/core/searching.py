"""Looking for a regular expression of RE2, by RE2 itself, which comes with the extra `analysis`. Knows no other way."""

from importlib import import_module

from reconciler.errors import InvalidInput, Problem

MOST_MEMORY = 64 * 2**20
"""In bytes. The 8 MiB that RE2 takes by itself are too few for `\\pL{1000}`, which vendors accept."""


def found(pattern: str, text: str, *, folded: bool, library: str = "re2") -> bool:
    """Say whether a pattern is found somewhere in a text, in any case where `folded`.

    Raises InvalidInput where the library is not installed, and where it does not take the pattern.
    """
    try:
        re2 = import_module(library)
    except ModuleNotFoundError as error:
        words = "a regular expression is evaluated by google-re2, which is not installed"
        hint = "install this program with its extra `analysis`"
        raise InvalidInput(Problem("analysis-missing", words, hint=hint)) from error
    options = re2.Options()
    options.case_sensitive = not folded
    options.log_errors = False
    options.max_mem = MOST_MEMORY
    try:
        compiled = re2.compile(_utf8(pattern), options)
    except re2.error as error:
        words = f"RE2 does not take the regular expression `{pattern}`: {error.args[0].decode(errors='replace')}"
        raise InvalidInput(Problem("bad-pattern", words)) from error
    return compiled.search(_utf8(text)) is not None


def _utf8(text: str) -> bytes:
    """Return the bytes of a text, with U+FFFD for each half of a pair of surrogates that is alone."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
