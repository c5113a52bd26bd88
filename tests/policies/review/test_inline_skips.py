"""Exceptions in comments are found wherever a scanner would read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from policies.review.inline_skips import judge_inline_skips
from policies.verdict import Verdict

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "comment",
    [
        "#checkov:skip=CKV_AWS_18",
        "# checkov:skip=CKV_AWS_18:it is the log bucket",
        "// bridgecrew:skip=CKV_AWS_18: because",
        "#cortex:skip=CKV_AWS_18",
        "# trivy:ignore:AVD-AWS-0089",
        "#tfsec:ignore:aws-s3-enable-bucket-logging",
        "# kics-scan ignore-line",
    ],
)
def test_an_exception_in_a_comment_is_found_at_its_line(tmp_path: Path, comment: str) -> None:
    folder = tmp_path / "modules" / "bucket"
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(f'resource "aws_s3_bucket" "this" {{\n  {comment}\n}}\n')
    judged = judge_inline_skips("GOV-06", tmp_path)
    assert judged.verdict is Verdict.VIOLATED
    (found,) = judged.findings
    assert (found.source.file, found.source.line) == ("modules/bucket/main.tf", 2)


def test_words_about_checkov_are_no_exception(tmp_path: Path) -> None:
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "main.tf").write_text("# checkov is told by a waiver to skip nothing\n")
    judged = judge_inline_skips("GOV-06", tmp_path)
    assert judged.verdict is Verdict.HOLDS
    assert judged.judged == ("modules/main.tf",)


def test_this_platform_has_none_and_every_terraform_file_was_read() -> None:
    judged = judge_inline_skips("GOV-06", ROOT)
    assert judged.findings == ()
    for folder in ("accounts", "modules", "terraform"):
        for path in (ROOT / folder).rglob("*.tf"):
            if not any(part.startswith(".") for part in path.relative_to(ROOT).parts):
                assert path.relative_to(ROOT).as_posix() in judged.judged
