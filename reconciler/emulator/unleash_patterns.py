"""Whether RE2 would take a pattern, as far as Python's own expressions, less what RE2 lacks, tell.

Must never know what a pattern is compared with.
"""

import re
import warnings
from typing import Final

_MOST_REPEATS: Final = 1000
_LAST: Final = 0x10FFFF
_UNKNOWN: Final = re.compile(
    r"\(\?(?:[=!>#(|]|<[=!]|P?<[^>]*[^\x00-\x7f]|P[=>]|[a-zA-Z-]*[aLux])|\\(?:[^\x00-\x7f]|[1-9](?![0-9])|[kGKZuUN])"
    r"|(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\+|\[\^?\]?[^\]]*\\[bBAz]"
)
_ESCAPED: Final = re.compile(r"\\\\")
_QUOTED: Final = re.compile(r"\\Q.*?(?:\\E|$)", re.DOTALL)
_QUOTED_IN_A_CLASS: Final = re.compile(r"\[[^\]]*\\Q")
_FLAGS: Final = re.compile(r"\(\?(?=[imsU-])[imsU]*(?:-[imsU]+)?([:)])")
_NOTHING: Final = re.compile(r"\\[bBAz]|(?<![\[\\])[\^$](?=[*+?{])")
_NUMBERED: Final = re.compile(r"\\x\{([0-9a-fA-F]+)\}")
_NOT_REPEATED: Final = re.compile(r"\{(?=,)")
_SET_IN_A_CLASS: Final = re.compile(r"(\[[^\]]*\\[dDsSwW])-")
_SET: Final = re.compile(r"(?<!\\)\[\^?\]?[^\]]*\]")
_BRACE_REPEATED: Final = re.compile(r"(?<!\\)\{(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})")
_DIGITS: Final = 100
_REPEATS: Final = re.compile(r"(?<!\\)\{([0-9]+)(?:,([0-9]*))?\}")
_PROPERTY: Final = re.compile(r"\\[pP](?:\{\^?(\w+)\}|(\w))")
_CLASS: Final = re.compile(r"\[:\^?(\w+):\]")
_CATEGORIES: Final = re.compile("Any|C[cfos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?")
_SCRIPTS: Final = {
    *("Arabic", "Armenian", "Bengali", "Common", "Cyrillic", "Devanagari", "Ethiopic", "Georgian", "Greek", "Gujarati"),
    *("Gurmukhi", "Han", "Hangul", "Hebrew", "Hiragana", "Inherited", "Kannada", "Katakana", "Khmer", "Lao", "Latin"),
    *("Malayalam", "Mongolian", "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu", "Thai", "Tibetan"),
}
_CLASSES: Final = {
    *("alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower"),
    *("print", "punct", "space", "upper", "word", "xdigit"),
}


def is_pattern(text: str) -> bool:
    """Say whether RE2 would take it; of its scripts, the larger ones are known here."""
    text = _ESCAPED.sub("/", text)
    if _QUOTED_IN_A_CLASS.search(text):
        return False
    text = _QUOTED.sub("a", text)
    if _UNKNOWN.search(text) or _BRACE_REPEATED.search(_SET.sub("a", text)) or not _all_known(text):
        return False
    text = _FLAGS.sub(lambda found: "(?:" if found[1] == ":" else "", text)
    text = _SET_IN_A_CLASS.sub(r"\1", _NOT_REPEATED.sub(r"\\{", _NOTHING.sub("(?:)", _NUMBERED.sub("a", text))))
    try:
        with warnings.catch_warnings(action="ignore"):  # of sets in sets, which another version of Python may have
            re.compile(_CLASS.sub("a", _PROPERTY.sub("a", text)).replace("(?<", "(?P<"))
    except re.error:
        return False
    return True


def _all_known(text: str) -> bool:
    properties = [braced or single for braced, single in _PROPERTY.findall(text)]
    repeats = [int(number[-_DIGITS:] or 0) for found in _REPEATS.findall(text) for number in found]
    return (
        all(_CATEGORIES.fullmatch(name) or name in _SCRIPTS for name in properties)
        and set(_CLASS.findall(text)) <= _CLASSES
        and all(number <= _MOST_REPEATS for number in repeats)
        and all(int(number, 16) <= _LAST for number in _NUMBERED.findall(text))
    )
