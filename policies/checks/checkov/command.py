"""The one way in which checkov runs: offline, on one plan, pinned checks and a signed pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

PACK = Path(__file__).with_name("pack")
PUBLIC_KEY = Path(__file__).with_name("pack-key.pem")


def checkov_command(
    environment: Path, plan: Path, checks: Sequence[str], pack: Path = PACK, key: Path = PUBLIC_KEY
) -> tuple[str, ...]:
    """Build the command; `environment` is the folder of checkov's own environment.

    Only checks that are named run, and the pack only if every file of it is signed with the key:
    https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
    """
    return (
        str(environment / "bin" / "python"),
        str(environment / "bin" / "checkov"),
        "--file",
        str(plan),
        "--framework",
        "terraform_plan",
        "--check",
        ",".join(checks),
        "--external-checks-dir",
        str(pack),
        "--external-checks-public-key",
        str(key),
        "--skip-download",
        "--output",
        "json",
        "--compact",
    )


def checkov_environment(surrounding: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that checkov runs with: nothing of the caller's own settings.

    A fixed hash seed keeps its order, a file that it cannot read is an error, and nothing looks
    for a newer version or a platform to send results to.
    """
    kept = {name: surrounding[name] for name in ("PATH", "HOME", "TMPDIR") if name in surrounding}
    return {
        **kept,
        "CKV_PARSE_ERROR_FAIL": "true",
        "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true",
        "LANG": "C.UTF-8",
        "LOG_LEVEL": "WARNING",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
    }
