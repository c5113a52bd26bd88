"""A dossier tells one release, and what of it holds is found without any account."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipelines.canonical import canonical_json, sha256_of
from scripts import main
from scripts.releases.dossier import gather, write
from scripts.releases.dossier_page import page
from scripts.releases.dossier_plot import metrics, plot
from tests.pipelines.attestations.cast import EXECUTION, MODEL, NOW, approver
from tests.scripts.releases.bureau import EARLIER, Bureau

APPROVE = ("approve", MODEL, "--summary", "better recall", "--ticket", "CHG-7")


@pytest.fixture
def bureau(monkeypatch: pytest.MonkeyPatch) -> Bureau:
    """A release that two people have approved."""
    made = Bureau()
    monkeypatch.setattr("scripts.commands.release.now", lambda: NOW)
    for person in ("rita", "rob"):
        monkeypatch.setattr(
            "scripts.commands.release.desk", lambda _p, _m, person=person: made.desk(person)
        )
        assert main.main(["release", *APPROVE]) == 0
    return made


@pytest.fixture
def folder(bureau: Bureau, tmp_path: Path) -> Path:
    """Its dossier."""
    dossier = gather(bureau.office(), EXECUTION, NOW)
    write(dossier, page(dossier), tmp_path / "dossier")
    return tmp_path / "dossier"


def verify(folder: Path, *arguments: str) -> int:
    """Run the command; it asks nobody."""
    return main.main(["release", "verify", str(folder), *arguments])


def rules(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    """Give what each rule of production says, or a rule of no account."""
    capsys.readouterr()
    verify(folder, "--json", *arguments)
    found = json.loads(capsys.readouterr().out)
    return {
        each["rule"]: each["held"]
        for each in found["rules"]
        if each["account"] in (None, "production")
    }


def change(folder: Path, path: str, made: Callable[[bytes], bytes]) -> None:
    """Change a file, and dossier.json to go with it, as a careful forger would."""
    place = folder / path
    place.write_bytes(made(place.read_bytes()))
    document = json.loads((folder / "dossier.json").read_bytes())
    document["files"][path] = sha256_of(place.read_bytes())
    (folder / "dossier.json").write_bytes(canonical_json(document))


def test_a_dossier_holds_what_was_signed_reported_and_decided(folder: Path) -> None:
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == {
        *("dossier.html", "dossier.json", "evaluation.json"),
        *("release.json", "release.dsse.json"),
        *("tests/staging/test-report.json", "tests/staging/test-report.dsse.json"),
        *("approvals/rita-20261201T120000Z.dsse.json", "approvals/rob-20261201T120000Z.dsse.json"),
        *("trusted-keys/production.json", "trusted-keys/staging.json"),
        *("reports/staging/deployment.json",),
        *("running/release.json", "running/release.dsse.json", "running/evaluation.json"),
        *("running/tests/staging/test-report.json",),
        *("running/tests/staging/test-report.dsse.json", "running/reports/staging/deployment.json"),
    }
    facts = json.loads((folder / "dossier.json").read_bytes())
    assert facts["running"]["execution_id"] == EARLIER
    assert [each["rule"] for each in facts["judged"]] == [None, None]


def test_everything_holds_of_what_was_approved(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(folder) == 0
    told = capsys.readouterr()
    assert "everything that was asked holds" in told.err
    assert approver("rita").key.fingerprint in told.err
    found = rules(folder, capsys)
    # Only the target has the source that it deploys from, and its own word on what it takes.
    assert {rule for rule, held in found.items() if held is None} == {
        *("source-is-the-stated-one", "promoted-as-told-here"),
    }


def test_it_holds_by_keys_that_the_reader_brings(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.json"
    own.write_bytes((folder / "trusted-keys/production.json").read_bytes() + b"\n")
    assert verify(folder, "--trusted", str(own)) == 0
    assert "keys are those in the dossier" not in capsys.readouterr().err
    document = json.loads(own.read_bytes())
    document["keys"] = [key for key in document["keys"] if key["signer"] != "build"]
    own.write_bytes(canonical_json(document))
    assert verify(folder, "--trusted", str(own)) == 1
    assert "does not hold: signature-of-release" in capsys.readouterr().err


@pytest.mark.parametrize(
    "path", ["release.json", "dossier.html", "approvals/rob-20261201T120000Z.dsse.json"]
)
def test_one_altered_byte_is_found(
    folder: Path, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = folder / path
    place.write_bytes(place.read_bytes()[:-1] + b" ")
    assert verify(folder) == 1
    assert "does not hold: files-are-those-listed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "old", "new", "rule"),
    [
        (
            "release.json",
            b'"initial_instance_count":3',
            b'"initial_instance_count":4',
            "statement-is-of-these-bytes",
        ),
        ("release.dsse.json", b'"sig":"M', b'"sig":"N', "signature-of-release"),
        ("tests/staging/test-report.json", b"143", b"999", "tests-of-this-release"),
        ("tests/staging/test-report.dsse.json", b'"sig":"M', b'"sig":"N', "tests-signed"),
        ("evaluation.json", b"0.99", b"0.10", "evaluation-is-the-released-one"),
    ],
)
def test_a_careful_forger_is_found_by_a_rule(
    folder: Path,
    path: str,
    old: bytes,
    new: bytes,
    rule: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    change(folder, path, lambda content: content.replace(old, new, 1))
    assert verify(folder) == 1
    assert rules(folder, capsys)[rule] is False


def test_an_approval_that_was_left_out_is_missed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "approvals/rob-20261201T120000Z.dsse.json").unlink()
    document = json.loads((folder / "dossier.json").read_bytes())
    del document["files"]["approvals/rob-20261201T120000Z.dsse.json"]
    (folder / "dossier.json").write_bytes(canonical_json(document))
    assert verify(folder) == 1
    assert rules(folder, capsys)["enough-approvers"] is False


@pytest.mark.parametrize("path", ["more.txt", "tests/more.json"])
def test_a_file_that_is_not_listed_is_found(
    folder: Path, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / path).write_text("more")
    assert verify(folder, "--json") == 1
    [only] = json.loads(capsys.readouterr().out)["rules"]
    assert only["detail"].endswith("got a file that is not listed")


def test_a_link_is_no_file(folder: Path) -> None:
    (folder / "evaluation.json").unlink()
    (folder / "evaluation.json").symlink_to(folder / "running" / "evaluation.json")
    assert verify(folder) == 1


def test_before_the_decision_a_dossier_lacks_approvals_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dossier = gather(Bureau().office(), EXECUTION, NOW)
    write(dossier, page(dossier), tmp_path / "early")
    assert verify(tmp_path / "early") == 1
    assert "does not hold: approvals-signed" in capsys.readouterr().err
    assert verify(tmp_path / "early", "--undecided") == 0


def test_a_folder_without_a_dossier_is_no_dossier(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(tmp_path) == 2
    assert "must be a folder that holds dossier.json" in capsys.readouterr().err


def test_a_folder_that_holds_something_is_left_alone(
    bureau: Bureau,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    monkeypatch.setattr("scripts.commands.release_dossier.desk", lambda _p, _m: bureau.desk())
    assert main.main(["release", "dossier", MODEL, "--out", str(tmp_path)]) == 2
    assert "must be a folder that is empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


class _Links(HTMLParser):
    """Everything that a page would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "img", "iframe", "object"):
            self.found.append(tag)
        self.found += [
            str(value)
            for name, value in attrs
            if name in ("src", "href") and not str(value).startswith("#")
        ]


