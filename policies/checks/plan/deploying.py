"""Which roles deploy: those that lay accounts out, that promote and that build."""

from __future__ import annotations

from policies.model import Model

_LAYING_OUT = "bootstrap/"


def deploying_roles(model: Model) -> set[str]:
    """Return the ARNs, or where those are not known the addresses, of roles that deploy."""
    found = {role.arn for role in model.roles.values() if role.root.startswith(_LAYING_OUT)}
    for pipeline in model.pipelines:
        found.add(pipeline.role)
        found |= {action.role for stage in pipeline.stages for action in stage.actions}
    found |= {build.role for build in model.builds}
    return found - {""}
