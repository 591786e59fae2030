"""The command line as a person meets it: exit codes, messages that say what to do, files that are written."""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from harness.root import find_root, load_schemas
from tests.commandline import ROOT, codex_parity, environment, mutant

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]
ONE = "exec.items.agent-message"


def test_a_filter_that_fits_nothing_exits_4_and_names_what_is_near(tmp_path: Path) -> None:
    """Provenance: issue text; zero cases is never a pass."""
    ended = codex_parity("run", "--filter", "exec.items.agent-mesage", folder=tmp_path)

    assert ended.code == 4
    assert "no scenario fits `exec.items.agent-mesage`" in ended.err
    assert ONE in ended.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--subject", "openai-codexsdk"], "Did you mean openai-codex-sdk?"),
        (["run", "--subject", "reference"], "`reference` twice"),
        (["run", "--jobs", "0"], "0 is not in the range"),
        (["run", "--colour"], "No such option"),
        (["replay"], "Missing argument 'ID|FILE'"),
        (["report", "nowhere.jsonl"], "does not exist"),
        (["baseline", "update", "--reason", "because"], "is not one of"),
        (["baseline", "update", "--reason", "sdk-bug"], "neither --because nor --issue"),
        (["baseline", "check", "--run", "nowhere.jsonl"], "Run `codex-parity run` first"),
        (["driver", "check", "nobody"], "no subject `nobody`"),
        (["fly"], "No such command"),
    ],
)
def test_a_wrong_call_exits_2_and_says_what_to_do(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    """Provenance: issue text, a message for every wrong use."""
    ended = codex_parity(*arguments, folder=tmp_path)

    assert ended.code == 2, ended.out + ended.err
    assert message in ended.err
    assert "Traceback" not in ended.err


def test_baselines_are_never_written_in_ci(tmp_path: Path) -> None:
    """Provenance: issue text, `baseline update` refuses in CI."""
    ended = codex_parity(
        "baseline",
        "update",
        "--reason",
        "sdk-bug",
        "--because",
        "x",
        folder=tmp_path,
        env=environment(CI="true"),
    )

    assert ended.code == 2
    assert "never written in CI" in ended.err


@pytest.fixture(scope="module")
def without_node(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment whose PATH holds nothing but a Python."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "python3").symlink_to(sys.executable)
    return environment(PATH=str(folder))


@pytest.mark.requirement("P-22")
@pytest.mark.parametrize(("policy", "code"), [("report", 4), ("fail", 4)])
def test_a_subject_without_its_runtime_is_named_everywhere_and_compares_nothing(
    policy: str, code: int, without_node: dict[str, str], tmp_path: Path
) -> None:
    """Provenance: decisions/0006; alone it leaves nothing compared, which is never a pass whatever the policy."""
    ended = codex_parity(
        "run", "--subject", "openai-typescript", "--filter", ONE, "--missing-runtime", policy, "--no-golden",
        folder=tmp_path, env=without_node,
    )  # fmt: skip

    assert ended.code == code, ended.out + ended.err
    (result,) = ended.results()
    assert result["verdict"] == "could_not_run"
    assert "Install Node.js" in str(result["reason"])
    assert "Install Node.js" in ended.out
    for name in ("index.html", "summary.json", "junit.xml"):
        assert "Install Node.js" in (tmp_path / name).read_text("utf-8")


@pytest.mark.parametrize(("policy", "code"), [("report", 0), ("fail", 4)])
def test_a_missing_runtime_beside_a_subject_at_parity_weighs_by_policy(
    policy: str, code: int, without_node: dict[str, str], tmp_path: Path
) -> None:
    """Provenance: decisions/0006; through the public command line."""
    text = (ROOT / "subjects/reference/subject.toml").read_text("utf-8")
    (tmp_path / "twin.toml").write_text(
        text.replace('name = "reference"', 'name = "twin"'), "utf-8"
    )

    ended = codex_parity(
        "run", "--subject", "openai-typescript", "--subject", str(tmp_path / "twin.toml"), "--filter", ONE,
        "--missing-runtime", policy, "--no-golden", folder=tmp_path, env=without_node,
    )  # fmt: skip

    assert ended.code == code, ended.out + ended.err
    assert {str(line["verdict"]) for line in ended.results()} == {"match", "could_not_run"}
    assert "Install Node.js" in ended.out


@pytest.fixture(scope="module")
def red(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of a run that found a divergence."""
    folder = tmp_path_factory.mktemp("red")
    subject = mutant("zero_usage", folder)
    ended = codex_parity("run", "--subject", subject, "--filter", ONE, "--no-golden", folder=folder)
    assert ended.code == 1, ended.out + ended.err
    assert "mutant-zero-usage" in ended.out
    return folder


def test_every_line_of_the_run_file_fits_its_schema(red: Path) -> None:
    """Provenance: schemas/run.json, the contract of the run file."""
    schemas = load_schemas(find_root(ROOT))
    lines = [
        json.loads(line) for line in (red / "run.jsonl").read_text("utf-8").split("\n") if line
    ]

    problems = [problem for line in lines if (problem := schemas.first_problem("run", line))]
    assert problems == []
    assert [line["kind"] for line in lines][:1] == ["header"]
    assert [line["kind"] for line in lines][-1:] == ["footer"]


@pytest.mark.requirement("R4-21", "F22", "P-24")
def test_the_summary_fits_its_schema_and_names_plane_path_and_level(red: Path) -> None:
    """Provenance: schemas/summary.json; issue text."""
    summary = json.loads((red / "summary.json").read_text("utf-8"))

    assert load_schemas(find_root(ROOT)).first_problem("summary", summary) is None
    assert summary["exit"] == 1
    text = json.dumps(summary)
    assert "usage.input_tokens" in text
    assert "contract" in text


def test_the_other_reports_are_there_and_readable(red: Path) -> None:
    """Provenance: issue text, reports/parity/."""
    suite = ET.parse(red / "junit.xml").getroot()

    assert suite.find(".//failure") is not None
    assert "usage.input_tokens" in (red / "index.html").read_text("utf-8")
    assert list((red / "allure-results").glob("*-result.json"))


def test_a_program_can_read_the_summary_from_stdout(tmp_path: Path) -> None:
    """Provenance: issue text, `--json` where a program may read it."""
    subject = mutant("zero_usage", tmp_path)
    ended = codex_parity(
        "run", "--subject", subject, "--filter", ONE, "--no-golden", "--json", folder=tmp_path
    )

    assert json.loads(ended.out)["exit"] == ended.code == 1


def test_replay_shows_each_difference_with_plane_path_and_level(tmp_path: Path) -> None:
    """Provenance: issue text, `replay <id>`."""
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    (tmp_path / "subjects").symlink_to(ROOT / "subjects")
    (tmp_path / "schemas").symlink_to(ROOT / "schemas")
    subject = mutant("zero_usage", tmp_path)

    ended = codex_parity("replay", ONE, "--subject", subject, folder=tmp_path, cwd=tmp_path)

    assert ended.code == 1, ended.out + ended.err
    assert "usage.input_tokens" in ended.out
    assert "contract" in ended.out
    assert (tmp_path / f"reports/replay/{ONE}/index.html").is_file()


def test_list_gives_ids_a_table_and_json(tmp_path: Path) -> None:
    """Provenance: issue text, `codex-parity list`."""
    ids = codex_parity("list", "--format", "ids", folder=tmp_path).out.split()
    table = codex_parity("list", folder=tmp_path).out
    rows = json.loads(
        codex_parity("list", "--format", "json", "--filter", ONE, folder=tmp_path).out
    )

    assert ONE in ids
    assert f"{len(ids)} scenarios" in table
    assert [row["id"] for row in rows] == [ONE]


@pytest.mark.requirement("P-22")
def test_doctor_names_what_is_lacking(without_node: dict[str, str], tmp_path: Path) -> None:
    """Provenance: issue text, `doctor`; one line each with what to do."""
    ended = codex_parity("doctor", folder=tmp_path, env=without_node)

    assert ended.code == 3
    assert "lack  openai-typescript" in ended.out
    assert "Install Node.js" in ended.out
    assert "ok    codex-parity" in ended.out


def test_a_scenario_that_is_wrong_is_refused_with_what_and_where(tmp_path: Path) -> None:
    """Provenance: issue text, `what @ $.path`."""
    for name in ("subjects", "schemas"):
        (tmp_path / name).symlink_to(ROOT / name)
    folder = tmp_path / "fixtures/scenarios/items"
    folder.mkdir(parents=True)
    text = (ROOT / "fixtures/scenarios/items/agent-message.yaml").read_text("utf-8")
    (folder / "agent-message.yaml").write_text(
        text.replace("family: items", "family: itms"), "utf-8"
    )

    ended = codex_parity("list", folder=tmp_path, cwd=tmp_path)

    assert ended.code == 2
    assert "@ fixtures/scenarios/items/agent-message.yaml $.family" in ended.err
    assert "at fault: the scenario" in ended.err
