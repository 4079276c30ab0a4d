"""Start a repository: a configuration with an embedded target, one example definition, and the schema for editors.

For GitHub also the workflows and the action that they use; their texts are in `reconciler/workflows`.
"""

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from reconciler.definitions.layout import layout
from reconciler.definitions.slug import key_for
from reconciler.disk import write_new
from reconciler.intake.schema import schema_text
from reconciler.providers.registry import VENDORS

CONFIG = """\
default_target = "local"

[targets.local]                      # the vendor's emulator, on this machine and without an account
provider = "{provider}"
definitions = "segments/{provider}"
endpoint = "embedded"
{variables}
# [targets.production]
# provider = "{provider}"
# definitions = "segments/{provider}"
# endpoint = "{endpoint}"
# credential_env = "{variable}"      # the name of an environment variable, never the key itself
{production}"""
WORKFLOWS = {
    "action.yml": ".github/actions/reconciler/action.yml",
    "plan.yml": ".github/workflows/segments-plan.yml",
    "apply.yml": ".github/workflows/segments-apply.yml",
    "drift.yml": ".github/workflows/segments-drift.yml",
}
"""Each text in `reconciler/workflows`, and where it goes in a repository."""


@dataclass(frozen=True, slots=True)
class Started:
    """Which files were written, and which were there before and were left as they are; relative to the folder."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def start(folder: Path, provider: str, *, github: bool = False, package: str = "") -> Started:
    """Write the files of a new repository that are not there yet, those for GitHub if asked; overwrites nothing.

    `package` is what pip installs on GitHub.
    """
    vendor = VENDORS[provider]
    options = [f'{name} = "{value}"' for name, value in vendor.example_options.items()]
    if github:
        options.append('ledger = "git"')
    listed = ", ".join(f'{name} = "{value}"' for name, value in vendor.example_variables.items())
    variables = f"vars = {{ {listed} }}\n" if listed else ""
    schema = f"schemas/{provider}.segment.schema.json"
    texts = {
        "reconciler.toml": CONFIG.format(
            provider=provider,
            endpoint=vendor.endpoint or vendor.example_endpoint,
            variable=vendor.credential_env,
            variables=variables,
            production="".join(f"# {line}\n" for line in (*options, *variables.splitlines())),
        ),
        f"segments/{provider}/{key_for(str(vendor.example['name']), (), provider)}.json": layout(
            {"$schema": f"../../{schema}", **vendor.example}
        ),
        schema: schema_text(f"{provider}.segment"),
        ".gitignore": ".reconciler/embedded/\n.reconciler/ledger/*.lock\n.reconciler/ledger/*.journal\n",
    }
    if github:
        texts |= {path: workflow(name, vendor.credential_env, package) for name, path in WORKFLOWS.items()}
    there = {name for name in texts if (folder / name).exists()}
    write_new({folder / name: text for name, text in texts.items() if name not in there})
    return Started(tuple(sorted(texts.keys() - there)), tuple(sorted(there)))


def workflow(name: str, credential: str, package: str = "") -> str:
    """Return a workflow or the action: with this secret, and this as what pip installs, which is printable."""
    text = (files("reconciler") / "workflows" / name).read_text(encoding="utf-8")
    quoted = json.dumps(package, ensure_ascii=False)  # NOTE: of printable characters, so a YAML scalar as well
    return text.replace("VENDOR_SECRET_KEY", credential).replace('"RECONCILER_PACKAGE"', quoted)
