"""Check WeChat's secret before it is deployed: `python -m local.check_wechat_secret FILE` or `--secret-id ID`.

Prints one line for each problem and exits with 1, or prints "WeChat secret is complete" and exits with 0; a line more
names the notices that are not sent without a message template. Never prints
a value. Because of this check the Lambda functions can skip its slow part at every cold start.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from local.notice_kinds import ALL_NOTICES, NEEDED_NOTICES, OPTIONAL_NOTICES

KNOWN_FIELDS = frozenset(
    {
        "app_id",
        "app_secret",
        "merchant_id",
        "merchant_serial",
        "merchant_private_key",
        "api_v3_key",
        "wechat_public_keys",
        "notification_templates",
    }
)
# Field -> (pattern, the pattern in words), as the mini-program console and the merchant platform show the values.
SHAPES = {
    "app_id": (r"wx[0-9a-f]{16}", "wx and 16 hexadecimal digits"),
    "app_secret": (r"[0-9A-Za-z]{32}", "32 letters or digits"),
    "merchant_id": (r"[0-9]{8,10}", "8 to 10 digits"),
    "merchant_serial": (r"[0-9A-F]{16,40}", "16 to 40 upper-case hexadecimal digits"),
    "api_v3_key": (r"[\x21-\x7e]{32}", "exactly 32 bytes, without spaces"),
}
KEY_SERIAL = re.compile(r"PUB_KEY_ID_[0-9A-Z]{10,}|[0-9A-F]{16,40}")
TEMPLATE_ID = re.compile(r"[0-9A-Za-z_-]{43}")
MINIMUM_KEY_BITS = 2048


def problems_of(text: str) -> list[str]:
    """Returns every problem of the secret's JSON: one line each, with the field and never its value."""
    try:
        secret = json.loads(text)
    except ValueError:
        return ["the secret is not JSON"]
    if not isinstance(secret, dict):
        return ["the secret is not a JSON object"]
    return [
        *(f"{name}: unknown field" for name in sorted(secret.keys() - KNOWN_FIELDS)),
        *_shape_problems(secret),
        *_private_key_problems(secret.get("merchant_private_key")),
        *_public_key_problems(secret.get("wechat_public_keys")),
        *_template_problems(secret.get("notification_templates")),
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the command. Returns the exit status: 0 if the secret is complete."""
    parser = argparse.ArgumentParser(prog="python -m local.check_wechat_secret", description="Check WeChat's secret.")
    parser.add_argument("file", nargs="?", help="a file with the secret's JSON, or - for standard input")
    parser.add_argument("--secret-id", help="name or ARN of the secret in Secrets Manager")
    parser.add_argument("--endpoint-url", help="URL of another Secrets Manager than AWS's, such as the local cloud's")
    options = parser.parse_args(arguments)
    if (options.file is None) == (options.secret_id is None):
        parser.error("give either FILE or --secret-id")
    try:
        text = _stored(options.secret_id, options.endpoint_url) if options.secret_id else _read(options.file)
    except (OSError, UnicodeDecodeError, LookupError) as error:
        print(f"cannot read the secret: {error}", file=sys.stderr)
        return 1
    problems = problems_of(text)
    for problem in problems:
        print(problem)
    if problems:
        return 1
    print("WeChat secret is complete")
    if left_out := [kind for kind in OPTIONAL_NOTICES if kind not in json.loads(text)["notification_templates"]]:
        print(f"without message templates, which may be so; these notices are not sent: {', '.join(left_out)}")
    return 0


def _read(name: str) -> str:
    return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")


def _stored(secret_id: str, endpoint_url: str | None) -> str:
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        client = boto3.client("secretsmanager", endpoint_url=endpoint_url)
        answer = client.get_secret_value(SecretId=secret_id)
    except (BotoCoreError, ClientError, ValueError) as error:
        raise LookupError(str(error)) from None
    if "SecretString" not in answer:
        raise LookupError(f"{secret_id} contains bytes, not text")
    return str(answer["SecretString"])


def _shape_problems(secret: Mapping[str, Any]) -> Iterator[str]:
    for name, (shape, words) in SHAPES.items():
        value = secret.get(name)
        if not isinstance(value, str) or not value:
            yield f"{name}: missing"
        elif not re.fullmatch(shape, value):
            yield f"{name}: must be {words}"


def _private_key_problems(pem: Any) -> Iterator[str]:
    name = "merchant_private_key"
    if not isinstance(pem, str) or not pem:
        yield f"{name}: missing"
        return
    if not pem.lstrip().startswith("-----BEGIN PRIVATE KEY-----"):
        yield f"{name}: must be a PKCS#8 PEM (-----BEGIN PRIVATE KEY-----), apiclient_key.pem of the merchant platform"
        return
    # This makes the full check of the key, which the functions skip.
    key = _loaded(lambda: load_pem_private_key(pem.encode(), None))
    if not isinstance(key, RSAPrivateKey):
        yield f"{name}: not a valid RSA key"
    elif key.key_size < MINIMUM_KEY_BITS:
        yield f"{name}: RSA key of {key.key_size} bits, WeChat's have {MINIMUM_KEY_BITS}"


def _public_key_problems(keys: Any) -> Iterator[str]:
    name = "wechat_public_keys"
    if not isinstance(keys, dict) or not keys:
        yield f"{name}: missing; must have at least one serial and its PEM"
        return
    for serial, pem in keys.items():
        if not KEY_SERIAL.fullmatch(serial):
            yield f"{name}: {serial!r} is neither PUB_KEY_ID_... nor a certificate's serial"
        key = _loaded(partial(_public_key, pem))
        if not isinstance(key, RSAPublicKey):
            yield f"{name}.{serial}: not the PEM of an RSA public key or certificate"
        elif key.key_size < MINIMUM_KEY_BITS:
            yield f"{name}.{serial}: RSA key of {key.key_size} bits, WeChat's have {MINIMUM_KEY_BITS}"


def _template_problems(templates: Any) -> Iterator[str]:
    name = "notification_templates"
    if not isinstance(templates, dict):
        yield f"{name}: missing"
        return
    for kind in (kind for kind in ALL_NOTICES if kind in NEEDED_NOTICES or kind in templates):
        value = templates.get(kind)
        if not isinstance(value, str) or not value:
            yield f"{name}.{kind}: missing"
        elif not TEMPLATE_ID.fullmatch(value):
            yield f"{name}.{kind}: a template id has 43 letters, digits, _ or -"
    for kind in sorted(templates.keys() - {*ALL_NOTICES}):
        yield f"{name}.{kind}: unknown kind"


def _public_key(pem: Any) -> object:
    if not isinstance(pem, str):
        return None
    if "BEGIN CERTIFICATE" in pem:
        return load_pem_x509_certificate(pem.encode()).public_key()
    return load_pem_public_key(pem.encode())


def _loaded(load: Callable[[], object]) -> object:
    try:
        return load()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


if __name__ == "__main__":
    sys.exit(main())
