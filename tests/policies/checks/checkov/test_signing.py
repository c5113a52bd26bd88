"""Our pack runs only as it was signed: checkov refuses a change, a stranger's key, a new file."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pipelines.errors import EnvironmentFault, InvalidInput, Misuse
from policies.checks.checkov.command import PACK, PUBLIC_KEY
from scripts.checkov import run_checkov
from scripts.checkov_signing import TRAILER, new_key, read_key, sign_pack, signed, unsigned

CHECKOUT = Path(__file__).resolve().parents[4]
_PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.11.4",
    "planned_values": {
        "root_module": {
            "resources": [
                {
                    "address": "aws_sagemaker_image.it",
                    "mode": "managed",
                    "type": "aws_sagemaker_image",
                    "name": "it",
                    "provider_name": "registry.terraform.io/hashicorp/aws",
                    "schema_version": 0,
                    "values": {"image_name": "it"},
                }
            ]
        }
    },
    "resource_changes": [],
    "configuration": {},
}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the pack that a test may change."""
    return Path(shutil.copytree(PACK, tmp_path / "pack"))


def _run(pack: Path, tmp_path: Path, key: Path = PUBLIC_KEY) -> str:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(_PLAN), "utf-8")
    return run_checkov(CHECKOUT / ".venv-checkov", plan, ["CKV_MLS_31"], pack, key)[0]


@pytest.mark.parametrize("path", sorted(PACK.glob("*.py")), ids=lambda path: path.name)
def test_every_file_of_the_pack_is_signed_with_the_key_beside_it(path: Path) -> None:
    source = path.read_bytes()
    signature = source.splitlines()[-1].removeprefix(TRAILER.rstrip(b"\n"))
    key = serialization.load_pem_public_key(PUBLIC_KEY.read_bytes())
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(bytes.fromhex(signature.decode()), unsigned(source), ec.ECDSA(hashes.SHA256()))


def test_no_private_key_lies_in_the_checkout() -> None:
    marks = (b"PRIVATE KEY-----",)
    for path in (CHECKOUT / "policies").rglob("*"):
        if path.is_file():
            assert not any(mark in path.read_bytes() for mark in marks), path


@pytest.mark.slow
def test_the_signed_pack_judges(pack: Path, tmp_path: Path) -> None:
    report = json.loads(_run(pack, tmp_path))
    assert [each["check_id"] for each in report["results"]["failed_checks"]] == ["CKV_MLS_31"]


@pytest.mark.slow
def test_a_changed_check_does_not_run(pack: Path, tmp_path: Path) -> None:
    changed = pack / "mls_building.py"
    changed.write_text(changed.read_text("utf-8").replace("must be set", "may be set"), "utf-8")
    with pytest.raises(EnvironmentFault, match=r"mls_building\.py"):
        _run(pack, tmp_path)


@pytest.mark.slow
def test_a_check_without_signature_does_not_run(pack: Path, tmp_path: Path) -> None:
    (pack / "mls_added.py").write_text('"""Added."""\n', "utf-8")
    with pytest.raises(EnvironmentFault, match=r"missing signature: mls_added\.py"):
        _run(pack, tmp_path)


@pytest.mark.parametrize("name", ["added.yaml", "added.yml", "added.json", "inner/added.so"])
def test_what_cannot_be_signed_does_not_run(pack: Path, tmp_path: Path, name: str) -> None:
    (pack / name).parent.mkdir(exist_ok=True)
    (pack / name).write_text("metadata: { id: CKV_MLS_31 }\n", "utf-8")
    with pytest.raises(EnvironmentFault, match="signed Python only"):
        _run(pack, tmp_path)


@pytest.mark.slow
def test_a_pack_that_somebody_else_signed_does_not_run(pack: Path, tmp_path: Path) -> None:
    stranger = tmp_path / "keys" / "stranger.pem"
    new_key(stranger, CHECKOUT)
    sign_pack(pack, read_key(stranger), tmp_path / "stranger-public.pem")
    with pytest.raises(EnvironmentFault, match="signature verification failed"):
        _run(pack, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("told", "broken"),
    [
        ("Cannot load external check 'mls_building'", "raise RuntimeError"),
        (
            "CKV_MLS_31",
            "@pack.check(31, 'Crashes', 'aws_sagemaker_image')\ndef it(_): return 1 / 0",
        ),
    ],
)
def test_a_check_that_crashes_ends_the_run(
    pack: Path, tmp_path: Path, told: str, broken: str
) -> None:
    start = "from mls_check import Pack\npack = Pack()\n"
    (pack / "mls_building.py").write_text(f"{start}{broken}\n", "utf-8")
    own = tmp_path / "keys" / "own.pem"
    new_key(own, CHECKOUT)
    sign_pack(pack, read_key(own), tmp_path / "public.pem")
    with pytest.raises(EnvironmentFault, match=told):
        _run(pack, tmp_path, tmp_path / "public.pem")


def test_a_signature_is_the_same_each_time_and_replaces_one() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    once = signed(b'"""One."""\n', key)
    assert signed(once, key) == once
    assert once.count(TRAILER) == 1


def test_a_signature_does_not_fit_another_text() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    signature = signed(b"one = 1\n", key).splitlines()[-1].removeprefix(TRAILER)
    with pytest.raises(InvalidSignature):
        key.public_key().verify(
            bytes.fromhex(signature.decode()), b"one = 2\n", ec.ECDSA(hashes.SHA256())
        )


def test_a_new_key_is_refused_inside_the_checkout() -> None:
    with pytest.raises(Misuse, match="outside the checkout"):
        new_key(CHECKOUT / "policies" / "key.pem", CHECKOUT)


def test_a_new_key_is_its_owners_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "key.pem"
    new_key(path, CHECKOUT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(Misuse, match="must not exist yet"):
        new_key(path, CHECKOUT)


def test_a_key_on_another_curve_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(
        ec.generate_private_key(ec.SECP384R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    with pytest.raises(InvalidInput, match="P-256"):
        read_key(path)
