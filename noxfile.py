"""What a person runs here: ``nox -s parity``, ``nox -s tests``, ``nox -s lint``. Sessions hold commands, logic is in tested code."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import nox

SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
LATEST = SUPPORTED[-1]

PYPROJECT = nox.project.load_toml("pyproject.toml")
GROUPS = PYPROJECT["dependency-groups"]

nox.options.default_venv_backend = "venv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "tests", "parity"]

BENCHES = ("mock_start", "overhead", "diff", "report")

RED_RUN = "reports/journeys/run"

STRICT = {"PYTHONWARNDEFAULTENCODING": "1"}


@nox.session
def parity(session: nox.Session) -> None:
    """Compare the reference client with every subject in subjects/ (arguments go to `codex-parity run`)."""
    session.install("-e", ".")
    session.run("codex-parity", "subject", "install", "--missing-runtime", "report")
    session.run("codex-parity", "run", *session.posargs)


@nox.session
def noise(session: nox.Session) -> None:
    """Every subject against itself, 20 times (arguments go to `codex-parity noise`, as `-- --times 3 --load`)."""
    session.install("-e", ".")
    session.run("codex-parity", "subject", "install", "--missing-runtime", "report")
    session.run("codex-parity", "noise", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """The project's own tests, in parallel and in random order, with the coverage floor of the CORE files."""
    session.install("-e", ".[real,otel]", *GROUPS["tests"])
    session.run("codex-parity", "subject", "install", "--missing-runtime", "report")
    if session.posargs:
        session.run("pytest", *session.posargs, env=STRICT)
        return
    session.run(
        "pytest", "-n", "auto", "--cov", "--cov-context=test", "--cov-report=", "--junitxml=reports/tests/junit.xml", env=STRICT
    )  # fmt: skip
    session.run("python", "-m", "tests.core_coverage")
    session.run("python", "-m", "harness.ledger", "--check", "--junit", "reports/tests/junit.xml")


@nox.session
def browser(session: nox.Session) -> None:
    """The report in a real browser, and its modules: lint, types, unit tests, journeys, accessibility. Needs Node, npm and Chromium."""
    session.install("-e", ".[journeys]", *GROUPS["tests"])
    folder = "tests/browser"
    session.run(
        "npm",
        "install",
        "--prefix",
        folder,
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        external=True,
    )
    session.run("npm", "run", "--prefix", folder, "lint", external=True)
    session.run("npm", "run", "--prefix", folder, "types", external=True)
    session.run("npm", "run", "--prefix", folder, "unit", external=True)
    session.run(
        "pytest",
        "-q",
        "tests/browser",
        *session.posargs,
        env={**STRICT, "CODEX_PARITY_BROWSER": "required"},
    )


@nox.session
def lint(session: nox.Session) -> None:
    """Format, lint, types, laws of the architecture, spelling, schemas, generated files, the ratchet of coverage."""
    session.install("-e", ".[real,otel,journeys]", *GROUPS["lint"], *GROUPS["tests"])
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("mypy")
    session.run("lint-imports")
    session.run("codespell")
    session.run("check-jsonschema", "--check-metaschema", *_schemas())
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *_workflows())
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml")
    session.run(
        "zizmor", "--offline", "--persona", "pedantic", "--quiet", "action.yml", *_workflows()
    )
    session.run("python", "-m", "harness.generate", "--check")
    session.run("codex-parity", "codex", "schema", "--check")
    session.run("codex-parity", "coverage", "--min", "fixtures/coverage.toml")
    session.run("python", "-m", "harness.ledger", "--check")


@nox.session
def ledger(session: nox.Session) -> None:
    """Which requirement is proven by which tests, and what is open (`-- --open`; `-- --write` makes docs/checklist.md)."""
    session.install("-e", ".")
    session.run("python", "-m", "harness.ledger", *session.posargs)


@nox.session
def generate(session: nox.Session) -> None:
    """Write the generated scenarios of drift anew (`-- --check` only compares)."""
    session.install("-e", ".")
    session.run("python", "-m", "harness.generate", *session.posargs)


@nox.session
def golden(session: nox.Session) -> None:
    """Record the golden files anew with the pinned official SDK (`-- --check` only compares)."""
    session.install("-e", ".")
    session.run("codex-parity", "subject", "install", "openai-typescript")
    arguments = [one for one in session.posargs if one != "--check"]
    update = [] if "--check" in session.posargs else ["--snapshot-update"]
    session.run(
        "pytest",
        "-p",
        "harness.pytest_plugin",
        "--pyargs",
        "harness.golden_suite",
        "-q",
        *update,
        *arguments,
    )


@nox.session
def record(session: nox.Session) -> None:
    """Record released codex binaries: `-- 0.169.0` (arguments go to `codex-parity record`)."""
    session.install("-e", ".[real]")
    session.run("codex-parity", "record", *session.posargs)


@nox.session
def fidelity(session: nox.Session) -> None:
    """Does the mock show what released codex binaries show? `-- 0.169.0 0.58.0` (arguments go to `codex-parity fidelity`)."""
    session.install("-e", ".[real]")
    session.run("codex-parity", "fidelity", *session.posargs)


