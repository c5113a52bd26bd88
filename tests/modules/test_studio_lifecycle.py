"""What runs first in Studio: packages from the account's own source, commits under one's name."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "modules" / "studio" / "lifecycle" / "prepare.sh"
_FAKE = '#!/bin/bash\necho "${0##*/} $*" >> "$CALLS"\n'
_ROLE = "arn:aws:iam::111111111111:role/acme-lab-studio-sofia-k"


def _run(folder: Path, **tokens: str) -> list[str]:
    text = SCRIPT.read_text("utf-8")
    for token, value in tokens.items():
        text = text.replace(f"<{token.replace('_', '-')}>", value)
    script = folder / "prepare.sh"
    script.write_text(text, "utf-8")
    programs = folder / "bin"
    programs.mkdir()
    for name in ("aws", "git", "pip"):
        (programs / name).write_text(_FAKE, "utf-8")
        (programs / name).chmod(0o755)
    metadata = folder / "metadata.json"
    metadata.write_text(json.dumps({"ExecutionRoleArn": _ROLE}), "utf-8")
    environment = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "CALLS": str(folder / "calls"),
        "STUDIO_METADATA": str(metadata),
    }
    subprocess.run(["bash", str(script)], env=environment, check=True, timeout=30)
    return (folder / "calls").read_text("utf-8").splitlines()


def test_the_script_takes_packages_from_the_accounts_own_source(tmp_path: Path) -> None:
    calls = _run(
        tmp_path,
        region="eu-west-1",
        account_id="111111111111",
        package_domain="acme",
        package_repository="python",
    )

    assert (
        "aws codeartifact login --tool pip --region eu-west-1 --domain-owner 111111111111 "
        "--domain acme --repository python --duration-seconds 43200"
    ) in calls
    assert "git config --global user.name sofia-k" in calls


def test_the_script_asks_nobody_where_there_is_no_source(tmp_path: Path) -> None:
    calls = _run(tmp_path, package_domain="", package_repository="")

    assert not [call for call in calls if not call.startswith("git config ")]
