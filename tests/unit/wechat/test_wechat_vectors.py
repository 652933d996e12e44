"""All 15 published WeChat vectors in our own client, each with a variant that must fail."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509 import load_pem_x509_certificate

from posthouse.clients.wechat import open_data, signing
from posthouse.clients.wechat.credentials import WechatCredentials
from posthouse.clients.wechat.notification import NotificationRefused, open_notification
from posthouse.clients.wechat.phone import PhoneRefused

VECTORS: dict[str, dict[str, Any]] = {
    vector["id"]: vector
    for vector in json.loads((Path(__file__).parent / "wechat_vectors.json").read_text(encoding="utf-8"))["vectors"]
}


def vector(name: str) -> dict[str, Any]:
    return VECTORS[name]


def open_wxa(given: dict[str, Any], **changes: Any) -> Any:
    call = {
        "session_key": given["session_key"],
        "encrypted_data": given["encrypted_data"],
        "iv": given["iv"],
        "app_id": given["appid"],
        "now": datetime.fromtimestamp(given["plaintext"]["watermark"]["timestamp"], UTC),
        "max_age": timedelta(minutes=5),
    }
    return open_data.decrypt_open_data(**call | changes)


def test_open_data_decrypts_only_with_its_key_its_app_and_while_fresh() -> None:
    given = vector("wxa_open_data_decrypt")
    at = datetime.fromtimestamp(given["plaintext"]["watermark"]["timestamp"], UTC)
    assert open_wxa(given) == given["plaintext"]
    assert open_wxa(given, session_key=b64encode(b"0" * 16).decode()) == PhoneRefused("undecryptable")
    assert open_wxa(given, app_id="wx0000000000000000") == PhoneRefused("foreign_app")
    assert open_wxa(given, now=at + timedelta(minutes=5)) == given["plaintext"]
    assert open_wxa(given, now=at + timedelta(minutes=5, seconds=1)) == PhoneRefused("stale")
    assert open_wxa(given, now=at - timedelta(minutes=6)) == PhoneRefused("stale")


def test_raw_data_signature() -> None:
    given = vector("wxa_rawdata_signature")
    assert open_data.verify_raw_data(given["raw_data"], given["session_key"], given["signature"])
    assert not open_data.verify_raw_data(given["raw_data"] + " ", given["session_key"], given["signature"])


def test_request_signature() -> None:
    given = vector("v3_request_sign_jsapi")
    message = signing.request_message(
        given["method"], given["path"], given["timestamp"], given["nonce"], given["body"].encode()
    )
    assert message == given["message"].encode()
    assert signing.sign(given["private_key_pem"], message) == given["signature"]
    assert signing.sign(given["private_key_pem"], message[:-1]) != given["signature"]


@pytest.mark.parametrize("name", ["v3_paysign_miniprogram", "v3_paysign_app"])
def test_pay_signature(name: str) -> None:
    given = vector(name)
    message = signing.pay_sign_message(given["appid"], given["timestamp"], given["nonce"], given["fourth_line"])
    assert message == given["message"].encode()
    assert signing.sign(given["private_key_pem"], message) == given["signature"]


def test_response_signature() -> None:
    given = vector("v3_response_verify_pubkey")
    body = given["body"].encode()
    message = signing.response_message(given["timestamp"], given["nonce"], body)
    assert message == given["message"].encode()
    assert signing.verify(given["public_key_pem"], message, given["signature"])
    altered = signing.response_message(given["timestamp"], given["nonce"], body.replace(b"JyC", b"JyD"))
    assert not signing.verify(given["public_key_pem"], altered, given["signature"])


def test_go_signer_and_verifier_agree() -> None:
    signer, verifier = vector("go_signer_source"), vector("go_pubkey_verifier")
    assert signing.sign(signer["private_key_pem"], signer["message"].encode()) == signer["signature"]
    assert signing.verify(verifier["public_key_pem"], verifier["message"].encode(), verifier["signature"])
    assert not signing.verify(verifier["public_key_pem"], b"sourcE", verifier["signature"])
    assert not signing.verify(verifier["public_key_pem"], b"source", "not base64!")


@pytest.mark.parametrize("name", ["go_aes_gcm_hello", "java_aes_gcm_256"])
def test_resource_encryption_both_ways(name: str) -> None:
    given = vector(name)
    key, nonce, associated, sealed = (given[field] for field in ("apiv3_key", "nonce", "associated_data", "ciphertext"))
    assert signing.decrypt_resource(key, nonce, associated, sealed) == given["plaintext"].encode()
    assert signing.encrypt_resource(key, nonce, associated, given["plaintext"].encode()) == sealed
    assert signing.decrypt_resource(key, nonce, associated + "x", sealed) is None
    assert signing.decrypt_resource(key[::-1], nonce, associated, sealed) is None


def test_full_notification_of_the_go_client() -> None:
    given = vector("go_full_notification")
    headers, body, certificate = given["headers"], given["body"].encode(), given["certificate_pem"]
    message = signing.response_message(headers["Wechatpay-Timestamp"], headers["Wechatpay-Nonce"], body)
    assert signing.verify(certificate, message, headers["Wechatpay-Signature"])
    resource = json.loads(body)["resource"]
    plaintext = signing.decrypt_resource(
        given["apiv3_key"], resource["nonce"], resource["associated_data"], resource["ciphertext"]
    )
    assert plaintext == given["plaintext"].encode()

    credentials = WechatCredentials(
        "", "", "", "", "", given["apiv3_key"], {headers["Wechatpay-Serial"]: certificate}, {}
    )
    now = datetime.fromtimestamp(given["clock"], UTC)
    # It is authentic, so it is refused only for its event type, which we do not process.
    assert open_notification(headers, body, credentials, now) == NotificationRefused("malformed")
    again = json.dumps(json.loads(body)).encode()
    assert open_notification(headers, again, credentials, now) == NotificationRefused("signature")
    late = now + timedelta(minutes=5)
    assert open_notification(headers, body, credentials, late) == NotificationRefused("stale")


@pytest.mark.parametrize("name", ["go_certificates_response", "java_certificates_response"])
def test_certificates_open_with_the_api_key(name: str) -> None:
    given = vector(name)
    entry = json.loads(given["response_body"])["data"][0]
    sealed = entry["encrypt_certificate"]
    pem = signing.decrypt_resource(given["apiv3_key"], sealed["nonce"], sealed["associated_data"], sealed["ciphertext"])
    assert pem is not None
    opened, published = load_pem_x509_certificate(pem), load_pem_x509_certificate(given["certificate_pem"].encode())
    assert opened == published
    assert f"{opened.serial_number:X}" == entry["serial_no"] == given["serial_no"]


def test_java_key_signs_and_its_certificate_verifies() -> None:
    given = vector("java_rsa_sign_verify")
    message = given["message"].encode()
    assert signing.sign(given["private_key_pem"], message) == given["signature"]
    assert signing.verify(given["certificate_pem"], message, given["signature"])
    assert not signing.verify(given["certificate_pem"], message + b"!", given["signature"])


def test_java_platform_pair_is_one_pair() -> None:
    given = vector("java_platform_keypair")
    signature = signing.sign(given["private_key_pem"], b"posthouse")
    assert signing.verify(given["public_key_pem"], b"posthouse", signature)
    assert signing.verify(given["certificate_pem"], b"posthouse", signature)


def test_every_vector_is_run() -> None:
    # By the source, so that a vector added to the file without a test shows.
    source = Path(__file__).read_text(encoding="utf-8")
    assert len(VECTORS) == 15
    assert [name for name in VECTORS if f'"{name}"' not in source] == []
