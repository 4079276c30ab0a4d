"""Draws docs/plan.svg: runs `reconciler plan` on a terminal of its own, in an edited copy of the example repository.

It knows the examples and how a terminal looks; it makes up nothing of what the command prints. Run it anew whenever the
output changes: `python scripts/render_plan.py`. The same code gives the same bytes.
"""

import fcntl
import io
import json
import os
import pty
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "plan.svg"
COLUMNS, ROWS = 112, 50

CREATED = {
    "name": "Lapsed on Android",
    "conditions": [
        {"metric": "environment", "comparator": "eq", "value": "${environment}"},
        {"metric": "target_platform", "comparator": "eq", "value": "android"},
        {"metric": "renewable", "comparator": "eq", "value": "0"},
    ],
}

DARK = TerminalTheme(
    (13, 17, 23),
    (230, 237, 243),
    [
        (72, 79, 88),
        (255, 123, 114),
        (86, 211, 100),
        (227, 179, 65),
        (88, 166, 255),
        (188, 140, 255),
        (57, 197, 207),
        (177, 186, 196),
    ],
)
FRAME = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<style>
.{unique_id}-matrix {{
font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
font-size: {char_height}px; line-height: {line_height}px; white-space: pre;
}}
.{unique_id}-title {{ font-family: ui-sans-serif, system-ui, sans-serif; font-size: 18px; }}
{styles}
</style>
<defs>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def main() -> None:
    """Apply the examples in a scratch copy, edit them, and draw the plan."""
    with TemporaryDirectory() as scratch:
        copy = Path(scratch)
        shutil.copy(ROOT / "reconciler.toml", copy)
        shutil.copytree(ROOT / "segments", copy / "segments")
        seen(copy, "apply", "--yes")
        edit(copy / "segments" / "qonversion")
        shown = seen(copy, "plan")
    PICTURE.write_text(picture("$ reconciler plan\n\n" + shown), encoding="utf-8")


def edit(definitions: Path) -> None:
    """Create one segment, change two, remove two, of which one is protected."""
    write(definitions / "lifecycle" / "lapsed-on-android.json", CREATED)
    rewrite(definitions / "growth" / "web-without-partners.json", '"partner-"', '"partner-eu-"')
    rewrite(definitions / "sandbox-testers.json", '"Sandbox testers"', '"QA and sandbox testers"')
    rewrite(definitions / "sandbox-testers.json", '"@example.com"', '"@qa.example.com"')
    (definitions / "internal" / "load-test-users.json").unlink()
    (definitions / "eu-prod-renewables.json").unlink()


def write(path: Path, body: Mapping[str, object]) -> None:
    """Write a definition."""
    path.write_text(json.dumps(body), encoding="utf-8")


def rewrite(path: Path, old: str, new: str) -> None:
    """Replace a part of a definition that is there; raises ValueError where it is not."""
    text = path.read_text(encoding="utf-8")
    if old not in text:
        message = f"{path} does not hold {old}: choose another edit"
        raise ValueError(message)
    path.write_text(text.replace(old, new), encoding="utf-8")


def seen(folder: Path, *arguments: str) -> str:
    """Return what a command shows on a terminal of its own; raises CalledProcessError where it fails."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = {"PATH": os.defpath, "HOME": str(folder), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    command = [str(Path(sys.executable).with_name("reconciler")), *arguments]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE
    ) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: chunk(ours), b""))
        _, told = process.communicate()
    os.close(ours)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, shown, told)
    return shown.decode().replace("\r\n", "\n")


def chunk(terminal: int) -> bytes:
    """Return what comes next from a terminal, nothing once it is closed."""
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # NOTE: Linux says EIO where the other end is gone; others return nothing.
        return b""


def picture(shown: str) -> str:
    """Return text with escape sequences as an SVG that fetches nothing."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(shown.rstrip("\n")))
    return console.export_svg(title="reconciler plan", theme=DARK, code_format=FRAME, unique_id="plan")


if __name__ == "__main__":
    main()
