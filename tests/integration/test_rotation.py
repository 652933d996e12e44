"""The key that signs tokens is rotated while everybody is at work."""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest
from botocore.client import BaseClient
from moto.secretsmanager.models import secretsmanager_backends

from posthouse.entry import secrets
from tests.integration.house import ACCOUNT, House, client

FIRST, SECOND, THIRD = (f"{number:0>36}" for number in range(3))
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


def rotate(house: House, version: str, *steps: str) -> None:
    for step in steps or STEPS:
        facts = {"Step": step, "SecretId": "TokenSecret", "ClientRequestToken": version}
        assert house.invoke("rotate_token_key", facts) == {"step": step}


def keys(stage: str = "AWSCURRENT") -> dict[str, str]:
    found = client("secretsmanager").get_secret_value(SecretId="TokenSecret", VersionStage=stage)
    read: dict[str, str] = json.loads(found["SecretString"])
    return read


def begin(house: House, version: str, content: str | None = None) -> None:
    """What Secrets Manager does before it asks for the first step: a pending version, mostly with nothing in it."""
    secret = secretsmanager_backends["123456789012"][house.sqs.meta.region_name].secrets["TokenSecret"]
    pending: dict[str, Any] = {"createdate": 0, "version_id": version, "version_stages": ["AWSPENDING"]}
    secret.versions[version] = pending if content is None else {**pending, "secret_string": content}


def patience(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(secrets, "RELOADED_EVERY_SECONDS", seconds)
    monkeypatch.setattr(secrets, "_reloaded", {})


class Reads:
    """How often the secret was read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.number = 0
        call = BaseClient._make_api_call

        def counted(it: Any, name: str, kwargs: Any) -> Any:
            self.number += name == "GetSecretValue"
            return call(it, name, kwargs)

        monkeypatch.setattr(BaseClient, "_make_api_call", counted)


def test_what_the_key_before_has_signed_stays_good(house: House) -> None:
    old, cursor_before = house.guest(), keys()
    rotate(house, FIRST)
    after = keys()
    assert after["previous"] == cursor_before["current"]
    assert after["current"] not in cursor_before.values()
    assert len(after["current"]) == 64
    secrets.read_secret.cache_clear()
    new = house.guest()
    for token in (old, new):
        house.send("GET", "/api/me", token=token).must(200)
    assert jwt.get_unverified_header(old)["kid"] != jwt.get_unverified_header(new)["kid"]
    # After one more the first key is forgotten, the second still good
    rotate(house, SECOND)
    secrets.read_secret.cache_clear()
    house.send("GET", "/api/me", token=old).refused(401, "invalid_token")
    house.send("GET", "/api/me", token=new).must(200)


def test_an_environment_with_the_old_keys_learns_the_new_one_from_the_first_token(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience(monkeypatch, 1e9)
    house.guest()
    # Given one environment that has read the rotated secret, and signs by it
    rotate(house, FIRST)
    kept = dict(secrets._kept)
    secrets.read_secret.cache_clear()
    token = house.guest()
    # When another, which has not, meets its token
    secrets.read_secret.cache_clear()
    secrets._kept.update(kept)
    house.send("GET", "/api/me", token=token).must(200)


def test_nonsense_does_not_make_us_read_the_secret_again_and_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience(monkeypatch, 1e9)
    good = house.guest()
    reads = Reads(monkeypatch)
    claims = jwt.decode(good, options={"verify_signature": False})
    for number in range(20):
        forged = jwt.encode(claims, "f" * 64, "HS256", headers={"kid": f"made-up-{number}"})
        house.send("GET", "/api/me", token=forged).refused(401, "invalid_token")
    assert reads.number == 1
    # And a forged one that names a good key is none either
    named = jwt.get_unverified_header(good)["kid"]
    forged = jwt.encode(claims, "f" * 64, "HS256", headers={"kid": named})
    house.send("GET", "/api/me", token=forged).refused(401, "invalid_token")
    assert reads.number == 1


def test_each_step_may_come_again(house: House) -> None:
    for step in STEPS:
        rotate(house, FIRST, step, *([step] if step != "testSecret" else []))
        if step == "createSecret":
            first = keys("AWSPENDING")
        assert keys("AWSCURRENT" if step == "finishSecret" else "AWSPENDING") == first
    stages = client("secretsmanager").describe_secret(SecretId="TokenSecret")["VersionIdsToStages"]
    assert "AWSCURRENT" in stages[FIRST]


@pytest.mark.parametrize("at_once", [True, False])
def test_secrets_manager_makes_the_pending_version_before_it_asks(house: House, at_once: bool) -> None:
    # Given a version without a value; or, where only the configuration is tried, with a copy of the current one
    before = keys()
    ours = secretsmanager_backends[ACCOUNT]["us-east-1"].secrets["TokenSecret"]
    ours.versions[FIRST] = {"createdate": 0, "version_id": FIRST, "version_stages": ["AWSPENDING"]}
    if at_once:
        rotate(house, FIRST)
        assert keys()["previous"] == before["current"]
    else:
        ours.versions[FIRST]["secret_string"] = json.dumps(before)
        rotate(house, FIRST, "testSecret")
        assert keys() == before


def test_keys_that_do_not_follow_the_current_ones_are_not_taken(house: House) -> None:
    before = keys()
    pair = json.dumps({"current": "x" * 64, "previous": "y" * 64})
    client("secretsmanager").put_secret_value(
        SecretId="TokenSecret", ClientRequestToken=THIRD, SecretString=pair, VersionStages=["AWSPENDING"]
    )
    with pytest.raises(Exception, match="do not follow"):
        rotate(house, THIRD, "testSecret")
    assert keys() == before


def test_the_version_that_is_there_but_empty_is_filled(house: House) -> None:
    before = keys()
    begin(house, FIRST)
    rotate(house, FIRST)
    assert keys()["previous"] == before["current"]
    assert keys()["current"] not in before.values()


@pytest.mark.parametrize("content", [None, json.dumps({"current": "k" * 64, "previous": "p" * 64})])
def test_the_trial_of_a_new_schedule_passes_and_is_never_taken(house: House, content: str | None) -> None:
    before = keys()
    begin(house, FIRST, content)
    rotate(house, FIRST, "testSecret")
    with pytest.raises(Exception, match="do not follow"):
        rotate(house, FIRST, "finishSecret")
    assert keys() == before
