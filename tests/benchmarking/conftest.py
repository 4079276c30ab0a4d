"""The benchmarks are a package at the top of a checkout: behind the installed package, which it must not hide."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
