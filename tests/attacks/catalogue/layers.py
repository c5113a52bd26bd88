"""The layers of policies, as the twin names them in a refusal."""

from __future__ import annotations

BOUNDARY = "permissions boundary"
ENDPOINT = "VPC endpoint policy"
IDENTITY = "identity-based policy"
RESOURCE = "resource-based policy"
RESOURCE_CONTROL = "resource control policy"
SERVICE_CONTROL = "service control policy"
SESSION = "session policy"
