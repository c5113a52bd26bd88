"""What builds and keeps code: CodePipeline, CodeBuild, CodeArtifact, ECR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.authorization.actions import template
from twin.authorization.actions.service import Pair, Service
from twin.authorization.asked import UnknownAction
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin


def codepipeline() -> Service:
    """Return the table of CodePipeline.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/permissions-reference.html
    """
    return Service(
        "codepipeline",
        places={
            "PipelineName": ("pipelineName", "name", "pipeline.name"),
            "WebhookName": ("webhook.name", "webhookName", "name"),
            "webhook/WebhookName": ("webhook.name", "webhookName", "name"),
            "pipeline/PipelineName": (
                "pipelineName",
                "name",
                "pipeline.name",
                "webhook.targetPipeline",
            ),
            "Owner": ("actionTypeId.owner",),
            "Category": ("actionTypeId.category", "category"),
            "Provider": ("actionTypeId.provider", "provider"),
            "Version": ("actionTypeId.version", "version"),
        },
        entries={
            "CreateCustomActionType": _custom_type,
            "DeleteCustomActionType": _custom_type,
            "GetActionType": _action_type,
            "UpdateActionType": _action_type,
        },
        tagged={"CreatePipeline": "codepipeline:TagResource"},
    )


def _custom_type(_twin: Twin, call: Call) -> list[Pair]:
    given = call.parameters
    end = f"Custom/{given.get('category')}/{given.get('provider')}/{given.get('version')}"
    return [(f"codepipeline:{call.operation}", f"{_place(call, 'codepipeline')}:actiontype:{end}")]


def _action_type(_twin: Twin, call: Call) -> list[Pair]:
    given = call.parameters.get("actionType") or call.parameters
    named = given.get("id") or given
    end = "/".join(str(named.get(part)) for part in ("owner", "category", "provider", "version"))
    return [(f"codepipeline:{call.operation}", f"{_place(call, 'codepipeline')}:actiontype:{end}")]


def codebuild() -> Service:
    """Return the table of CodeBuild, whose builds are asked for on their projects.

    https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-permissions-reference.html
    """
    return Service(
        "codebuild",
        kinds={"project": _projects},
        places={
            "ReportGroupName": ("name", "reportGroupArn", "reportGroupArns[]", "arn"),
            "FleetName": ("name",),
            "SandboxId": ("sandboxId", "ids[]"),
        },
        new=frozenset({"FleetId", "SandboxId"}),
        arns=("arn",),
    )


def _projects(_twin: Twin, call: Call) -> tuple[str, ...]:
    given = call.parameters
    if given.get("resourceArn"):
        return (str(given["resourceArn"]),)
    if given.get("projectArn"):
        return (str(given["projectArn"]),)
    names = template.first_values(call, ("projectName", "names[]", "name"))
    builds = template.first_values(call, ("id", "ids[]", "buildIds[]"))
    return tuple(
        dict.fromkeys(
            (*(_project(call, name) for name in names), *(_of_build(call, b) for b in builds))
        )
    )


def _project(call: Call, name: str) -> str:
    if name.startswith("arn:"):
        if ":project/" not in name or ":codebuild:" not in name:
            raise UnknownAction(call.service, call.operation, f"no ARN of a project: {name}")
        return name
    return f"{_place(call, 'codebuild')}:project/{name}"


def _of_build(call: Call, build: str) -> str:
    """Return the ARN of the project of a build, from ``project:uuid`` or the build's ARN."""
    place, mark, name = build.partition(":build/")
    if not mark:
        place, mark, name = build.partition(":build-batch/")
    if not mark:
        place, name = _place(call, "codebuild"), build
    return f"{place}:project/{name.rpartition(':')[0] or name}"


def codeartifact() -> Service:
    """Return the table of CodeArtifact, whose requests name the owner of a domain.

    https://docs.aws.amazon.com/codeartifact/latest/ug/auth-and-access-control-permissions-reference.html
    """
    return Service(
        "codeartifact",
        kinds={
            "domain": _domain,
            "repository": _repository,
            "package": _package,
            "package-group": _package_group,
        },
        entries={
            "CreateRepository": _make_repository,
            "CopyPackageVersions": _copy_versions,
        },
    )


def _artifacts(call: Call) -> str:
    owner = call.parameters.get("domainOwner") or call.account_id
    return f"arn:{template.partition_of(call.region)}:codeartifact:{call.region}:{owner}"


def _domain(_twin: Twin, call: Call) -> tuple[str, ...]:
    name = call.parameters.get("domain")
    return (f"{_artifacts(call)}:domain/{name}",) if name else ()


def _repository_arn(call: Call, name: object) -> str:
    return f"{_artifacts(call)}:repository/{call.parameters.get('domain')}/{name}"


def _repository(_twin: Twin, call: Call) -> tuple[str, ...]:
    name = call.parameters.get("repository") or call.parameters.get("sourceRepository")
    return (_repository_arn(call, name),) if name else ()


def _package_arn(call: Call, repository: object) -> str:
    given = call.parameters
    end = "/".join(str(given.get(name) or "") for name in ("format", "namespace", "package"))
    return f"{_artifacts(call)}:package/{given.get('domain')}/{repository}/{end}"


def _package(_twin: Twin, call: Call) -> tuple[str, ...]:
    given = call.parameters
    repository = given.get("repository") or given.get("destinationRepository")
    return (_package_arn(call, repository),) if given.get("package") and repository else ()


def _package_group(_twin: Twin, call: Call) -> tuple[str, ...]:
    given = call.parameters
    pattern = given.get("packageGroup")
    if not pattern and given.get("package"):
        pattern = template.ANY
    return (f"{_artifacts(call)}:package-group/{given.get('domain')}{pattern}",) if pattern else ()


def _make_repository(_twin: Twin, call: Call) -> list[Pair]:
    """Read CreateRepository, whose upstreams must let it be associated with them.

    https://docs.aws.amazon.com/codeartifact/latest/ug/repo-upstream-add.html
    """
    owner = call.parameters.get("domainOwner")
    if owner not in (None, call.account_id):
        raise UnknownAction(call.service, call.operation, f"a domain of another account: {owner}")
    made = [("codeartifact:CreateRepository", template.ANY)]
    for upstream in call.parameters.get("upstreams") or []:
        arn = _repository_arn(call, upstream.get("repositoryName"))
        made.append(("codeartifact:AssociateWithDownstreamRepository", arn))
    return made


def _copy_versions(_twin: Twin, call: Call) -> list[Pair]:
    """Read CopyPackageVersions: read from the source, copied into the destination.

    https://docs.aws.amazon.com/codeartifact/latest/ug/copy-package.html
    """
    given = call.parameters
    source, target = given.get("sourceRepository"), given.get("destinationRepository")
    return [
        ("codeartifact:CopyPackageVersions", _package_arn(call, target)),
        ("codeartifact:ReadFromRepository", _repository_arn(call, source)),
    ]


def ecr() -> Service:
    """Return the table of ECR, whose requests name the account of a registry."""
    return Service("ecr")


def _place(call: Call, service: str) -> str:
    partition = template.partition_of(call.region)
    return f"arn:{partition}:{service}:{call.region}:{call.account_id}"
