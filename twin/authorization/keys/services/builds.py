"""Keys of CodeBuild: each names the member of a project, or what a build puts in its place.

https://docs.aws.amazon.com/codebuild/latest/userguide/action-context-keys.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from twin.authorization.keys.ask import Ask, Family, Reader, Values, text, texts, walk

_VARIABLE = "codebuild:environment.environmentvariables/"
# Keys that tell whether something was sent; of a Boolean they hold the value.
_BOOLEANS = (
    "artifacts artifacts.encryptionDisabled buildBatchConfig cache computeConfiguration "
    "environment environment.computeConfiguration environment.environmentVariables "
    "environment.privilegedMode environment.registryCredential "
    "exportConfig.s3Destination.encryptionDisabled logsConfig logsConfig.s3Logs "
    "logsConfig.s3Logs.encryptionDisabled manualCreation secondaryArtifacts "
    "secondaryArtifacts.encryptionDisabled secondarySources secondarySources.buildspec "
    "secondarySources.insecureSsl shouldOverwrite source source.buildspec source.insecureSsl "
    "vpcConfig"
).split()
_TEXTS = (
    "artifacts.bucketOwnerAccess artifacts.location authType autoRetryLimit "
    "buildBatchConfig.restrictions.computeTypesAllowed "
    "buildBatchConfig.restrictions.fleetsAllowed buildBatchConfig.serviceRole buildType "
    "cache.location cache.modes cache.type computeConfiguration.disk "
    "computeConfiguration.instanceType computeConfiguration.machineType "
    "computeConfiguration.memory computeConfiguration.vCpu computeType concurrentBuildLimit "
    "encryptionKey environment.certificate environment.computeConfiguration.disk "
    "environment.computeConfiguration.instanceType environment.computeConfiguration.machineType "
    "environment.computeConfiguration.memory environment.computeConfiguration.vCpu "
    "environment.computeType environment.environmentVariables.name "
    "environment.environmentVariables.value environment.fleet.fleetArn environment.image "
    "environment.imagePullCredentialsType environment.registryCredential.credential "
    "environment.registryCredential.credentialProvider environment.type environmentType "
    "exportConfig.s3Destination.bucket exportConfig.s3Destination.bucketOwner "
    "exportConfig.s3Destination.encryptionKey exportConfig.s3Destination.path "
    "fileSystemLocations.identifier fileSystemLocations.location fileSystemLocations.type "
    "fleetServiceRole imageId logsConfig.s3Logs.bucketOwnerAccess logsConfig.s3Logs.location "
    "logsConfig.s3Logs.status projectVisibility scopeConfiguration.domain "
    "scopeConfiguration.name scopeConfiguration.scope secondaryArtifacts.artifactIdentifier "
    "secondaryArtifacts.bucketOwnerAccess secondaryArtifacts.location "
    "secondarySources.auth.resource secondarySources.auth.type "
    "secondarySources.buildStatusConfig.context secondarySources.buildStatusConfig.targetUrl "
    "secondarySources.location secondarySources.sourceIdentifier serverType serviceRole "
    "source.auth.resource source.auth.type source.buildStatusConfig.context "
    "source.buildStatusConfig.targetUrl source.location token username "
    "vpcConfig.securityGroupIds vpcConfig.subnets vpcConfig.vpcId"
).split()
# What StartBuild calls otherwise, by the member of a project that it stands for.
_OVERRIDES = {
    "artifacts": "artifactsOverride",
    "autoRetryLimit": "autoRetryLimitOverride",
    "buildBatchConfig": "buildBatchConfigOverride",
    "cache": "cacheOverride",
    "encryptionKey": "encryptionKeyOverride",
    "environment.certificate": "certificateOverride",
    "environment.computeType": "computeTypeOverride",
    "environment.environmentVariables": "environmentVariablesOverride",
    "environment.fleet": "fleetOverride",
    "environment.image": "imageOverride",
    "environment.imagePullCredentialsType": "imagePullCredentialsTypeOverride",
    "environment.privilegedMode": "privilegedModeOverride",
    "environment.registryCredential": "registryCredentialOverride",
    "environment.type": "environmentTypeOverride",
    "logsConfig": "logsConfigOverride",
    "secondaryArtifacts": "secondaryArtifactsOverride",
    "secondarySources": "secondarySourcesOverride",
    "serviceRole": "serviceRoleOverride",
    "source.auth": "sourceAuthOverride",
    "source.buildStatusConfig": "buildStatusConfigOverride",
    "source.buildspec": "buildspecOverride",
    "source.gitCloneDepth": "gitCloneDepthOverride",
    "source.gitSubmodulesConfig": "gitSubmodulesConfigOverride",
    "source.insecureSsl": "insecureSslOverride",
    "source.location": "sourceLocationOverride",
    "source.type": "sourceTypeOverride",
}
_STARTS = ("StartBuild", "StartBuildBatch")


def _overridden(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a build puts in the place of its project's members, under their names."""
    found: dict[str, Any] = {}
    for name, override in _OVERRIDES.items():
        if override not in parameters:
            continue
        *outer, last = name.split(".")
        inner = found
        for part in outer:
            inner = inner.setdefault(part, {})
        inner[last] = parameters[override]
    return found


