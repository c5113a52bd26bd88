"""Whether every control is shown both ways is judged by the fixtures that there are."""

from __future__ import annotations

from pathlib import Path

from policies.registry import read_controls
from policies.review.shown import INDEX, judge_shown, read_shown
from policies.verdict import Verdict
from tests.policies.review.made import control

ROOT = Path(__file__).resolve().parents[3]


def written(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def checkov_fixture(root: Path, *names: str) -> None:
    text = "".join(f'resource "aws_s3_bucket" "{name}" {{}}\n' for name in names)
    written(root, "tests/policies/checks/checkov/fixtures/CKV_AWS_7.tf", text)


def test_a_control_with_both_fixtures_holds(tmp_path: Path) -> None:
    checkov_fixture(tmp_path, "passing", "failing_open")
    judged = judge_shown("GOV-02", [control("KMS-02", "CKV_AWS_7")], tmp_path)
    assert (judged.verdict, judged.judged) == (Verdict.HOLDS, ("KMS-02",))


def test_a_control_without_a_fixture_is_violated(tmp_path: Path) -> None:
    judged = judge_shown("GOV-02", [control("KMS-02", "CKV_AWS_7")], tmp_path)
    assert judged.verdict is Verdict.VIOLATED
    checkov_fixture(tmp_path, "passing")
    (found,) = judge_shown("GOV-02", [control("KMS-02", "CKV_AWS_7")], tmp_path).findings
    assert "must be shown on something that does not, got none of CKV_AWS_7" in found.sentence


def test_a_check_counts_as_shown_wrong_only_where_something_is_violated(tmp_path: Path) -> None:
    text = "one: { control: A-01, violated: ['x: y'] }\ntwo: { control: A-02, right: ['x: y'] }\n"
    written(tmp_path, "tests/policies/checks/plan/expectations.yaml", text)
    shown = read_shown(tmp_path)
    assert shown.wrong == {"check:one"}
    assert shown.right == {"check:one", "check:two"}


def test_a_case_of_the_lint_shows_the_rule_that_it_is_about(tmp_path: Path) -> None:
    text = "- { about: size, found: [size, syntax] }\n- { about: version }\n"
    written(tmp_path, "tests/policies/iam/lint/cases.yaml", text)
    shown = read_shown(tmp_path)
    assert shown.wrong == {"lint:size", "lint:syntax"}
    assert shown.right == {"lint:version"}


def test_a_test_that_is_named_must_be_there(tmp_path: Path) -> None:
    written(tmp_path, "tests/test_a.py", "def test_right() -> None: ...\n")
    written(
        tmp_path,
        INDEX,
        "tool:a: { right: 'tests/test_a.py::test_right', wrong: 'tests/test_a.py::test_gone' }\n",
    )
    shown = read_shown(tmp_path)
    assert shown.right == {"tool:a"}
    assert not shown.wrong


def test_a_claim_that_nothing_breaks_is_not_shown(tmp_path: Path) -> None:
    written(tmp_path, "tests/test_a.py", "def test_it() -> None: ...\n")
    text = """\
- right: tests/test_a.py::test_it
  wrong: tests/test_a.py::test_it
  verifiers: { "invariant:a": [guardrails], "invariant:b": [] }
- right: tests/test_a.py::test_it
  wrong: tests/test_a.py::test_gone
  verifiers: { "network:c": [a route leads out] }
"""
    written(tmp_path, "tests/policies/invariants/shown.yaml", text)
    shown = read_shown(tmp_path)
    assert shown.right == {"invariant:a", "network:c"}
    assert shown.wrong == {"invariant:a"}


def test_each_claim_of_a_control_is_shown_by_itself(tmp_path: Path) -> None:
    """Not so what sees one resource: another check may show the same."""
    checkov_fixture(tmp_path, "passing", "failing_open")
    one = control("KMS-02", "CKV_AWS_7", "CKV_AWS_8", "invariant:a")
    told = [each.sentence for each in judge_shown("GOV-02", [one], tmp_path).findings]
    assert told == [
        "KMS-02: must be shown on something that keeps it, got none of invariant:a",
        "KMS-02: must be shown on something that does not, got none of invariant:a",
    ]


def test_every_control_of_the_registry_is_shown_both_ways() -> None:
    assert judge_shown("GOV-02", read_controls(), ROOT).findings == ()


def test_what_is_shown_here_is_judged_by_somebody() -> None:
    """A fixture of a verifier that no control names would show nothing."""
    shown = read_shown(ROOT)
    named = {verifier for each in read_controls() for verifier in each.verifiers}
    assert {each for each in shown.right | shown.wrong if each not in named} == set()
