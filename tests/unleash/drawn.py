"""Constraints that the server takes, and contexts, drawn at random near the edges of what they can mean."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

from reconciler.core.segment import Json
from reconciler.providers.unleash.operators import ONE, Kind

PROPERTIES = ("plan", "age", "version", "email")
NOBODY = "nobody has this field"
HOMES = {Kind.NUMBER: "age", Kind.VERSION: "version", Kind.PATTERN: "plan", Kind.DATE: "currentTime"}
"""The field that each kind of operator is at home with."""

TEXTUAL = [*["plan"] * 4, *["userId"] * 2, "email", "age", NOBODY]
"""The fields of the operators that compare texts, as often as they are drawn."""

COMMON = ["a", "A", "b", "é", "É", " ", "\n"]
LETTERS = [
    *("a", "A", "b", "ab", "Ab", "é", "É", "e\u0301", "ß", "ẞ", "ss", "SS", "i", "I", "İ", "\u0131", "i\u0307"),
    *(
        "Σ",
        "\u03c3",
        "ς",
        "ΑΣ",
        "Ж",
        "ж",
        "Ա",
        "\u0561",
        "Ა",
        "ა",
        "\u212a",
        "k",
        "K",
        "\u017f",
        "s",
        "S",
        "ǅ",
        "ǆ",
        "Ǆ",
    ),
    *("\U00010400", "\U00010428", "Ω", "ω", "Å", "å", "ﬁ", "日", "😀", " ", "\n", "-", ".", "0", "5", "\u0665"),
]
NUMBERS = [
    *("0", "-0", "0.0", "-1", "1", "+1", "1.0", " 1 ", "1e0", "10e-1", "01", "1.", ".5", "0.5", "5e-1", "-.5"),
    *("1.0000000000000002", "0.9999999999999999", "0.1", "0.30000000000000004", "9007199254740991", "1e3", "1000"),
    *("1E+3", "1e-7", "5e-324", "-9007199254740991", "2", "10", "9", "16", "255"),
]
ODD_NUMBERS = [
    *("0x1", "0X10", "0xff", "-0x1", "+0x1", "0b1", "0B11", "0o20", "0x", "0xg", "1e", "1e400", "-1e400", "1e-400"),
    *(
        "Infinity",
        "-Infinity",
        "+Infinity",
        "infinity",
        "Inf",
        "NaN",
        "nan",
        "1_000",
        "1,5",
        "1 000",
        "\u0661",
        "1a",
        "a1",
    ),
    *(" ", "\u00a0", "\ufeff1", "\u20281\u2029", "\u00851", "\u001c1", "\u180e1", "\u200b1", "\t1\n", "--1", "+", "."),
    *("9007199254740992", "9007199254740993", "0.10000000000000001", "null", "true", "1n"),
]
RAW = [0, 1, -1, 5, 0.5, 1e21, 1e-7, 123456789012345680000, 1000, True, False]
"""What is no text; the server writes it as one where it is a property."""

PRERELEASES = [
    *("0", "1", "2", "10", "a", "b", "A", "alpha", "alpha.1", "alpha.beta", "beta.2", "beta.11", "rc-1", "-"),
    *("9007199254740992", "9007199254740993"),
]
ODD_VERSIONS = [
    *("v1.0.0", " 1.0.0 ", " v1.0.0\n", "V1.0.0", "=1.0.0", "v 1.0.0", "vv1.0.0", "\ufeff1.0.0", "\u00851.0.0"),
    *("1", "1.0", "1.0.0.0", "01.0.0", "1.00.0", "1.0.0-", "1.0.0-01", "1.0.0-a..b", "1.0.0+", "1.0.0+a+b", "1.0.x"),
    *("9007199254740991.0.0", "9007199254740992.0.0", "1.0.0-9007199254740993", "1.0.0-9007199254740992", "-1.0.0"),
    *("1.0.0-é", "1.0.0+é", "\u0661.0.0", "x", "1.0.0-" + "a" * 250, "1.0.0-" + "a" * 251, "1.0.0-" + "9" * 100),
]
PATTERNS = [
    *("^.+$", ".a", "a.", ".$", "^.$", "^.{1,2}$"),
    *("a", "^a$", "A", "^.$", "^..$", ".*", "^$", "", "a|b", "[a-c]", "[^a]", "^[^a]*$", "(?i)a", "(?-i)A", "(?i:a)B"),
    *(r"\w", r"\W", r"\d", r"\s", r"\b", r"^\w+$", r"\pL", r"^\pL+$", r"\p{Lu}", r"^\P{Lu}*$", r"\p{Greek}", r"\p{N}"),
    *(
        "[[:alpha:]]",
        "[[:^upper:]]",
        "(?s)^.$",
        "(?m)^b",
        "(?m)a$",
        r"\Aa",
        r"a\z",
        r"\Q.\E",
        "k",
        "K",
        "\u017f",
        "ß",
        "\u03c3",
    ),
    *("Ω", "å", "ﬁ", "i\u0307", "İ", "😀", r"\x{1F600}", "a{2}", "a{0,3}b", "(a|b)+c?", "(?P<n>a)b?", "1", r"\.", "-"),
    *("^[0-9]+$", "^v?1", r"\+", "e", "é", "[é-ú]", "[K]", "x*", " ", r"\n", r"[\s\S]", "(?U)a+", r"[^\x00-\x7F]"),
]
MOMENT = datetime(2026, 3, 1, tzinfo=UTC)
NUDGES = [0, 0, 0, 1, -1, 999, 1000, -1000, 86_400_000, -86_400_000, 3_600_000, 31_536_000_000]
ZONES = [0, 0, 60, -60, 330, -570, 840, 23 * 60 + 59, -(23 * 60 + 59)]
ODD_DATES = ["2026-03-01", "2026-03", "2026", "2026-02-29", "2026-02-30T00:00:00Z", "2026-02-28T24:00:00Z"]
ODD_TIMES = ["2016-12-31T23:59:60Z", "2026-03-01t00:00:00z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]


def constraint(random: Random, operator: str) -> dict[str, Json]:
    """Return a constraint with this operator that the server takes."""
    drawn: dict[str, Json] = {"operator": operator}
    kind = ONE.get(operator)
    if kind is None:
        drawn["contextName"] = random.choice(TEXTUAL)
        drawn["values"] = [_text(random) for _ in range(random.randint(1, 8))]
    else:
        drawn["contextName"] = HOMES[kind] if random.random() < 0.85 else random.choice([*PROPERTIES, NOBODY])
        drawn["value"] = OPERANDS[kind](random)
    if kind is not Kind.PATTERN and random.random() < 0.6:
        drawn["inverted"] = random.random() < 0.8
    if random.random() < 0.4:
        drawn["caseInsensitive"] = random.random() < 0.9
    return drawn


def context(random: Random) -> dict[str, Any]:
    """Return a context in which any field may be absent, empty, of its own kind or of another one."""
    drawn: dict[str, Any] = {"appName": "web", "properties": {}}
    for field in PROPERTIES:
        if random.random() < 0.93:
            drawn["properties"][field] = _value(random, field)
    if random.random() < 0.8:
        drawn["userId"] = _text(random)
    if random.random() < 0.95:
        drawn["currentTime"] = random.choice(ODD_TIMES) if random.random() < 0.1 else _date(random)
    return drawn


def _value(random: Random, field: str) -> Json:
    if random.random() < 0.07:
        return ""
    values: dict[str, Callable[[], Json]] = {
        "plan": lambda: _text(random),
        "age": lambda: random.choice(
            [_number(random), _number(random), random.choice(ODD_NUMBERS), random.choice(RAW)]
        ),
        "version": lambda: random.choice(ODD_VERSIONS) if random.random() < 0.2 else _version(random),
    }
    home = field if field in values and random.random() < 0.95 else random.choice(list(values))
    return values[home]()


def _text(random: Random) -> str:
    if random.random() < 0.1:
        return random.choice(NUMBERS)
    pool = LETTERS if random.random() < 0.4 else COMMON
    return "".join(random.choice(pool) for _ in range(random.choice([1, 1, 1, 1, 2, 3])))


def _number(random: Random) -> str:
    return random.choice(NUMBERS) if random.random() < 0.8 else "1"


def _version(random: Random) -> str:
    numbers = ".".join(str(random.choice([0, 1, 1, 2, 10])) for _ in range(3))
    numbers = random.choice(["1.0.0", "1.0.0", numbers])
    before = f"-{random.choice(PRERELEASES)}" if random.random() < 0.5 else ""
    return numbers + before + (f"+{random.choice(['b', '001', 'x-y.z'])}" if random.random() < 0.2 else "")


def _date(random: Random) -> str:
    moment = MOMENT + timedelta(milliseconds=random.choice(NUDGES))
    zone = timezone(timedelta(minutes=random.choice(ZONES)))
    written = moment.astimezone(zone).isoformat(timespec="milliseconds")
    return random.choice([written, written.replace("+00:00", "Z"), written.replace("+00:00", "z")])


def _date_operand(random: Random) -> str:
    return random.choice(ODD_DATES) if random.random() < 0.2 else _date(random)


def _pattern(random: Random) -> str:
    drawn = random.choice(PATTERNS)
    if random.random() < 0.3:
        drawn = f"{drawn}{random.choice(PATTERNS)}"
    return drawn or "a?"


OPERANDS: dict[Kind, Callable[[Random], str]] = {
    Kind.NUMBER: _number,
    Kind.VERSION: _version,
    Kind.DATE: _date_operand,
    Kind.PATTERN: _pattern,
}
