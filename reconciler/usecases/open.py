"""Opens one target: its vendor, its ledger, and, where asked, a connection to the vendor or to the emulator."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path

from reconciler.core.claims import Claims
from reconciler.core.ports import Form, Ledger, Provider
from reconciler.core.segment import Definition
from reconciler.definitions.load import Loaded, load
from reconciler.errors import InvalidInput, Problem, Refused, Severity, VendorFailure
from reconciler.providers.registry import VENDORS
from reconciler.providers.vendor import Vendor
from reconciler.settings.address import place
from reconciler.settings.config import Settings, Target
from reconciler.settings.environment import credential, git_environment, holder, run, who
from reconciler.settings.rules import EMBEDDED
from reconciler.usecases import clock
from reconciler.usecases.levels import weighed_by
from reconciler.web.pacing import Patience, never


@dataclass(frozen=True)
class Opened:
    """One target without a connection: what can be read of it on this machine."""

    settings: Settings
    target: Target
    vendor: Vendor
    keeper: Callable[[], Ledger]

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger of the target; nothing is read of it yet."""
        return self.keeper()

    @property
    def form(self) -> Form:
        """The vendor's conversions, as this target has them."""
        return self.vendor.form(self.target.options)

    def prepare(self) -> None:
        """Import what the ledger and the vendor are read with, which takes as long as to read thousands of files."""
        _ = self.ledger
        import_module(f"reconciler.providers.{self.vendor.name}.speak")
        import_module("reconciler.web.exchange")
        import_module("reconciler.core.planner")

    def definitions(self, meanwhile: Callable[[], object] = lambda: None) -> Loaded:
        """Load the definitions, and do something else meanwhile; problems are in the result, as they are weighed."""
        loaded = load(
            self.target.definitions,
            shown=self.target.shown,
            provider=self.target.provider,
            variables=self.target.variables,
            form_findings=self.form.findings,
            meanwhile=meanwhile,
        )
        return replace(loaded, problems=tuple(weighed_by(self.settings.findings, loaded.problems)))

    def whole(
        self, meanwhile: Callable[[], object] = lambda: None
    ) -> tuple[tuple[Definition, ...], tuple[Problem, ...]]:
        """Return all definitions and the warnings about them; raises InvalidInput where a single one has an error."""
        loaded = self.definitions(meanwhile)
        errors = tuple(problem for problem in loaded.problems if problem.severity is Severity.ERROR)
        if errors:
            raise InvalidInput(*errors)
        return loaded.definitions, loaded.problems

    @property
    def place(self) -> str:
        """Where the segments of the target are, however its endpoint is written."""
        return place(self.target.endpoint or self.vendor.endpoint, instances=not self.vendor.endpoint)

    def claims(self) -> Claims:
        """Read the ledger; raises Refused where it was written for another place."""
        claims = self.ledger.read()
        if claims.endpoint not in {"", self.place}:
            words = f"the ledger of `{self.target.name}` is of {claims.endpoint}, and the target is at {self.place} now"
            hint = (
                "give another project a target of its own; if this is the same project under another address, run "
                f"`reconciler ledger rebind --target {self.target.name}`"
            )
            raise Refused(Problem("ledger-elsewhere", words, hint=hint))
        return replace(claims, endpoint=self.place)


def open_target(settings: Settings, target: Target) -> Opened:
    """Return the target with its vendor; nothing is read or sent yet."""
    return Opened(settings, target, VENDORS[target.provider], partial(_ledger, settings, target))


def _ledger(settings: Settings, target: Target) -> Ledger:
    if target.ledger != "git":
        return ledger_file(settings, target)
    from reconciler.git import Git  # noqa: PLC0415 - as below
    from reconciler.ledger import git, trail  # noqa: PLC0415 - as below

    return git.GitLedger(
        Git(settings.root, git_environment()),
        trail.Signature(who(), run(), target.shown),
        target=target.name,
        provider=target.provider,
        leftover=ledger_path(settings, target),
    )


def ledger_path(settings: Settings, target: Target) -> Path:
    """Return where the ledger file of a target lies, if it has one."""
    return settings.root / ".reconciler" / "ledger" / f"{target.name}.json"


def ledger_file(settings: Settings, target: Target) -> Ledger:
    """Return the ledger of a target as it is kept in a file."""
    from reconciler.ledger.file import FileLedger  # noqa: PLC0415 - pydantic, which `--help` and `fmt` do not need

    path = ledger_path(settings, target)
    shown = path.relative_to(settings.root).as_posix()
    return FileLedger(path, shown=shown, target=target.name, provider=target.provider, writer=holder())


@contextmanager
def connect(opened: Opened, stopping: Callable[[], bool] = never) -> Iterator[Provider]:
    """Yield the provider of a target; raises VendorFailure before any request where the credential is wrong.

    Once it is `stopping`, no request is sent again.
    """
    from reconciler.web.transport import Transport  # noqa: PLC0415 - it was imported while the definitions were read

    target, vendor = opened.target, opened.vendor
    if target.embedded:
        from reconciler.emulator import make_app, parse_switches  # noqa: PLC0415 - a web framework that other targets do not need

        store = opened.settings.root / ".reconciler" / EMBEDDED / f"{target.name}.sqlite"
        switches = parse_switches(target.provider, vendor.embedded_switches(target.options))
        app = make_app(target.provider, store, switches)
        try:
            endpoint = f"http://{EMBEDDED}{app.root}"
            secret = vendor.embedded_credential
            with Transport(endpoint, secret, headers=vendor.headers(secret), app=app) as transport:
                yield vendor.connect(transport, target.options)
        finally:
            app.close()
        return
    secret = credential(target.credential_env or "", target.name)
    problem = vendor.credential_problem(secret, target.options)
    if problem:
        raise VendorFailure(replace(problem, message=f"target `{target.name}`: {problem.message}"))
    rate = target.limits.requests_per_second or vendor.requests_per_second
    endpoint, headers = target.endpoint or vendor.endpoint, vendor.headers(secret)
    patience = Patience(target.limits.retry_seconds, clock.now, stopping)
    like = vendor.endpoint or vendor.example_endpoint
    with Transport(
        endpoint, secret, headers=headers, requests_per_second=rate, patience=patience, like=like
    ) as transport:
        yield vendor.connect(transport, target.options)
