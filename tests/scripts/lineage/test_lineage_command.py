"""The command tells a lineage as a tree, to programs, or draws it; a mismatch is exit code 1."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts import main
from tests.pipelines.attestations.cast import NOW
from tests.scripts.lineage.chain import ENDPOINT, Chain
from tests.scripts.releases.bureau import Command


@pytest.fixture
def chain() -> Chain:
    """A release that went the whole way."""
    made = Chain()
    made.lay(made.statement, "staging")
    return made


@pytest.fixture
def command(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command as the auditor."""
    monkeypatch.setattr("scripts.commands.lineage.now", lambda: NOW)
    monkeypatch.setattr(
        "scripts.commands.lineage.desk", lambda person, _model: chain.bureau.desk(person)
    )

    def run(*arguments: str, person: str = "omar") -> int:
        return main.main(["lineage", *arguments, "--as", person])

    return run


def test_an_endpoint_is_told_as_a_tree_and_agrees(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(ENDPOINT) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"endpoint {ENDPOINT}\n")
    assert "└─ definition" in out
    assert "everything that was asked is known and agrees" in err


def test_a_model_alone_is_that_of_its_production(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("breast-cancer", "--json") == 0
    assert json.loads(capsys.readouterr().out)["endpoint"] == ENDPOINT
    assert command("breast-cancer", "--account", "staging", "--json") == 0
    assert json.loads(capsys.readouterr().out)["account"] == "staging"


def test_a_mismatch_is_told_loudly_and_is_exit_code_1(
    command: Command, chain: Chain, capsys: pytest.CaptureFixture[str]
) -> None:
    chain.metadata(commit="f" * 40)
    assert command(ENDPOINT) == 1
    out, err = capsys.readouterr()
    assert "MISMATCH  commit" in out
    assert f"MISMATCH: commit {chain.release.commit[:12]}: commit: signed statement says" in err
    assert command("--from", chain.release.commit) == 1


def test_what_is_not_known_is_no_agreement_and_no_mismatch(
    command: Command, chain: Chain, capsys: pytest.CaptureFixture[str]
) -> None:
    chain.works.refuses = {"DescribeTrainingJob"}
    assert command(ENDPOINT) == 0
    err = capsys.readouterr().err
    assert "nothing contradicts; some of it is not known" in err
    assert "Not told here: jobs of the run" in err


def test_it_is_drawn_into_a_new_file_and_over_no_other(
    command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("lineage.html", "lineage.svg"):
        assert command(ENDPOINT, "--out", str(tmp_path / name)) == 0
        assert command(ENDPOINT, "--out", str(tmp_path / name)) == 2
    assert command(ENDPOINT, "--out", str(tmp_path / "lineage.pdf")) == 2
    assert command(ENDPOINT, "--out", str(tmp_path / "none" / "lineage.svg")) == 3
    err = capsys.readouterr().err
    assert "must be a file that is not there yet" in err
    assert "must end with .html or .svg" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lineage.html", "lineage.svg"]


def test_the_other_way_is_a_table(
    command: Command, chain: Chain, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("--from", chain.release.data.sha256) == 0
    out, err = capsys.readouterr()
    assert ENDPOINT in out
    assert f"made of it: {chain.release.package_arn}" in err
    assert command("--from", "9" * 64, "--json") == 0
    assert json.loads(capsys.readouterr().out)["packages"] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "must be asked for an ENDPOINT, or --from a VALUE"),
        ((ENDPOINT, "--from", "e" * 40), "must be asked for an ENDPOINT, or --from a VALUE"),
        (("--from", "e" * 40, "--account", "staging"), "must come without --out and --account"),
        (("gatehouse-prod",), "must be an endpoint or a model of the organisation"),
        ((ENDPOINT, "--account", "staging"), "must name one of production, got staging"),
        (("breast-cancer", "--account", "nowhere"), "nowhere"),
    ],
)
def test_what_names_no_endpoint_is_misuse(
    command: Command,
    arguments: tuple[str, ...],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command(*arguments) == 2
    assert sentence in capsys.readouterr().err
