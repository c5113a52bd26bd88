"""Checks on Studio: its domain, its profiles and spaces, and what runs first in them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from mls_check import Block, Fault, Pack

pack = Pack()

DOMAIN = "aws_sagemaker_domain"
PROFILE = "aws_sagemaker_user_profile"
LONGEST_IDLE_MINUTES = 1440
TAGS = ("managed-by", "project", "stage")
_CODE_HOST = re.compile(r"^git-codecommit(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$")
_EDITORS = ("code_editor_app_settings", "jupyter_lab_app_settings")
_CANVAS_PARTS = (
    "direct_deploy_settings",
    "kendra_settings",
    "model_register_settings",
    "time_series_forecasting_settings",
)
# A download that ends in an interpreter: `curl … | sh`, `bash <(curl …)`, `sh -c "$(wget …)"`.
_FETCHED_AND_RUN = re.compile(
    r"\b(curl|wget)\b[^\n;&]*\|\s*(sudo\s+)?(\S*/)?(ba|da|z|k)?sh\b"
    r"|\b(curl|wget)\b[^\n;&]*\|\s*(sudo\s+)?(\S*/)?python[0-9.]*\b"
    r"|\b(ba|da|z|k)?sh\b[^\n]*(<\(|\$\(|`)\s*(curl|wget)\b"
    r"|\b(eval|source|\.)\s+[\"']?(<\(|\$\(|`)\s*(curl|wget)\b"
)


@pack.check(1, "A domain is reached through the network only", DOMAIN)
def network_only(domain: Block) -> Iterator[Fault]:
    """AWS opens a domain to the internet where the argument is missing."""
    if domain.get("app_network_access_type") != "VpcOnly":
        yield domain.fault("app_network_access_type", "must be VpcOnly")


@pack.check(2, "Calls from Studio carry the name of the profile", DOMAIN)
def named_sessions(domain: Block) -> Iterator[Fault]:
    """The name becomes the source identity of every session."""
    settings = domain.only("domain_settings")
    if settings.get("execution_role_identity_config") != "USER_PROFILE_NAME":
        yield settings.fault("execution_role_identity_config", "must be USER_PROFILE_NAME")


@pack.check(3, "Output of notebooks is not shared in the clear", DOMAIN, PROFILE)
def sharing(resource: Block) -> Iterator[Fault]:
    """AWS shares no output where the block is missing."""
    for settings in _user_settings(resource):
        for shared in settings.blocks("sharing_settings"):
            if shared.get("notebook_output_option") in (None, "Disabled"):
                continue
            for name in ("s3_kms_key_id", "s3_output_path"):
                if shared.get(name) is None:
                    yield shared.fault(name, "must be set where output of notebooks is shared")


@pack.check(4, "Studio runs no containers of the person's choice", DOMAIN)
def docker(domain: Block) -> Iterator[Fault]:
    """With Docker, images may come from named accounts only."""
    for settings in domain.blocks("domain_settings", "docker_settings"):
        if settings.get("enable_docker_access") in (None, "DISABLED"):
            continue
        if settings.get("vpc_only_trusted_accounts") is None:
            yield settings.fault("vpc_only_trusted_accounts", "must name accounts if Docker is on")


@pack.check(5, "Parts of Studio that nobody declared are off", DOMAIN, PROFILE)
def undeclared_parts(resource: Block) -> Iterator[Fault]:
    """A domain says that each part is off; a profile may leave that to its domain."""
    is_domain = "default_user_settings" in resource.values or "auth_mode" in resource.values
    for settings in _user_settings(resource):
        for part in _CANVAS_PARTS:
            canvas = settings.only("canvas_app_settings", part)
            if canvas.get("status") != "DISABLED" and (is_domain or canvas.get("status")):
                yield canvas.fault("status", "must be DISABLED")
        studio = settings.only("r_studio_server_pro_app_settings")
        if studio.get("access_status") not in (None, "DISABLED"):
            yield studio.fault("access_status", "must be DISABLED")
    for studio in resource.blocks("domain_settings", "r_studio_server_pro_domain_settings"):
        yield studio.fault("domain_execution_role_arn", "must not be set, as RStudio is off")


@pack.check(6, "Canvas encrypts under a key of our own", DOMAIN, PROFILE)
def canvas_key(resource: Block) -> Iterator[Fault]:
    """Canvas is on where a part of it is, or where it has a workspace."""
    for settings in _user_settings(resource):
        for canvas in settings.blocks("canvas_app_settings"):
            parts = [canvas.only(part).get("status") for part in _CANVAS_PARTS]
            workspace = canvas.only("workspace_settings")
            if ("ENABLED" in parts or workspace.values) and not workspace.get("s3_kms_key_id"):
                yield workspace.fault("s3_kms_key_id", "must be set where Canvas is on")


@pack.check(7, "Applications that nobody uses are switched off", DOMAIN, PROFILE)
def idle(resource: Block) -> Iterator[Fault]:
    """A domain says so for each editor; a profile must not say otherwise."""
    is_domain = "default_user_settings" in resource.values or "auth_mode" in resource.values
    for settings in _user_settings(resource):
        for editor in _EDITORS:
            timed = settings.only(editor, "app_lifecycle_management", "idle_settings")
            if not timed.values and not is_domain:
                continue
            if timed.get("lifecycle_management") != "ENABLED":
                yield timed.fault("lifecycle_management", "must be ENABLED")
            yield from _bounded(timed, "idle_timeout_in_minutes", required=True)
            yield from _bounded(timed, "max_idle_timeout_in_minutes", required=False)


@pack.check(
    8, "What runs first is known and fetches no code", "aws_sagemaker_studio_lifecycle_config"
)
def lifecycle(config: Block) -> Iterator[Fault]:
    """The script stands in the plan, so a review reads the very bytes that will run."""
    name = "studio_lifecycle_config_content"
    try:
        script = base64.b64decode(str(config.get(name)), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        yield config.fault(name, "must be a script in base64 that the plan knows")
        return
    found = _FETCHED_AND_RUN.search(script)
    if found:
        yield Fault(name, "must run nothing that it fetches", " ".join(found[0].split()))


@pack.check(9, "Home directories outlive their domain", DOMAIN)
def retention(domain: Block) -> Iterator[Fault]:
    """AWS keeps them where the block is missing."""
    policy = domain.only("retention_policy")
    if policy.get("home_efs_file_system") not in (None, "Retain"):
        yield policy.fault("home_efs_file_system", "must be Retain")


@pack.check(10, "A space belongs to one person", "aws_sagemaker_space")
def spaces(space: Block) -> Iterator[Fault]:
    """A space without these settings is shared by everybody of its domain."""
    sharing_settings = space.only("space_sharing_settings")
    if sharing_settings.get("sharing_type") != "Private":
        yield sharing_settings.fault("sharing_type", "must be Private")


@pack.check(11, "Code comes from approved hosts", "aws_sagemaker_code_repository", DOMAIN, PROFILE)
def code_hosts(resource: Block) -> Iterator[Fault]:
    """CodeCommit is the one host that a network without internet reaches by an endpoint."""
    found = list(resource.blocks("git_config"))
    for settings in _user_settings(resource):
        found += [*settings.blocks("jupyter_lab_app_settings", "code_repository")]
        found += [*settings.blocks("jupyter_server_app_settings", "code_repository")]
    for repository in found:
        address = urlsplit(str(repository.get("repository_url")))
        host = (
            (address.hostname or "")
            if address.scheme == "https" and "@" not in address.netloc
            else ""
        )
        if not _CODE_HOST.match(host):
            yield repository.fault("repository_url", "must be a CodeCommit address without a login")


@pack.check(
    12,
    "Everything of Studio carries the tags of the platform",
    DOMAIN,
    PROFILE,
    "aws_sagemaker_app",
    "aws_sagemaker_app_image_config",
    "aws_sagemaker_feature_group",
    "aws_sagemaker_image",
    "aws_sagemaker_space",
)
def tags(resource: Block) -> Iterator[Fault]:
    """In a plan, tags of the provider count too."""
    found: dict[str, object] = {}
    for name in ("tags", "tags_all"):
        value = resource.get(name)
        for each in value if isinstance(value, list) else [value]:
            found |= each if isinstance(each, dict) else {}
    missing = [tag for tag in TAGS if not found.get(tag)]
    if missing:
        yield Fault("tags", f"must have {', '.join(TAGS)}", f"no {', '.join(missing)}")


def _user_settings(resource: Block) -> Iterator[Block]:
    for name in ("default_user_settings", "default_space_settings", "user_settings"):
        if name != "default_space_settings":
            yield from resource.blocks(name)


def _bounded(settings: Block, name: str, required: bool) -> Iterator[Fault]:
    minutes = settings.get(name)
    if minutes is None and not required:
        return
    if not isinstance(minutes, int | float) or minutes > LONGEST_IDLE_MINUTES:
        yield settings.fault(name, f"must be at most {LONGEST_IDLE_MINUTES}")


# checkov-digest: 3045022100e5fe684fc94124569ee6489e30ba801624771a6cea56bfed3450d2d9c81cdc5402207f94e1cab4a1e9aa49bc3f4e1b8398202cc7e01bb169339f39580f3958682aca