@nox.session
def drift(session: nox.Session) -> None:
    """What changed from release to release: `-- 0.101.0 0.169.0` (arguments go to `codex-parity drift run`)."""
    session.install("-e", ".[real]")
    session.run("codex-parity", "drift", "run", *session.posargs)


@nox.session
def schemas(session: nox.Session) -> None:
    """Write what each recorded release was seen to write as JSON Schemas (`-- --check` only compares)."""
    session.install("-e", ".[real]")
    session.run("codex-parity", "codex", "schema", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Play streams made by chance to reference and SDKs (`-- --minutes N --seed S --subject NAME`); finds go to reports/fuzz."""
    session.install("-e", ".")
    session.run("codex-parity", "subject", "install", "--missing-runtime", "report")
    session.run("codex-parity", "fuzz", *session.posargs)


@nox.session
def mutants(session: nox.Session) -> None:
    """The kill matrix: every mutant dies where it should, every scenario kills one (`-- --named` for a quick look, `-- --every` for hours)."""
    session.install("-e", ".", *GROUPS["tests"])
    session.run("python", "-m", "mutants", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Side-by-side measurements as ratios: the mock's start, the harness' part of a play, the diff beside three libraries, building and opening a report. Kept in reports/bench."""
    session.install("-e", ".[journeys]", *GROUPS["bench"])
    session.run("codex-parity", "subject", "install", "--missing-runtime", "report")
    Path("reports/bench").mkdir(parents=True, exist_ok=True)
    for name in session.posargs or BENCHES:
        session.run("python", "-m", f"bench.{name}", "--json", f"reports/bench/{name}.json")


def _workflows() -> list[str]:
    return sorted(str(path) for path in Path(".github/workflows").glob("*.yml"))


@nox.session
def ci_local(session: nox.Session) -> None:
    """Run the steps of a workflow on this machine: `-- nightly --job merge --input shards=2` (what is committed runs)."""
    session.install("ruamel.yaml>=0.19")
    session.run("python", "-m", "ci_local", *session.posargs)


@nox.session
def gate(session: nox.Session) -> None:
    """Go or no-go: `-- --base DIR --candidate DIR` (arguments go to `codex-parity gate`). Nothing is tagged or pushed."""
    session.install("-e", ".[journeys]")
    _programs(session, "chromium", "ffmpeg", "gh")
    session.run("codex-parity", "subject", "install", "--missing-runtime", "report")
    session.run("codex-parity", "gate", *session.posargs)


@nox.session
def publish_contract(session: nox.Session) -> None:
    """`codex-parity publish` with the real gh in front of a small GitHub on a unix socket: no token, 401, 403, 404, 422, rate limit, 201."""
    session.install("-e", ".", *GROUPS["tests"])
    _programs(session, "gh")
    session.run("pytest", "-n", "auto", "tests/publish", *session.posargs, env=STRICT)


@nox.session
def journeys(session: nox.Session) -> None:
    """Walk through a report in real Chromium: pictures, a video and assertions per journey (`-- FOLDER`, else a report with red cells is made; options go to `codex-parity journeys`)."""
    session.install("-e", ".[journeys]")
    _programs(session, "chromium", "ffmpeg")
    words = list(session.posargs)
    if not words or words[0].startswith("-"):
        session.run("python", "-m", "mutants", "write", "zero_usage")
        chosen = ["--filter", "exec.items.agent-message*,family:errors", "--no-golden"]
        run = ["--subject", "reports/mutants/zero_usage.toml", *chosen, "-o", RED_RUN]
        session.run("codex-parity", "run", *run, success_codes=[1])  # a mutant that is red
        words = [RED_RUN, *words]
    session.run("codex-parity", "journeys", *words)


@nox.session
def canary(session: nox.Session) -> None:
    """Play with keys and prompts of chance in the environment and in scenarios: no report, log, journal or archive holds a key."""
    session.install("-e", ".[real,otel]", *GROUPS["tests"])
    session.run("codex-parity", "subject", "install", "--missing-runtime", "report")
    session.run("python", "-m", "tests.canary", *session.posargs, env=STRICT)


@nox.session
def release_check(session: nox.Session) -> None:
    """The checklist of a release: `-- 0.1.0` (arguments go to `codex-parity release check`)."""
    session.install("-e", ".", *GROUPS["release"])
    session.run("codex-parity", "release", "check", *session.posargs)


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")


def _programs(session: nox.Session, *names: str) -> None:
    """Bring in what is missing where that can be done: with apt-get, a browser also with Playwright. What cannot be had is said later."""
    lacking = [name for name in names if not any(map(shutil.which, _names(name)))]
    if lacking and shutil.which("apt-get") is not None and _is_root():
        session.run(
            "apt-get", "install", "--yes", *lacking, external=True, success_codes=range(256)
        )
    if "chromium" in lacking and not any(map(shutil.which, BROWSERS)):
        session.run("playwright", "install", "chromium", success_codes=range(256))


def _names(program: str) -> tuple[str, ...]:
    return BROWSERS if program == "chromium" else (program,)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _schemas() -> list[str]:
    return sorted(str(path) for path in Path("schemas").rglob("*.json"))
