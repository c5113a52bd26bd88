"""The check of compiled definitions names the first line that differs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.definitions.compile import check
from pipelines.errors import Finding

ROOT = Path(__file__).parents[3]


def test_a_fresh_definition_passes(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}\n", "utf-8")
    check(tmp_path / "x.json", "{}\n")


@pytest.mark.parametrize(
    ("committed", "fresh", "place"),
    [
        ("a\nb\nc\n", "a\nB\nc\n", "x.json line 2: must equal a fresh compile"),
        ("a\n", "a\nb\n", "x.json line 2: must equal"),
        ("a\nb\n", "a\n", "x.json line 2: must equal"),
        ("a\n\n", "a\n", "x.json line 2: must equal"),
        ("a", "a\n", "x.json line 1: must equal"),
        ("", "a\n", "x.json line 1: must equal"),
    ],
)
def test_a_stale_definition_is_refused_with_its_line(
    tmp_path: Path, committed: str, fresh: str, place: str
) -> None:
    (tmp_path / "x.json").write_text(committed, "utf-8")
    with pytest.raises(Finding) as finding:
        check(tmp_path / "x.json", fresh)
    assert str(finding.value).startswith(f"{tmp_path}/{place}")


def test_a_definition_that_was_never_compiled_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Finding, match=r"x\.json line 1: must equal a fresh compile"):
        check(tmp_path / "x.json", "a\n")


def test_without_the_sdk_compiling_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['sagemaker'] = None;"
        "from pipelines.definitions.compile import main; sys.exit(main(['--check']))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 3
    assert "must run where the SageMaker SDK is installed" in result.stderr
    assert "Traceback" not in result.stderr


def test_nothing_but_the_authoring_modules_imports_the_sdk() -> None:
    authoring = {
        *("attempt.py", "card.py", "choices.py", "compile.py", "jobs.py", "reports.py"),
        *("search.py", "tabular.py", "trial.py"),
    }
    importing = {
        path.relative_to(ROOT).as_posix()
        for folder in ("pipelines", "scripts", "twin")
        for path in (ROOT / folder).rglob("*.py")
        if any(
            line.lstrip().startswith(("import sagemaker", "from sagemaker"))
            for line in path.read_text("utf-8").splitlines()
        )
    }
    assert importing == {f"pipelines/definitions/{name}" for name in authoring}
