"""Keys about how the session of a request came to be.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-role-session-properties
"""

from __future__ import annotations

from collections.abc import Mapping

from moto.awslambda.models import lambda_backends

from twin.authorization.keys.ask import Ask, Reader, Values

_BUILD = "AWSCodeBuild-"


def _multi_factor(ask: Ask) -> Values | None:
    """Tell that nobody showed a second factor: the twin knows none.

    Sessions of AssumeRole carry the key; long-lived keys, federated people and what a service
    assumed by itself do not.
    """
    caller = ask.caller
    temporary = caller.role_arn is not None and caller.issued is not None
    if not temporary or caller.service is not None or caller.federated_provider is not None:
        return None
    return ("false",)


def _build(ask: Ask) -> tuple[str, str] | None:
    """Return the ARNs of the build and of the project that a session was made for."""
    caller = ask.caller
    name = caller.session_name or ""
    if caller.service != "codebuild.amazonaws.com" or not name.startswith(_BUILD):
        return None
    wanted = name.removeprefix(_BUILD)
    for account, _region, table in ask.twin.tables.everywhere("codebuild/Build"):
        if account != caller.account_id:
            continue
        for build in table:
            if build.partition(":")[2] == wanted:
                held = table.get(build)
                if held is not None:
                    arn = str(held["arn"])
                    project = arn.rpartition(":")[0].replace(":build/", ":project/")
                    return arn, project
    return None


def _build_arn(ask: Ask) -> Values | None:
    found = _build(ask)
    return None if found is None else (found[0],)


def _project_arn(ask: Ask) -> Values | None:
    found = _build(ask)
    return None if found is None else (found[1],)


def _function(ask: Ask) -> Values | None:
    """Return the function whose environment got the keys: its sessions have its name."""
    caller = ask.caller
    if caller.service != "lambda.amazonaws.com" or caller.session_name is None:
        return None
    for region, backend in list((dict.get(lambda_backends, caller.account_id) or {}).items()):
        versions = backend._lambdas._functions.get(caller.session_name)
        latest = versions and versions.get("latest")
        if latest and latest.role == caller.role_arn:
            tail = f"function:{caller.session_name}"
            return (f"arn:aws:lambda:{region}:{caller.account_id}:{tail}",)
    return None


READERS: Mapping[str, Reader] = {
    "aws:multifactorauthpresent": _multi_factor,
    "codebuild:buildarn": _build_arn,
    "codebuild:projectarn": _project_arn,
    "lambda:sourcefunctionarn": _function,
}
