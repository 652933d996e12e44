"""`python -m local.check_wechat_secret` finds every problem of the secret and prints none of its values."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from moto import mock_aws

from local.check_wechat_secret import main, problems_of
from local.wechat_simulator import SimulatorConfig


@pytest.fixture(scope="module")
def config() -> SimulatorConfig:
    return SimulatorConfig.generate()


@pytest.fixture
def secret(config: SimulatorConfig) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(config.secret_json())
    return content


def pem_of(key: Any, shape: PrivateFormat = PrivateFormat.PKCS8) -> str:
    return str(key.private_bytes(Encoding.PEM, shape, NoEncryption()).decode())


def test_the_simulators_secret_is_complete(
    config: SimulatorConfig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "secret.json"
    file.write_text(config.secret_json())
    assert main([str(file)]) == 0
    assert capsys.readouterr().out == "WeChat secret is complete\n"


def test_what_a_deployment_may_do_without_is_named_and_no_problem(
    secret: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A secret that was made before there were notices of reserved and changed stays stays valid."""
    for kind in ("reserved", "changed", "login"):
        del secret["notification_templates"][kind]
    file = tmp_path / "secret.json"
    file.write_text(json.dumps(secret))
    assert main([str(file)]) == 0
    complete, left_out = capsys.readouterr().out.splitlines()
    assert complete == "WeChat secret is complete"
    assert left_out.endswith(": reserved, changed, login")


def test_each_problem_is_one_line(secret: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = secret | {
        "app_id": "gh_1234",
        "api_v3_key": "short",
        "merchant_serial": "not hex",
        "merchant_private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "wechat_public_keys": {"key one": "no pem"},
        "notification_templates": {"paid": "short", "login": "x"},
        "colour": "red",
    }
    del broken["app_secret"]
    file = tmp_path / "secret.json"
    file.write_text(json.dumps(broken))
    assert main([str(file)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "colour",
        "app_id",
        "app_secret",
        "merchant_serial",
        "api_v3_key",
        "merchant_private_key",
        "wechat_public_keys",
        "wechat_public_keys.key one",
        "notification_templates.wait_for_payment",
        "notification_templates.cancelled",
        "notification_templates.paid",
        "notification_templates.checked_in",
        "notification_templates.finished",
        "notification_templates.shipped",
        "notification_templates.refunded",
        "notification_templates.login",
    ]


def test_keys_that_parse_but_do_not_fit(secret: dict[str, Any]) -> None:
    curve = ec.generate_private_key(ec.SECP256R1())
    small = rsa.generate_private_key(65537, 1024)  # noqa: S505 - that is the point
    public = small.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert problems_of(json.dumps(secret | {"merchant_private_key": pem_of(curve)})) == [
        "merchant_private_key: not a valid RSA key"
    ]
    assert "1024 bits" in problems_of(json.dumps(secret | {"merchant_private_key": pem_of(small)}))[0]
    old_form = pem_of(small, PrivateFormat.TraditionalOpenSSL)
    assert "PKCS#8" in problems_of(json.dumps(secret | {"merchant_private_key": old_form}))[0]
    serial = next(iter(secret["wechat_public_keys"]))
    assert "1024 bits" in problems_of(json.dumps(secret | {"wechat_public_keys": {serial: public}}))[0]


def test_the_full_check_finds_a_key_whose_parts_do_not_fit(config: SimulatorConfig, secret: dict[str, Any]) -> None:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(config.merchant_private_key.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    numbers = key.private_numbers()
    spoiled = rsa.RSAPrivateNumbers(
        numbers.p, numbers.q, numbers.d + 2, numbers.dmp1, numbers.dmq1, numbers.iqmp, numbers.public_numbers
    ).private_key(unsafe_skip_rsa_key_validation=True)
    assert problems_of(json.dumps(secret | {"merchant_private_key": pem_of(spoiled)})) == [
        "merchant_private_key: not a valid RSA key"
    ]


@pytest.mark.parametrize("text", ["{", "[]", '"x"'])
def test_no_json_object(text: str) -> None:
    assert len(problems_of(text)) == 1


def test_a_missing_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere.json")]) == 1
    assert capsys.readouterr().err.startswith("cannot read the secret: ")


@pytest.fixture
def aws_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.mark.usefixtures("aws_environment")
def test_the_secret_is_read_from_secrets_manager(config: SimulatorConfig, capsys: pytest.CaptureFixture[str]) -> None:
    with mock_aws():
        boto3.client("secretsmanager").create_secret(Name="wechat", SecretString=config.secret_json())
        assert main(["--secret-id", "wechat"]) == 0
        assert main(["--secret-id", "elsewhere"]) == 1
    shown = capsys.readouterr()
    assert shown.out == "WeChat secret is complete\n"
    assert "elsewhere" in shown.err or "can't find" in shown.err
    assert len(shown.err.splitlines()) == 1
