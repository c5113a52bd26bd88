"""Files tell lines and what expressions refer to; nothing in them is taken for more than it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from policies.model.terraform_files import (
    TerraformFiles,
    blocks_of,
    folder_of,
    member_of,
    references_of,
)

_FILE = """# resource "aws_vpc" "commented" {
locals {
  one  = { "a.b" = aws_vpc.this.id, plain = var.name }
  many = merge(local.one, {
    last = module.it["x.y"].arn
  })
}

resource "aws_vpc" "this" {
  cidr_block = var.cidr

  tags = {
    resource = "no block"
  }

  lifecycle {
    prevent_destroy = true
  }
}

variable "name" {}

resource   "aws_vpc"   "spread" {
}
"""


def test_blocks_have_their_labels_lines_and_attributes() -> None:
    found = {(each.type, *each.labels): each for each in blocks_of(_FILE, "main.tf")}
    assert {name: each.line for name, each in found.items()} == {
        ("locals",): 2,
        ("resource", "aws_vpc", "this"): 9,
        ("variable", "name"): 21,
        ("resource", "aws_vpc", "spread"): 23,
    }
    vpc = found["resource", "aws_vpc", "this"]
    assert {name: text.strip() for name, text in vpc.attributes.items()} == {
        "cidr_block": "var.cidr",
        "tags": '{\n    resource = "no block"\n  }',
    }
    assert references_of(found[("locals",)].attributes["many"]) == (
        "local.one",
        'module.it["x.y"].arn',
    )


@pytest.mark.parametrize(
    ("expression", "name", "found"),
    [
        ("{ a = 1, b = 2 }", "b", "2"),
        ('{\n  # c = 0\n  "a.b" = var.x\n}', "a.b", "var.x"),
        ("{ a = { b = 1, c = 2 }, c = 3 }", "c", "3"),
        ('{ a = "{", b = 2 }', "b", "2"),
        ("{ a = [1, 2], b = f(1, 2) }", "b", "f(1, 2)"),
        ("merge({ a = 1 })", "a", None),
        ("{ a == b }", "a", None),
        ("{ a = 1 }", "z", None),
        ("", "a", None),
    ],
)
def test_a_member_of_a_written_object_is_found(
    expression: str, name: str, found: str | None
) -> None:
    member = member_of(expression, name)
    assert (member.strip() if member is not None else None) == found


@pytest.mark.parametrize(
    ("parent", "source", "folder"),
    [
        ("accounts/staging", "../../modules/kit", "modules/kit"),
        ("modules/kit", "./inner", "modules/kit/inner"),
        ("a", "../../outside", "../outside"),
        ("a", "registry.example/kit/aws", None),
    ],
)
def test_a_module_is_found_by_its_source(parent: str, source: str, folder: str | None) -> None:
    assert folder_of(parent, source) == folder


def test_a_folder_outside_of_the_checkout_or_not_there_has_no_blocks(tmp_path: Path) -> None:
    (tmp_path / "outside.tf").write_text('resource "a" "b" {\n}\n', "utf-8")
    files = TerraformFiles(tmp_path / "inside")
    assert not files.folder("..").blocks
    assert not files.folder("missing").blocks
    assert not TerraformFiles(None).folder(".").blocks