def _given(ask: Ask) -> Mapping[str, Any]:
    starts = ask.call.operation in _STARTS
    return _overridden(ask.parameters) if starts else ask.parameters


def _reader(name: str, *, tells: bool = False) -> Reader:
    """Make a reader of a member; of a structure the key tells that it was sent."""
    path = tuple(name.split("."))

    def read(ask: Ask) -> Values | None:
        given = _given(ask)
        found = list(walk(given, path)) or (_empty(given, path) if tells else [])
        if tells and any(not isinstance(value, bool) for value in found):
            return ("true",)
        return texts(found)

    return read


def _empty(given: Mapping[str, Any], path: tuple[str, ...]) -> list[Any]:
    """Return a list that was sent empty, which walking through it does not show."""
    value: Any = given
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return [value] if isinstance(value, list) else []


def _variables(ask: Ask) -> Mapping[str, Values]:
    given = walk(_given(ask), ("environment", "environmentVariables"))
    return {f"{_VARIABLE}{one['name'].lower()}.value": (str(one["value"]),) for one in given}


def _named(member: str, identifier: str) -> Family:
    """Make the family of what each of several sources, artefacts or file systems has."""
    prefix = f"codebuild:{member.lower()}/"

    def read(ask: Ask) -> Mapping[str, Values]:
        found: dict[str, Values] = {}
        for item in walk(_given(ask), (member,)):
            if isinstance(item, Mapping) and identifier in item:
                start = f"{prefix}{str(item[identifier]).lower()}"
                found.update((f"{start}.{name.lower()}", values) for name, values in _leaves(item))
        return found

    return read


def _leaves(item: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Values]]:
    """Give the values of a structure by the ways to them (``auth.type``)."""
    for name, value in item.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{before}{name}.")
        elif name == "buildspec":
            # Of a build specification the key tells only that there is one.
            yield f"{before}{name}", ("true",)
        elif not isinstance(value, list):
            yield f"{before}{name}", (text(value),)


READERS: Mapping[str, Reader] = {
    **{f"codebuild:{name.lower()}": _reader(name) for name in _TEXTS},
    **{f"codebuild:{name.lower()}": _reader(name, tells=True) for name in _BOOLEANS},
}
FAMILIES: Mapping[str, Family] = {
    _VARIABLE: _variables,
    "codebuild:filesystemlocations/": _named("fileSystemLocations", "identifier"),
    "codebuild:secondaryartifacts/": _named("secondaryArtifacts", "artifactIdentifier"),
    "codebuild:secondarysources/": _named("secondarySources", "sourceIdentifier"),
}
