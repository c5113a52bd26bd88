"""Operations of AWS's services as its own SDK describes them, published for IAM or not."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import botocore.session


def is_operation(pattern: str) -> bool:
    """Tell whether an action pattern speaks of an operation that a service has.

    The prefix of an action is the name under which a service's requests are signed, or that of
    its endpoint: https://docs.aws.amazon.com/service-authorization/latest/reference/.
    """
    prefix, _, name = pattern.lower().partition(":")
    wanted = re.compile("".join(_piece(each) for each in name))
    return any(wanted.fullmatch(each) for each in _operations(prefix))


def _piece(character: str) -> str:
    return {"*": ".*", "?": "."}.get(character) or re.escape(character)


@cache
def _operations(prefix: str) -> frozenset[str]:
    loader = botocore.session.get_session().get_component("data_loader")
    found: set[str] = set()
    for name in loader.list_available_services("service-2"):
        # Reading every description takes seconds; a service bears its prefix in its name.
        if not _squeezed(name).startswith(_squeezed(prefix)):
            continue
        model: dict[str, Any] = loader.load_service_model(name, "service-2")
        metadata = model["metadata"]
        if prefix in (metadata.get("signingName"), metadata.get("endpointPrefix"), name):
            found |= {each.lower() for each in model["operations"]}
    return frozenset(found)


def _squeezed(name: str) -> str:
    return name.replace("-", "")
