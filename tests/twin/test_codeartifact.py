"""CodeArtifact domains, repositories and their policies, through the stock SDK."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.names import letting_in, unique
from tests.twins import DATA_SCIENCE, STAGING, RunningTwin

_POLICY = letting_in(STAGING, "codeartifact:ReadFromRepository")


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as error:
        act()
    return str(error.value.response["Error"]["Code"])


@pytest.fixture
def packages(running_twin: RunningTwin) -> Any:
    return running_twin.client("codeartifact")


def test_a_repository_takes_from_outside_through_its_store(packages: Any) -> None:
    domain = {"domain": unique("domain")}
    own = {**domain, "repository": "pypi"}
    store = {**domain, "repository": "pypi-store"}
    packages.create_domain(**domain, tags=[{"key": "stage", "value": "data-science"}])
    assert refused(
        lambda: packages.create_repository(**own, upstreams=[{"repositoryName": "pypi-store"}])
    ) == ("ResourceNotFoundException")
    packages.create_repository(**store)
    packages.associate_external_connection(**store, externalConnection="public:pypi")
    packages.create_repository(**own, upstreams=[{"repositoryName": "pypi-store"}])

    described = packages.describe_domain(**domain)["domain"]
    held = packages.describe_repository(**store)["repository"]

    assert (described["repositoryCount"], described["owner"]) == (2, DATA_SCIENCE)
    assert held["externalConnections"][0]["externalConnectionName"] == "public:pypi"
    assert packages.list_tags_for_resource(resourceArn=described["arn"])["tags"] == [
        {"key": "stage", "value": "data-science"}
    ]
    assert refused(lambda: packages.delete_domain(**domain)) == "ConflictException"
    assert refused(lambda: packages.delete_repository(**store)) == "ConflictException"
    packages.delete_repository(**own)
    packages.delete_repository(**store)
    packages.delete_domain(**domain)
    assert refused(lambda: packages.describe_domain(**domain)) == "ResourceNotFoundException"


def test_a_policy_goes_with_its_repository(packages: Any) -> None:
    domain = {"domain": unique("domain")}
    own = {**domain, "repository": "pypi"}
    packages.create_domain(**domain)
    packages.create_repository(**own)

    assert refused(lambda: packages.get_repository_permissions_policy(**own)) == (
        "ResourceNotFoundException"
    )
    packages.put_repository_permissions_policy(**own, policyDocument=_POLICY)
    packages.put_domain_permissions_policy(**domain, policyDocument=_POLICY)
    held = packages.get_repository_permissions_policy(**own)["policy"]
    assert (held["document"], held["resourceArn"]) == (
        _POLICY,
        f"arn:aws:codeartifact:eu-west-1:{DATA_SCIENCE}:repository/{own['domain']}/pypi",
    )
    packages.delete_domain_permissions_policy(**domain)
    packages.delete_repository(**own)
    packages.create_repository(**own)
    assert refused(lambda: packages.get_repository_permissions_policy(**own)) == (
        "ResourceNotFoundException"
    )


def test_no_token_and_no_package_is_pretended(packages: Any) -> None:
    domain = {"domain": unique("domain")}
    packages.create_domain(**domain)

    assert refused(lambda: packages.get_authorization_token(**domain)) == (
        "UnknownOperationException"
    )


def test_a_repository_has_the_address_that_aws_gives_it(packages: Any) -> None:
    own = {"domain": unique("domain"), "repository": "pypi"}
    packages.create_domain(domain=own["domain"])
    packages.create_repository(**own)

    found = packages.get_repository_endpoint(**own, format="pypi")["repositoryEndpoint"]

    host = f"{own['domain']}-{DATA_SCIENCE}.d.codeartifact.eu-west-1.amazonaws.com"
    assert found == f"https://{host}/pypi/pypi/"
