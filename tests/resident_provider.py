"""One process of the real AWS provider for all commands of tests, instead of one for each run.

Starting the provider costs seconds of CPU, and `terraform test` starts it for every run. Terraform
attaches to a provider that runs already where TF_REATTACH_PROVIDERS names it
(https://developer.hashicorp.com/terraform/plugin/debugging); what the provider does is the same.
One process holds one configuration at a time: it suits a module, not a root with aliases.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_TOLD = re.compile(r"TF_REATTACH_PROVIDERS='(\{.*\})'")
_LIMIT = 60


@contextmanager
def resident_provider(
    data_folder: Path, variables: Mapping[str, str], log: Path
) -> Iterator[dict[str, str]]:
    """Give the variables with which Terraform uses one process of the provider.

    The provider is the one that `terraform init` installed below the data folder, and checked
    against the lock. Raises TimeoutError where it does not start.
    """
    (binary,) = data_folder.glob("providers/*/hashicorp/aws/*/*/terraform-provider-aws_*")
    with log.open("w") as output:
        process = subprocess.Popen(
            [str(binary), "-debug"],
            env=dict(variables),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield {**variables, "TF_REATTACH_PROVIDERS": _attachment(log, process)}
    finally:
        # The process that answers is a child of the one that was started.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(_LIMIT)


def _attachment(log: Path, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + _LIMIT
    while time.monotonic() < end and process.poll() is None:
        if told := _TOLD.search(log.read_text("utf-8", "replace")):
            return told[1]
        time.sleep(0.05)
    raise TimeoutError(f"{log}: must tell how to attach within {_LIMIT} s, got {log.read_text()}")
