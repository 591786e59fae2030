"""IO: ``codex-parity``, the group of commands, and the one place where an error becomes text and an exit code."""

from __future__ import annotations

import io
import sys
from importlib.metadata import version

import click
from rich.console import Console

from harness.cli import (
    baseline,
    bisect,
    codex,
    compare,
    coverage,
    diff,
    drift,
    driver,
    fidelity,
    findings,
    fuzz,
    gate,
    inspect,
    journeys,
    matrix,
    merge,
    noise,
    outputs,
    publish,
    record,
    release,
    run,
    schema,
    show,
    shrink,
    subject,
    teardown,
    upkeep,
)
from harness.errors import EXIT_INTERRUPTED, EXIT_USAGE, ParityError
from harness.jsonvalue import allow_deep_values


class _Group(click.Group):
    """Renders our errors: what @ where, whose fault, what to do; nothing else of a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ParityError as error:
            stderr = Console(stderr=True, highlight=False, soft_wrap=True)
            stderr.print("error:", style="bold red", end=" ")
            stderr.print(str(error), markup=False)
            stderr.print(f"  at fault: {error.fault}", markup=False, style="dim")
            sys.exit(error.exit_code)
        except (PermissionError, NotADirectoryError, IsADirectoryError, FileExistsError) as error:
            stderr = Console(stderr=True, highlight=False, soft_wrap=True)
            stderr.print("error:", style="bold red", end=" ")
            stderr.print(f"{error.strerror} @ {error.filename}", markup=False)
            stderr.print("  at fault: the call", markup=False, style="dim")
            sys.exit(EXIT_USAGE)
        except KeyboardInterrupt:
            click.echo(
                "interrupted: nothing was left running; the run file has no footer", err=True
            )
            sys.exit(EXIT_INTERRUPTED)


@click.group(
    cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(version("codex-parity"), prog_name="codex-parity")
def main() -> None:
    """Play one scenario to several Codex SDKs, compare what each sent, showed and left behind.

    \b
    Exit codes: 0 parity, 1 divergence, 2 wrong use, 3 driver or harness error,
    4 nothing or not everything was checked, 5 stale baseline or golden, 130 interrupted.
    """
    allow_deep_values()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A pipe on Windows has the code page of the machine, which has no check mark; who reads a pipe expects UTF-8.
            utf8 = sys.platform == "win32" and not stream.isatty()
            stream.reconfigure(encoding="utf-8" if utf8 else None, errors="backslashreplace")


main.add_command(run.run)
main.add_command(run.replay)
main.add_command(matrix.matrix)
main.add_command(merge.merge_command)
main.add_command(compare.compare)
main.add_command(diff.diff)
main.add_command(gate.gate)
main.add_command(noise.noise)
main.add_command(findings.findings)
main.add_command(journeys.journeys)
main.add_command(outputs.outputs)
main.add_command(publish.publish)
main.add_command(release.release)
main.add_command(show.show)
main.add_command(shrink.shrink)
main.add_command(fuzz.fuzz)
main.add_command(inspect.list_)
main.add_command(coverage.coverage)
main.add_command(inspect.report)
main.add_command(inspect.doctor)
main.add_command(inspect.golden)
main.add_command(baseline.baseline)
main.add_command(codex.codex)
codex.codex.add_command(schema.schema)
main.add_command(record.record)
main.add_command(drift.drift)
main.add_command(bisect.bisect)
main.add_command(fidelity.fidelity)
main.add_command(teardown.teardown)
main.add_command(driver.driver)
main.add_command(subject.subject)
main.add_command(upkeep.gc)
main.add_command(upkeep.tail)