def test_the_page_fetches_and_runs_nothing(folder: Path) -> None:
    text = (folder / "dossier.html").read_text("utf-8")
    links = _Links()
    links.feed(text)
    assert links.found == []
    assert "default-src &#39;none&#39;;" in text
    assert not re.search(r"url\(|@import", text)


def test_the_page_tells_what_changes_and_who_approved(folder: Path, bureau: Bureau) -> None:
    text = (folder / "dossier.html").read_text("utf-8")
    release = bureau.statement.release
    for each in (
        *(release.id, "runs now", "0.9900", "0.9700", "+0.0200", "staging: passed"),
        *("better recall (CHG-7)", "who registered the version: sofia", "production would deploy"),
        *(approver("rob").key.fingerprint, "3 of ml.m5.large", "2 of ml.m5.large", "threshold"),
    ):
        assert each in text, each


def test_what_somebody_wrote_does_not_become_part_of_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bureau = Bureau()
    monkeypatch.setattr("scripts.commands.release.now", lambda: NOW)
    monkeypatch.setattr("scripts.commands.release.desk", lambda _p, _m: bureau.desk())
    words = ("approve", MODEL, "--summary", "<script>alert(1)</script>", "--ticket", "<b>")
    assert main.main(["release", *words]) == 0
    text = page(gather(bureau.office(), EXECUTION, NOW))
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_the_first_release_has_nothing_beside_it(tmp_path: Path) -> None:
    bureau = Bureau()
    del bureau.pipelines.runs[EARLIER]
    dossier = gather(bureau.office(), EXECUTION, NOW)
    assert dossier.facts["running"] is None
    text = page(dossier)
    assert "this would be the first release" in text
    assert "runs now" not in text


def test_a_plot_keeps_shares_on_one_scale_and_others_on_their_own() -> None:
    now = {"m": {"auc": {"value": 0.5}, "mse": {"value": 10.0}, "confusion_matrix": {"a": {}}}}
    then = {"m": {"mse": {"value": 20.0}, "r2": {"value": -3.0}}}
    auc, mse, r2 = plot(metrics(now, then)).marks
    assert (auc.now_x, auc.running_x, auc.scale) == (170.0, None, "0 to 1")
    assert (mse.now_x, mse.running_x, mse.scale) == (170.0, 332.0, "0 to 20")
    assert r2.running_x == 8.0
    assert mse.metric.difference == -10.0
