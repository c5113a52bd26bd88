"""Service Catalog: a version is made of a template, which is read once and kept.

The service reads it with the rights of whoever makes the version.
https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisioningArtifactProperties.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from twin.call import Call
from twin.declared.service_catalog_values import identifier, invalid
from twin.network import of_service
from twin.table import Record
from twin.twin import Twin

SERVICE = "servicecatalog.amazonaws.com"
VERSION_MEMBERS = ("Id", "Name", "Description", "Type", "CreatedTime", "Active", "Guidance")


def made_version(twin: Twin, call: Call, given: Mapping[str, Any]) -> Record:
    """Return a new version with its template."""
    url = (given.get("Info") or {}).get("LoadTemplateFromURL")
    if not url:
        raise invalid("A version is made of LoadTemplateFromURL here, and of nothing else.")
    return {
        "Id": identifier("pa"),
        "Name": given.get("Name") or "",
        "Description": given.get("Description") or "",
        "Type": given.get("Type") or "CLOUD_FORMATION_TEMPLATE",
        "CreatedTime": twin.now(),
        "Active": True,
        "Guidance": "DEFAULT",
        "Url": url,
        "Template": _read(twin, call, str(url)),
    }


def _read(twin: Twin, call: Call, url: str) -> str:
    parts = urlsplit(url)
    host, path = (parts.hostname or ""), parts.path.lstrip("/")
    if host.startswith(("s3.", "s3-")):
        bucket, _, key = path.partition("/")
    else:
        bucket, key = host.partition(".s3")[0], path
    # The template is read with the rights of whoever makes the product.
    asks_for_caller = twin.identities.forwarded(call.caller, SERVICE)
    try:
        s3 = twin.client("s3", asks_for_caller, call.region, of_service(SERVICE))
        return str(s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode())
    except ClientError as error:
        raise invalid(f"The template at {url} cannot be read: {error}") from error
