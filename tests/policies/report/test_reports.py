"""Reports of one review: what they say, that they agree, and that nothing in them is by chance."""

from __future__ import annotations

import io
import json
import re
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from rich.console import Console

from policies.iam import Principal, Request
from policies.report import evidence
from policies.report.document import Facts, document
from policies.report.evidence_check import judge_evidence
from policies.report.junit import junit
from policies.report.page import page
from policies.report.requests import in_words
from policies.report.sarif import sarif
from policies.report.terminal import explanation, summary
from policies.review.joining import WAIVERS, join
from policies.review.reviewed import Review, fingerprints
from policies.verdict import Finding, Source, Verdict
from tests.policies.review.made import (
    REQUEST,
    TODAY,
    control,
    finding,
    judgement,
    waiver,
)

HOSTILE = '<script>alert("x")</script>\x00\x1b[2J & ]]>'
WAIVED = waiver("S3-06")
FACTS = Facts(
    plans={"production": "a" * 64, "staging": "b" * 64},
    tools={"checkov": "3.3.30"},
    waivers=(WAIVED,),
)


def review() -> Review:
    controls = [
        control("S3-11", "check:one", "invariant:two"),
        control("S3-06"),
        control("SMD-01"),
        control("GOV-01", WAIVERS),
        control("NET-01", "network:closed"),
    ]
    return join(
        controls,
        [
            judgement("S3-11", "check:one", Verdict.VIOLATED, finding(got=HOSTILE)),
            judgement(
                "S3-11",
                "invariant:two",
                Verdict.VIOLATED,
                finding("S3-11", "invariant:two", request=REQUEST),
            ),
            judgement("S3-06", "check:one", Verdict.VIOLATED, finding("S3-06")),
            judgement("SMD-01", "check:one", Verdict.PROVED, assumptions=("keys may be absent",)),
        ],
        [WAIVED],
        TODAY,
        unheard={"network:closed": "a crash"},
    )


def made() -> dict[str, Any]:
    return document(review(), FACTS)


def request_lines() -> dict[str, Any]:
    every = [each for one in review().controls for each in one.open]
    return {name: in_words(each.request) for each, name in fingerprints(every) if each.request}


def shown(renderable: Any, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width, no_color=True)
    console.print(renderable, markup=False)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def test_equal_reviews_give_equal_bytes() -> None:
    def every() -> tuple[bytes, ...]:
        each = made()
        return (
            json.dumps(each).encode(),
            json.dumps(sarif(each, "0.1.0")).encode(),
            junit(each),
            page(each, request_lines()).encode(),
            evidence.bundle(each, {"resources": []}),
        )

    assert every() == every()


def test_the_terminal_tells_what_is_wrong_first_and_the_request_in_words() -> None:
    text = shown(summary(review()))
    assert "\x1b" not in text
    assert text.startswith("VIOLATED  critical  S3-11")
    assert "who       arn:aws:iam::111111111111:role/gatehouse-data-scientist as sofia" in text
    assert "asks for  s3:GetObject" in text
    assert "with      aws:sourcevpce = vpce-1" in text
    assert "aws:principaltype" not in text
    assert "WAIVED  S3-06" in text and "8 days left" in text
    assert "2 of 5 controls fail; 1 violation is waived" in text
    assert text.index("S3-11") < text.index("NOT DECIDED") < text.index("WAIVED")


@pytest.mark.parametrize("width", [40, 100])
def test_the_terminal_keeps_to_its_width(width: int) -> None:
    assert max(map(len, shown(summary(review()), width).splitlines())) <= width


def test_many_findings_are_counted_not_dropped() -> None:
    many = [finding(address=f"aws_s3_bucket.this[{index}]") for index in range(9)]
    joined = join(
        [control()], [judgement("S3-11", "check:one", Verdict.VIOLATED, *many)], (), TODAY
    )
    text = shown(summary(joined))
    assert "and 4 more of S3-11: --json or --out lists every one" in text
    assert len(document(joined, FACTS)["findings"]) == 9


def test_a_control_is_explained_with_what_was_judged_and_assumed() -> None:
    text = shown(explanation(review().controls[-1]))
    assert "SMD-01" in text and "keys may be absent" in text and "module.data" in text
    assert "NIST SP 800-53: AC-3 (our reading)" in text


def test_every_request_in_the_document_can_be_made_anew() -> None:
    (told,) = [each["request"] for each in made()["findings"] if each["request"]]
    principal = Principal.role(told["principal"]["role_arn"], "sofia")
    again = Request.of(
        principal,
        told["action"],
        told["resource"],
        told["context"],
        resource_account=told["resource_account"],
    )
    assert again == REQUEST


def test_a_waived_violation_is_suppressed_in_sarif_with_its_reason() -> None:
    results = sarif(made(), "0.1.0")["runs"][0]["results"]
    suppressed = {each["ruleId"]: each["suppressions"] for each in results if each["suppressions"]}
    assert set(suppressed) == {"S3-06"}
    assert suppressed["S3-06"][0]["justification"].startswith(WAIVED.reason)


def test_sarif_has_the_shape_of_its_standard() -> None:
    shape = json.loads(Path(__file__).with_name("sarif_shape.json").read_text("utf-8"))
    faulty = replace(review(), faults=("policies/controls.yaml: must agree",))
    for each in (review(), faulty):
        jsonschema.validate(sarif(document(each, FACTS), "0.1.0"), shape)


