"""Start a repository: a configuration with an embedded target, one example definition, and the schema for editors."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Started:
    """Which files were written, and which were there before and were left as they are; relative to the folder."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def start(folder: Path, provider: str) -> Started:
    """Write the files of a new repository that are not there yet; overwrites nothing."""
    vendor = VENDORS[provider]
    options = [f'{name} = "{value}"' for name, value in vendor.example_options.items()]
    listed = ", ".join(f'{name} = "{value}"' for name, value in vendor.example_variables.items())
    variables = f"vars = {{ {listed} }}\n" if listed else ""
    schema = f"schemas/{provider}.segment.schema.json"
    files = {
        "reconciler.toml": CONFIG.format(
            provider=provider,
            endpoint=vendor.endpoint,
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
    there = {name for name in files if (folder / name).exists()}
    for name in files.keys() - there:
        write_new(folder / name, files[name])
    return Started(tuple(sorted(files.keys() - there)), tuple(sorted(there)))
