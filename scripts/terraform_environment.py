"""The environment that Terraform is started with."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CONFIGURATION = "TF_CLI_CONFIG_FILE"
PLUGIN_CACHE = "TF_PLUGIN_CACHE_DIR"
# What would change the command lines or the logs behind this program's back.
# TF_STATE_PERSIST_INTERVAL can only make the state of a killed run staler: Terraform takes no less
# than its 20 s (https://github.com/hashicorp/terraform/pull/35176).
_DROPPED = (
    "TF_CLI_ARGS",
    "TF_DATA_DIR",
    "TF_INPUT",
    "TF_STATE_PERSIST_INTERVAL",
    "TF_WORKSPACE",
)
# A provider's schema is read at each start and kept: Go's collector walks all of it for nothing.
# Looking less often takes a quarter off the processor time of a plan; the limit on memory makes it
# look more often again. https://pkg.go.dev/runtime#hdr-Environment_Variables
_COLLECTOR = {"GOGC": "400", "GOMEMLIMIT": "2GiB"}


@dataclass(frozen=True)
class TerraformEnvironment:
    """Variables for Terraform, and what the user should be told about them, once."""

    variables: Mapping[str, str]
    warning: str | None


def terraform_environment(environ: Mapping[str, str], cache: Path) -> TerraformEnvironment:
    """Take the user's environment over, honouring their Terraform CLI configuration untouched.

    A configuration file that is named but missing is dropped, or Terraform would repeat its
    warning with each command. Where the user has no configuration at all, providers are kept
    in `cache`, so that each root does not fetch its own copy.
    """
    variables = {
        name: value
        for name, value in environ.items()
        if name not in _DROPPED and not name.startswith("TF_CLI_ARGS_")
    }
    if not variables.keys() & _COLLECTOR.keys():
        variables |= _COLLECTOR
    variables["TF_IN_AUTOMATION"] = "1"
    variables["CHECKPOINT_DISABLE"] = "1"
    named = variables.get(CONFIGURATION)
    warning = None
    if named and not Path(named).is_file():
        del variables[CONFIGURATION]
        warning = (
            f"{CONFIGURATION}: must name a file, got {named}, which does not exist; "
            "going on without it"
        )
    if not _has_configuration(variables) and PLUGIN_CACHE not in variables:
        cache.mkdir(parents=True, exist_ok=True)
        variables[PLUGIN_CACHE] = str(cache)
    return TerraformEnvironment(variables, warning)


@contextmanager
def one_at_a_time(variables: Mapping[str, str]) -> Iterator[None]:
    """Let one initialisation at a time write into the provider cache, which no lock guards."""
    cache = variables.get(PLUGIN_CACHE)
    if cache is None:
        yield
        return
    with Path(cache).with_suffix(".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _has_configuration(variables: Mapping[str, str]) -> bool:
    home = Path(variables.get("HOME", "/nonexistent"))
    return bool(variables.get(CONFIGURATION)) or (home / ".terraformrc").is_file()