def test_sarif_has_rules_in_order_and_results_that_point_at_them() -> None:
    run = sarif(made(), "0.1.0")["runs"][0]
    rules = [each["id"] for each in run["tool"]["driver"]["rules"]]
    assert rules == sorted(rules)
    assert [each["ruleId"] for each in run["results"]] == sorted(
        each["ruleId"] for each in run["results"]
    )
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1
    prints = [each["partialFingerprints"]["gatehouse/v1"] for each in run["results"]]
    assert len(set(prints)) == len(prints)


def test_what_is_not_decided_is_an_error_in_sarif_and_in_junit() -> None:
    levels = {each["ruleId"]: each["level"] for each in sarif(made(), "x")["runs"][0]["results"]}
    assert levels["NET-01"] == "error"
    suite = ElementTree.fromstring(junit(made()))  # noqa: S314 - we wrote it just now
    case = next(each for each in suite.iter("testcase") if each.get("classname") == "NET-01")
    assert case.find("error") is not None


def test_junit_counts_what_it_holds_and_survives_what_xml_cannot_write() -> None:
    suite = ElementTree.fromstring(junit(made()))  # noqa: S314
    tags = [child.tag for case in suite.iter("testcase") for child in case]
    expected = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    assert {name: suite.get(name) for name in expected} == {
        name: str(tags.count(tag)) for name, tag in expected.items()
    }
    assert suite.get("tests") == str(len(list(suite.iter("testcase")))) == "6"
    assert "<script>" in "".join(each.text or "" for each in suite.iter("failure"))


def test_the_page_loads_nothing_and_runs_nothing_that_was_found() -> None:
    html = page(made(), request_lines())
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html
    assert not re.search(r'\b(?:src|href|action)=(?!"#)', html)
    assert "url(" not in html and "@import" not in html
    assert "default-src &#39;none&#39;;" in html
    assert "unsafe" not in html.split("<style>")[0]


def test_the_page_holds_every_control_finding_and_assumption() -> None:
    html = page(made(), request_lines())
    for name in ("S3-11", "S3-06", "SMD-01", "GOV-01", "NET-01"):
        assert f'id="control-{name}"' in html
    assert html.count("<article") == len(made()["findings"]) + 1
    assert "keys may be absent" in html
    assert "s3:GetObject" in html
    assert WAIVED.reason in html


def test_the_evidence_names_each_of_its_files_by_digest_and_what_is_not_signed() -> None:
    archive = evidence.bundle(made(), {"resources": []})
    assert evidence.check(archive) == ()
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        handle = tar.extractfile("evidence/manifest.json")
        assert handle is not None
        manifest = json.loads(handle.read())
        assert {member.mtime for member in tar.getmembers()} == {0}
        assert {member.name for member in tar.getmembers()} == {
            f"evidence/{name}" for name in (*manifest["files"], "manifest.json")
        }
    assert manifest["signature"].startswith("not signed")


def test_evidence_that_was_changed_does_not_fit_its_manifest() -> None:
    honest = evidence.bundle(made(), {"resources": []})
    changed = honest.replace(b'"verdict":"violated"', b'"verdict":"provedXX"')
    assert changed != honest
    told = evidence.check(changed)
    assert told and "must have the digest" in told[0]


def test_a_signer_signs_the_manifest() -> None:
    signed: list[bytes] = []

    def sign(content: bytes) -> bytes:
        signed.append(content)
        return b"signature"

    archive = evidence.bundle(made(), {}, sign)
    assert evidence.check(archive) == ()
    assert json.loads(signed[0])["signature"] == evidence.SIGNATURE


def test_what_is_no_evidence_is_told_apart() -> None:
    with pytest.raises(ValueError, match="must be a tar archive"):
        evidence.check(b"nothing of the kind")


@pytest.mark.parametrize(
    ("plans", "tools", "told"),
    [
        ({"staging": "b" * 64}, {"checkov": "3.3.30"}, "production: must have the SHA-256"),
        ({"production": "b", "staging": "b" * 64}, {"checkov": "1"}, "got b"),
        (dict(FACTS.plans), {}, "must name the tools"),
        (dict(FACTS.plans), {"checkov": ""}, "checkov: must have a version"),
        (dict(FACTS.plans) | {"other": "c" * 64}, {"checkov": "1"}, "other: must be judged"),
    ],
)
def test_evidence_without_a_plan_or_a_tool_violates_its_control(
    plans: dict[str, str], tools: dict[str, str], told: str
) -> None:
    judged = judge_evidence(
        "GOV-04", document(review(), Facts(plans, tools)), {}, ("production", "staging")
    )
    assert judged.verdict is Verdict.VIOLATED
    assert told in judged.findings[0].sentence


def test_whole_evidence_holds() -> None:
    assert judge_evidence("GOV-04", made(), {}, FACTS.plans).verdict is Verdict.HOLDS


def test_a_finding_of_no_file_is_told_at_the_registry() -> None:
    bare = Finding("S3-11", "check:one", Verdict.VIOLATED, Source("", "x"), "x: must be y, got z")
    joined = join([control()], [judgement("S3-11", "check:one", Verdict.VIOLATED, bare)], (), TODAY)
    (result,) = sarif(document(joined, Facts()), "x")["runs"][0]["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "policies/controls.yaml"
