"""Tags of what builds, keeps and delivers: projects, pipelines, packages, images, products."""

from __future__ import annotations

from collections.abc import Mapping

from moto.ecr.models import ecr_backends

from twin.authorization.keys.live_state import held
from twin.authorization.keys.tags.place import Holder, Place, Tags, mapped, record


def _codebuild(place: Place) -> Tags | None:
    # A build has the tags of its project, by which requests for it are decided.
    if place.kind not in ("project", "build"):
        return None
    return record(place, "codebuild/Project", place.name.partition(":")[0])


def _codepipeline(place: Place) -> Tags | None:
    # The ARNs of stages and actions begin with that of their pipeline, which has no type.
    return record(place, "codepipeline/Pipeline", place.tail.partition("/")[0])


def _codeartifact(place: Place) -> Tags | None:
    noun = {"domain": "Domain", "repository": "Repository"}.get(place.kind)
    return None if noun is None else record(place, f"codeartifact/{noun}", place.name)


def _ecr(place: Place) -> Tags | None:
    backend = held(ecr_backends, place.account, place.region)
    if backend is None or place.kind != "repository":
        return None
    found = backend.repositories.get(place.name)
    return None if found is None else mapped(backend.tagger.tags.get(found.arn))


def _catalog(place: Place) -> Tags | None:
    noun = {"portfolio": "Portfolio", "product": "Product"}.get(place.kind)
    return None if noun is None else record(place, f"servicecatalog/{noun}", place.name, "Tags")


HOLDERS: Mapping[str, Holder] = {
    "catalog": _catalog,
    "codeartifact": _codeartifact,
    "codebuild": _codebuild,
    "codepipeline": _codepipeline,
    "ecr": _ecr,
}
