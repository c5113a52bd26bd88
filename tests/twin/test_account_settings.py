"""Settings that an account has once: their defaults, what changes them, and the way back."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.twins import PRODUCTION, STAGING, RunningTwin, client

_SHARING = "/ssm/documents/console/public-sharing-permission"


def test_new_account_is_as_open_as_aws_leaves_it(running_twin: RunningTwin) -> None:
    ec2, ssm = running_twin.client("ec2", PRODUCTION), running_twin.client("ssm", PRODUCTION)

    assert ec2.get_snapshot_block_public_access_state()["State"] == "unblocked"
    options = ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    assert (options["InternetGatewayBlockMode"], options["State"]) == ("off", "default-state")
    assert ec2.get_instance_metadata_defaults()["AccountLevel"] == {}
    setting = ssm.get_service_setting(SettingId=_SHARING)["ServiceSetting"]
    assert (setting["SettingValue"], setting["Status"]) == ("Enable", "Default")


def test_setting_changed_in_one_account_stays_in_it(running_twin: RunningTwin) -> None:
    ec2 = running_twin.client("ec2", STAGING)

    ec2.enable_snapshot_block_public_access(State="block-all-sharing")
    ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-bidirectional")
    ec2.modify_instance_metadata_defaults(HttpTokens="required", HttpPutResponseHopLimit=1)

    assert ec2.get_snapshot_block_public_access_state()["State"] == "block-all-sharing"
    options = ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    assert options["InternetGatewayBlockMode"] == "block-bidirectional"
    assert options["State"] == "update-complete"
    assert ec2.get_instance_metadata_defaults()["AccountLevel"]["HttpTokens"] == "required"
    other = running_twin.client("ec2", PRODUCTION)
    assert other.get_snapshot_block_public_access_state()["State"] == "unblocked"


def test_service_setting_returns_to_its_default(running_twin: RunningTwin) -> None:
    ssm = running_twin.client("ssm", STAGING)
    ssm.update_service_setting(SettingId=_SHARING, SettingValue="Disable")
    changed = ssm.get_service_setting(SettingId=_SHARING)["ServiceSetting"]
    assert (changed["SettingValue"], changed["Status"]) == ("Disable", "Customized")

    ssm.reset_service_setting(SettingId=_SHARING)

    assert ssm.get_service_setting(SettingId=_SHARING)["ServiceSetting"]["Status"] == "Default"


def test_unknown_service_setting_is_refused(running_twin: RunningTwin) -> None:
    with pytest.raises(ClientError, match="ServiceSettingNotFound"):
        running_twin.client("ssm", STAGING).get_service_setting(SettingId="/ssm/no/such")


def test_portfolio_of_sagemaker_is_switched_on_and_off(running_twin: RunningTwin) -> None:
    sagemaker = running_twin.client("sagemaker", STAGING)
    sagemaker.enable_sagemaker_servicecatalog_portfolio()
    assert sagemaker.get_sagemaker_servicecatalog_portfolio_status()["Status"] == "Enabled"

    sagemaker.disable_sagemaker_servicecatalog_portfolio()

    assert sagemaker.get_sagemaker_servicecatalog_portfolio_status()["Status"] == "Disabled"


def test_public_access_block_of_an_account_is_kept(running_twin: RunningTwin) -> None:
    keys = running_twin.session(STAGING)
    control = client(running_twin.url, "s3control", keys, proxies={"http": running_twin.url})
    blocked = dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )

    control.put_public_access_block(AccountId=STAGING, PublicAccessBlockConfiguration=blocked)

    held = control.get_public_access_block(AccountId=STAGING)["PublicAccessBlockConfiguration"]
    assert held == blocked
    control.delete_public_access_block(AccountId=STAGING)
    with pytest.raises(ClientError, match="NoSuchPublicAccessBlockConfiguration"):
        control.get_public_access_block(AccountId=STAGING)
