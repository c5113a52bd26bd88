"""The business unit of whatever names none in accounts/organization.yaml."""

from __future__ import annotations

MAIN_UNIT = "main"
