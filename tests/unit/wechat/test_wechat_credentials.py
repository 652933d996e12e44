"""The secret is parsed into credentials or refused with one line, and its keys never show."""

import json
from typing import Any

import pytest

from local.wechat_simulator import SimulatorConfig
from posthouse.clients.wechat.credentials import WechatCredentials


@pytest.fixture(scope="module")
def config() -> SimulatorConfig:
    return SimulatorConfig.generate()


@pytest.fixture
def secret(config: SimulatorConfig) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(config.secret_json())
    return content


def test_a_complete_secret_is_parsed(config: SimulatorConfig) -> None:
    credentials = WechatCredentials.parse(config.secret_json())
    assert credentials.app_id == config.app_id
    assert credentials.wechat_public_keys == {config.platform_serial: config.platform_public_key}
    assert credentials.notification_templates == config.templates
    assert hash(credentials) == hash(WechatCredentials.parse(config.secret_json()))


def test_repr_shows_no_secret(config: SimulatorConfig) -> None:
    for shown in (repr(WechatCredentials.parse(config.secret_json())), repr(config)):
        assert config.app_id in shown
        for hidden in (config.app_secret, config.api_v3_key, "PRIVATE KEY"):
            assert hidden not in shown


@pytest.mark.parametrize(
    "name",
    [
        *("app_id", "app_secret", "merchant_id", "merchant_serial", "merchant_private_key", "api_v3_key"),
        *("wechat_public_keys", "notification_templates"),
    ],
)
def test_a_missing_or_wrong_field_is_named(secret: dict[str, Any], name: str) -> None:
    wrongs: tuple[object, ...] = (None, "", 7, {})
    for wrong in wrongs:
        with pytest.raises(ValueError, match=name) as raised:
            WechatCredentials.parse(json.dumps(secret | {name: wrong}))
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [("{", "not JSON"), ("[]", "not a JSON object"), ("", "not JSON")],
)
def test_what_is_no_json_object_is_refused_without_quoting_it(text: str, line: str) -> None:
    with pytest.raises(ValueError, match=line):
        WechatCredentials.parse(text)


def test_a_secret_without_the_optional_templates_goes_on_working(secret: dict[str, Any]) -> None:
    needed = {
        kind: value
        for kind, value in secret["notification_templates"].items()
        if kind not in {"reserved", "changed", "login"}
    }
    parsed = WechatCredentials.parse(json.dumps(secret | {"notification_templates": needed}))
    assert parsed.notification_templates == needed


def test_key_length_and_template_kinds(secret: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="api_v3_key must have 32 bytes"):
        WechatCredentials.parse(json.dumps(secret | {"api_v3_key": "x" * 31}))
    templates = {kind: value for kind, value in secret["notification_templates"].items() if kind != "paid"}
    with pytest.raises(ValueError, match="lacks paid"):
        WechatCredentials.parse(json.dumps(secret | {"notification_templates": templates}))
    with pytest.raises(ValueError, match=r"wechat_public_keys\.A must be"):
        WechatCredentials.parse(json.dumps(secret | {"wechat_public_keys": {"A": 1}}))
