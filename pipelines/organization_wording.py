"""What each pattern of accounts/organization.schema.json asks for, in words."""

from __future__ import annotations

from collections.abc import Mapping

WORDING: Mapping[str, str] = {
    (
        r"^(rate\((1 (hour|day)|([2-9]|[1-9][0-9]{1,2}) (hours|days))\)"
        r"|cron\([0-5]?[0-9]( [A-Z0-9*?,/#-]{1,40}){5}\))$"
    ): "must be such as cron(0 3 ? * MON *) or rate(1 day), at one minute of an hour",
    "^[a-z][a-z0-9_]{0,62}$": (
        "must be 1 to 63 lower-case letters, digits or underscores, a letter first"
    ),
    "^(group|user)/[A-Za-z0-9._-]{1,64}/[A-Za-z0-9+=,.@_/-]{1,128}$": (
        "must be a group or user of QuickSight such as group/default/business"
    ),
    "^sha256:[0-9a-f]{64}$": "must be sha256: and 64 hexadecimal digits",
    "^[a-z][a-z0-9-]{0,30}/$": "must be such as arrivals/: lower-case letters, digits, hyphens",
    r"^\d{12}$": "must be 12 digits in quotes",
    "^[a-z][a-z0-9]{1,11}$": "must be 2 to 12 lower-case letters or digits, a letter first",
    "^o-[a-z0-9]{10,32}$": "must look like o-a1b2c3d4e5",
    "^[a-z]{2}(-[a-z]+)+-\\d$": "must be the name of an AWS region such as eu-west-1",
    "^[a-f]$": "must be the letter of an availability zone, a to f",
    "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$": "must be an email address",
    "^\\d{1,3}(\\.\\d{1,3}){3}/(1[6-9]|2[0-8])$": "must be an IPv4 block of size /16 to /28",
    "^vpc-[0-9a-f]{8,17}$": "must be the id of a VPC such as vpc-0123456789abcdef0",
    "^subnet-[0-9a-f]{8,17}$": "must be the id of a subnet such as subnet-0123456789abcdef0",
    "^rtb-[0-9a-f]{8,17}$": "must be the id of a route table such as rtb-0123456789abcdef0",
    "^ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$": (
        "must be the id of an organisational unit such as ou-a1b2-c3d4e5f6"
    ),
    "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(/[A-Za-z0-9._~-]+)*$": (
        "must be a host, and a path where it has one, without https://"
    ),
    r"^([A-Za-z0-9:/._@=#+-]|\{account\})+$": (
        "must be exact: no patterns, and no placeholder but {account}"
    ),
    "^[a-z][a-z0-9-]{0,18}[a-z0-9]$": (
        "must be 2 to 20 lower-case letters, digits or hyphens, a letter first and no hyphen last"
    ),
    "^([A-Za-z0-9.,+@=_-]+/)*[A-Za-z0-9+=,.@_-]{1,64}$": (
        "must be the name of an IAM role, with its path where it has one"
    ),
    "^[A-Za-z0-9_.:/=+@-]{1,128}$": "must be the key of a tag",
    "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$": "must be the name of a bucket",
    (
        r"^(10|172\.(1[6-9]|2\d|3[01])|192\.168|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))"
        r"\.[\d.]+/(8|9|[12]\d|3[0-2])$"
    ): "must be a private IPv4 block such as 10.99.0.0/16",
    "^[a-z][a-z0-9-]{1,18}[a-z0-9]$": (
        "must be 3 to 20 lower-case letters, digits or hyphens, a letter first and no hyphen last"
    ),
    "^[a-z][a-z0-9-]{1,30}[a-z0-9]$": (
        "must be 3 to 32 lower-case letters, digits or hyphens, a letter first and no hyphen last"
    ),
    "^[a-z][a-z0-9-]{1,22}[a-z0-9]$": (
        "must be 3 to 24 lower-case letters, digits or hyphens, a letter first and no hyphen last"
    ),
}
