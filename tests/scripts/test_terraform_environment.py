"""An adopter's Terraform configuration is honoured; one that is missing is told once."""

from __future__ import annotations

from pathlib import Path

from scripts.terraform_environment import PLUGIN_CACHE, terraform_environment


def test_a_configuration_of_the_adopters_is_passed_on_untouched(tmp_path: Path) -> None:
    file = tmp_path / "mirror.tfrc"
    file.write_text("")
    made = terraform_environment({"TF_CLI_CONFIG_FILE": str(file)}, tmp_path / "cache")
    assert made.variables["TF_CLI_CONFIG_FILE"] == str(file)
    assert PLUGIN_CACHE not in made.variables
    assert made.warning is None


def test_a_configuration_that_is_missing_is_told_and_dropped(tmp_path: Path) -> None:
    made = terraform_environment({"TF_CLI_CONFIG_FILE": "/none/x.tfrc"}, tmp_path / "cache")
    assert "TF_CLI_CONFIG_FILE" not in made.variables
    assert made.warning == (
        "TF_CLI_CONFIG_FILE: must name a file, got /none/x.tfrc, which does not exist; "
        "going on without it"
    )


def test_without_a_configuration_providers_are_fetched_once_for_all_roots(tmp_path: Path) -> None:
    made = terraform_environment({"HOME": str(tmp_path)}, tmp_path / "cache")
    assert made.variables[PLUGIN_CACHE] == str(tmp_path / "cache")
    assert (tmp_path / "cache").is_dir()


def test_a_configuration_at_home_is_left_in_charge(tmp_path: Path) -> None:
    (tmp_path / ".terraformrc").write_text("")
    made = terraform_environment({"HOME": str(tmp_path)}, tmp_path / "cache")
    assert PLUGIN_CACHE not in made.variables


def test_what_would_change_commands_behind_our_back_is_dropped(tmp_path: Path) -> None:
    found = {"TF_CLI_ARGS": "-lock=false", "TF_CLI_ARGS_plan": "-target=x", "TF_WORKSPACE": "x"}
    made = terraform_environment(found | {"TF_LOG": "INFO"}, tmp_path / "cache")
    assert not set(found) & set(made.variables)
    assert made.variables["TF_LOG"] == "INFO"


def test_nobody_makes_the_state_of_a_killed_run_staler(tmp_path: Path) -> None:
    made = terraform_environment({"TF_STATE_PERSIST_INTERVAL": "600"}, tmp_path / "cache")
    assert "TF_STATE_PERSIST_INTERVAL" not in made.variables


def test_go_collects_less_often_unless_the_user_says_how_often(tmp_path: Path) -> None:
    made = terraform_environment({}, tmp_path / "cache").variables
    assert (made["GOGC"], made["GOMEMLIMIT"]) == ("400", "2GiB")
    told = terraform_environment({"GOGC": "50"}, tmp_path / "cache").variables
    assert (told["GOGC"], told.get("GOMEMLIMIT")) == ("50", None)
