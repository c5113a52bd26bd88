"""What must hold of a resource, by kind, each rule under the control that it enforces."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipelines.detective.facts import Facts
from pipelines.detective.subjects import Kind

_IMAGE = re.compile(r"^(\d{12})\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/[^@:]+(.*)$")


@dataclass(frozen=True)
class Platform:
    """Where resources may be: account, region and the subnets that lead nowhere else."""

    account_id: str
    region: str
    subnet_ids: frozenset[str]


@dataclass(frozen=True)
class Breach:
    """A rule that does not hold: its control, what must hold, what was found."""

    control: str
    must_hold: str
    got: str

    def __str__(self) -> str:
        return f"{self.control}: {self.must_hold}, got {self.got}"


Judge = Callable[[Facts, Platform], str | None]
"""Returns what was found where the rule does not hold, and None where it does."""


@dataclass(frozen=True)
class Rule:
    """One rule: a missing value never fulfils it."""

    control: str
    must_hold: str
    judge: Judge


def breaches_of(facts: Facts, platform: Platform) -> tuple[Breach, ...]:
    """Return every rule of the kind that does not hold."""
    found = []
    for rule in _RULES[facts.kind]:
        got = rule.judge(facts, platform)
        if got is not None:
            found.append(Breach(rule.control, rule.must_hold, got))
    return tuple(found)


def undeclared(call: str) -> tuple[Breach, ...]:
    """Return the breach of a call that nobody has declared."""
    control = "SME-14" if call == "PutEndpointPolicy" else "SME-19"
    return (Breach(control, "nobody may make what no condition can bind to the network", call),)


def _isolated(facts: Facts, _platform: Platform) -> str | None:
    return None if facts.isolated and all(facts.isolated) else "no isolation"


def _traffic(facts: Facts, _platform: Platform) -> str | None:
    if facts.encrypts_traffic and all(facts.encrypts_traffic):
        return None
    return "traffic in plain text"


def _network(facts: Facts, _platform: Platform) -> str | None:
    if facts.networks and all(network.subnets and network.groups for network in facts.networks):
        return None
    return "no network of its own"


def _subnets(facts: Facts, platform: Platform) -> str | None:
    foreign = {subnet for network in facts.networks for subnet in network.subnets}
    foreign -= platform.subnet_ids
    return ", ".join(sorted(foreign)) or None


def _volume_key(facts: Facts, platform: Platform) -> str | None:
    return _wrong_key(facts.volume_keys, platform) if facts.volume_keys else "no key"


def _output_key(facts: Facts, platform: Platform) -> str | None:
    return _wrong_key(facts.output_keys, platform)


def _wrong_key(keys: tuple[str | None, ...], platform: Platform) -> str | None:
    for key in keys:
        if not key:
            return "no key"
        if not _own_key(key, platform):
            return key
    return None


def _own_key(key: str, platform: Platform) -> bool:
    """Tell whether a key is a customer's in this account and region."""
    name = key
    if key.startswith("arn:"):
        parts = key.split(":", 5)
        if len(parts) != 6 or parts[2:5] != ["kms", platform.region, platform.account_id]:
            return False
        name = parts[5]
    return not name.startswith("alias/aws/")


def _own_image(facts: Facts, platform: Platform) -> str | None:
    for image in facts.images:
        found = _IMAGE.match(image)
        if found is None or found[1] != platform.account_id:
            return image
    return None


def _pinned_image(facts: Facts, _platform: Platform) -> str | None:
    return next((image for image in facts.images if "@sha256:" not in image), None)


def _setting(name: str, wanted: str) -> Judge:
    def judge(facts: Facts, _platform: Platform) -> str | None:
        found = facts.settings.get(name)
        return None if found == wanted else str(found or "nothing")

    return judge


_JOB_NETWORK = (
    Rule("SMI-01", "a job must run in subnets and security groups", _network),
    Rule("SMI-02", "subnets must be the platform's", _subnets),
)
_JOB_KEYS = (
    Rule("SMI-03", "volumes must be encrypted by a customer key of this account", _volume_key),
    Rule("SMI-04", "output must be encrypted by a customer key of this account", _output_key),
)
_TRAFFIC = Rule("SMI-05", "traffic between containers must be encrypted", _traffic)
_JOB = (
    *_JOB_NETWORK,
    *_JOB_KEYS,
    _TRAFFIC,
    Rule("SMI-06", "a job must be isolated from the network", _isolated),
    Rule("SME-03", "images must come from this account's registry", _own_image),
)

_RULES: Mapping[Kind, tuple[Rule, ...]] = {
    Kind.AUTOML_JOB: (*_JOB_NETWORK, *_JOB_KEYS, _TRAFFIC),
    Kind.DOMAIN: (
        Rule(
            "SMD-01",
            "a domain must live in the private network only (VpcOnly)",
            _setting("AppNetworkAccessType", "VpcOnly"),
        ),
        Rule("SMD-03", "a domain must be encrypted by a customer key of this account", _volume_key),
        Rule(
            "SMD-05",
            "a session must carry its person (USER_PROFILE_NAME)",
            _setting("ExecutionRoleIdentityConfig", "USER_PROFILE_NAME"),
        ),
        Rule(
            "SMD-07",
            "notebooks must not be shared",
            _setting("SharingSettings.NotebookOutputOption", "Disabled"),
        ),
        Rule(
            "SMD-08",
            "containers must not be started from Studio",
            _setting("DockerSettings.EnableDockerAccess", "DISABLED"),
        ),
    ),
    Kind.ENDPOINT_CONFIG: (
        Rule("SME-07", "volumes must be encrypted by a customer key of this account", _volume_key),
        Rule(
            "SME-08",
            "requests and answers must be captured",
            _setting("DataCaptureConfig.EnableCapture", "on"),
        ),
        Rule("SME-09", "output must be encrypted by a customer key of this account", _output_key),
        Rule("SME-11", "nobody may enter an instance", _setting("EnableSSMAccess", "off")),
    ),
    Kind.MODEL: (
        Rule("SME-01", "a model must be isolated from the network", _isolated),
        Rule("SME-02", "a model must have subnets and security groups", _network),
        Rule("SMI-02", "subnets must be the platform's", _subnets),
        Rule("SME-03", "images must come from this account's registry", _own_image),
        Rule("SME-03", "an image must be named by its digest", _pinned_image),
    ),
    Kind.NOTEBOOK: (
        Rule("SMN-01", "no notebook instance may exist", lambda facts, _: facts.status),
    ),
    Kind.PROCESSING_JOB: _JOB,
    Kind.TRAINING_JOB: _JOB,
    Kind.TRANSFORM_JOB: _JOB_KEYS,
    Kind.TUNING_JOB: _JOB,
}
