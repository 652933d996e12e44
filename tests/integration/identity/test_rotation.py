"""The key that signs tokens is rotated while guests and staff use the API."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import time_machine
from botocore.client import BaseClient
from botocore.exceptions import EndpointConnectionError
from moto.secretsmanager.models import secretsmanager_backends

from posthouse.domain.identity import Principal
from posthouse.entry import secrets, tokens
from posthouse.services.identity.key_rotation import Rotation
from tests.integration.house import ACCOUNT, NOW, House, client
from tests.support.clock import clock_at
from tests.support.template import ROOT, load_step

FIRST, SECOND, THIRD = (f"{number:0>36}" for number in range(3))
LATER = NOW + timedelta(hours=1)
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
    """Do what Secrets Manager does before the first step: make a pending version, which is usually empty."""
    secret = secretsmanager_backends["123456789012"][house.sqs.meta.region_name].secrets["TokenSecret"]
    pending: dict[str, Any] = {"createdate": 0, "version_id": version, "version_stages": ["AWSPENDING"]}
    secret.versions[version] = pending if content is None else {**pending, "secret_string": content}


def encoded(text: str) -> str:
    """A part of a token."""
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


class Reads:
    """Counts how often the secret was read."""

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
    secrets.forget_secrets()
    new = house.guest()
    for token in (old, new):
        house.send("GET", "/api/me", token=token).must(200)
    assert jwt.get_unverified_header(old)["kid"] != jwt.get_unverified_header(new)["kid"]
    # After one more rotation the first key is removed, the second is still valid
    rotate(house, SECOND)
    secrets.forget_secrets()
    house.send("GET", "/api/me", token=old).refused(401, "invalid_token")
    house.send("GET", "/api/me", token=new).must(200)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that moves only when a test moves it, however slow the machine is."""
    with clock_at(LATER) as traveller:
        yield traveller


@contextmanager
def another_environment() -> Iterator[None]:
    """Run in another environment, which has read nothing yet; afterwards the first one is active again."""
    kept, reloads = dict(secrets._kept), dict(secrets._reloads)
    secrets.forget_secrets()
    yield
    secrets.forget_secrets()
    secrets._kept.update(kept)
    secrets._reloads.update(reloads)


def made_up(good: str, number: int, **claims: Any) -> str:
    """A token that names a key which does not exist."""
    said = {**jwt.decode(good, options={"verify_signature": False}), **claims}
    return jwt.encode(said, "f" * 64, "HS256", headers={"kid": f"made-up-{number}"})


def test_an_environment_with_the_old_keys_learns_the_new_one_from_the_first_token(house: House) -> None:
    house.guest()
    # Given one environment that has read the rotated secret, and signs with it
    rotate(house, FIRST)
    with another_environment():
        token = house.guest()
    # When another, which has not, meets its token
    house.send("GET", "/api/me", token=token).must(200)


def test_a_stranger_with_made_up_keys_keeps_no_fresh_token_out(house: House) -> None:
    good = house.guest()
    with clock_at(LATER) as clock:
        for number in range(100):  # any number of them, before and after the rotation
            house.send("GET", "/api/me", token=made_up(good, number)).refused(401, "invalid_token")
        rotate(house, FIRST)
        with another_environment():
            token = house.guest()
        clock.shift(1.0)
        house.send("GET", "/api/me", token=token).must(200)


def test_a_flood_of_made_up_keys_after_a_rotation_logs_no_guest_out(house: House) -> None:
    """Twenty made-up tokens a second for ten seconds, and after each of them a token that was issued at that moment."""
    caller = tokens.verify(house.guest())
    assert isinstance(caller, Principal)
    with clock_at(LATER) as clock:
        good = tokens.issue(caller, datetime.now(UTC)).value
        rotate(house, FIRST)
        new_name = tokens.key_name(keys()["current"])
        for number in range(200):
            forged = made_up(good, number, iat=time.time())
            house.send("GET", "/api/me", token=forged).refused(401, "invalid_token")
            with another_environment():
                fresh = tokens.issue(caller, datetime.now(UTC)).value
            assert jwt.get_unverified_header(fresh)["kid"] == new_name
            house.send("GET", "/api/me", token=fresh).must(200)
            clock.shift(0.05)


def test_nonsense_does_not_make_us_read_the_secret_again_and_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = house.guest()
    with clock_at(LATER) as clock:
        secrets.forget_secrets()
        house.send("GET", "/api/me", token=good).must(200)
        reads = Reads(monkeypatch)
        # Given callers with tokens that claim to be issued just now
        now = LATER.timestamp()
        for number in range(50):
            forged = made_up(good, number, iat=now + number % 30)
            house.send("GET", "/api/me", token=forged).refused(401, "invalid_token")
        assert reads.number == secrets.RELOADS_AT_ONCE
        # When they continue, then each second only one more of them causes a read of the secret
        clock.shift(3 * secrets.RELOAD_EVERY_SECONDS)
        for number in range(50):
            house.send("GET", "/api/me", token=made_up(good, number, iat=now + 3)).refused(401, "invalid_token")
        assert reads.number == secrets.RELOADS_AT_ONCE + 3
        # And a forged token that names a valid key is refused too
        named = jwt.get_unverified_header(good)["kid"]
        claims = jwt.decode(good, options={"verify_signature": False})
        forged = jwt.encode(claims, "f" * 64, "HS256", headers={"kid": named})
        house.send("GET", "/api/me", token=forged).refused(401, "invalid_token")
    assert reads.number == secrets.RELOADS_AT_ONCE + 3


@pytest.mark.parametrize("iat", [(NOW - timedelta(hours=1)).timestamp(), "then", None, float("nan")], ids=str)
def test_a_token_that_is_older_than_what_was_read_is_not_looked_up(
    house: House, monkeypatch: pytest.MonkeyPatch, iat: Any
) -> None:
    good = house.guest()
    reads = Reads(monkeypatch)
    for number in range(3):
        house.send("GET", "/api/me", token=made_up(good, number, iat=iat)).refused(401, "invalid_token")
    assert reads.number == (0 if isinstance(iat, float) else 3)  # a token without an age may be new


def test_what_can_hardly_be_read_is_no_token(house: House) -> None:
    good, deep, named = house.guest(), encoded("[" * 4000), encoded('{"alg": "HS256", "kid": "k"}')
    for token in (f"{deep}.e30.x", f"{named}.{deep}.x", made_up(good, 1, iat=10**400)):
        house.send("GET", "/api/me", token=token).refused(401, "invalid_token")


@pytest.mark.parametrize(("behind", "accepted"), [(2, True), (55, True), (70, False)])
def test_a_clock_that_is_behind_refuses_no_fresh_token(house: House, behind: int, accepted: bool) -> None:
    # Given a host that issues a token, and one whose clock is behind it
    token = house.guest()
    with clock_at(NOW - timedelta(seconds=behind)):
        reply = house.send("GET", "/api/me", token=token)
    reply.must(200) if accepted else reply.refused(401, "invalid_token")


def test_what_has_expired_has_no_grace(house: House) -> None:
    token = house.guest()
    end = datetime.fromtimestamp(jwt.decode(token, options={"verify_signature": False})["exp"], UTC)
    with clock_at(end):
        house.send("GET", "/api/me", token=token).refused(401, "token_expired")


def test_a_secret_grows_old_by_the_wall_clock(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda freezes an environment between two calls, together with its monotonic clock."""
    reads = Reads(monkeypatch)
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)
    arn = house._refs["WechatSecret"]
    kept = secrets.KEPT_SECONDS
    for seconds, expected in ((0, 1), (kept - 1, 1), (kept + 1, 2), (0, 3)):  # at the end the clock is set back
        with clock_at(NOW + timedelta(seconds=seconds)):
            secrets.read_secret(arn)
        assert reads.number == expected


def test_a_vault_that_does_not_answer_is_waited_for_with_the_keys_that_are_known(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    token = house.guest()
    call, asked, down = BaseClient._make_api_call, [0], [True]

    def silent(it: Any, name: str, kwargs: Any) -> Any:
        asked[0] += name == "GetSecretValue"
        if name == "GetSecretValue" and down:
            raise EndpointConnectionError(endpoint_url="https://secretsmanager.test")
        return call(it, name, kwargs)

    with clock_at(LATER) as clock:
        secrets.forget_secrets()
        house.send("GET", "/api/me", token=token).must(200)
        monkeypatch.setattr(BaseClient, "_make_api_call", silent)
        clock.shift(tokens.KEPT_SECONDS + 1)
        for _ in range(3):
            house.send("GET", "/api/me", token=token).must(200)
        assert asked == [1]
        clock.shift(secrets.AGAIN_SECONDS)
        house.send("GET", "/api/me", token=token).must(200)
        assert asked == [2]
        # An unknown key may be valid: now this cannot be decided, so it is not a refusal
        fresh = made_up(token, 1, iat=datetime.now(UTC).timestamp())
        house.send("GET", "/api/me", token=fresh).refused(503, "busy")
        house.send("GET", "/api/me", token=token).must(200)
        # And after the five minutes for which keys were cached, this is so for all tokens
        clock.shift(secrets.KEPT_SECONDS)
        house.send("GET", "/api/me", token=token).refused(503, "busy")
        down.clear()
        house.send("GET", "/api/me", token=token).must(200)
    assert "ERROR" not in {it.levelname for it in caplog.records}


def test_an_environment_that_has_slept_signs_with_no_dead_key(house: House) -> None:
    # Given an environment that has read the keys, and a leak: the key is rotated twice at once
    house.guest()
    rotate(house, FIRST)
    rotate(house, SECOND)
    # When it issues a token a minute after it has read them, then others accept it
    [kept] = [known for arn, known in secrets._kept.items() if "TokenSecret" in arn]
    asleep_until = datetime.fromtimestamp(kept.read_at + tokens.KEPT_SECONDS, UTC)
    with clock_at(asleep_until):
        token = house.guest()
        with another_environment():
            house.send("GET", "/api/me", token=token).must(200)


def test_a_leaked_key_is_ended_at_once(house: House, clock: time_machine.Traveller) -> None:
    # Given an attacker who knows the keys in use, and makes an admin's token with them
    leaked = keys()
    claims = jwt.decode(house.admin, options={"verify_signature": False})
    stolen = [jwt.encode(claims, key, "HS256", headers={"kid": tokens.key_name(key)}) for key in leaked.values() if key]
    for token in stolen:
        house.send("GET", "/api/staff/audit", token=token).must(200)
    guest = house.guest()
    # When the keys are revoked during a rotation
    rotate(house, FIRST, "createSecret")
    rotate(house, SECOND, "endKeys", "endKeys")
    # Then the next environment accepts no token that they have signed
    with another_environment():
        for token in (*stolen, guest):
            house.send("GET", "/api/staff/audit", token=token).refused(401, "invalid_token")
        fresh = house.guest()
        house.send("GET", "/api/me", token=fresh).must(200)
    # One that has read them before learns this from the first new token, or on its own within a minute
    house.send("GET", "/api/staff/audit", token=stolen[0]).must(200)
    house.send("GET", "/api/me", token=fresh).must(200)
    house.send("GET", "/api/staff/audit", token=stolen[0]).refused(401, "invalid_token")
    with another_environment():
        secrets._kept[house._refs["TokenSecret"]] = secrets._Kept(json.dumps(leaked), time.time())
        house.send("GET", "/api/staff/audit", token=stolen[0]).must(200)
        clock.shift(tokens.KEPT_SECONDS)
        for token in stolen:
            house.send("GET", "/api/staff/audit", token=token).refused(401, "invalid_token")
    # And the rotation in progress restores none of them; the next one continues from the new key
    with pytest.raises(Exception, match="do not follow"):
        rotate(house, FIRST, "finishSecret")
    new = keys()["current"]
    rotate(house, THIRD)
    assert keys()["previous"] == new
    assert not set(leaked.values()) & set(keys().values())


def test_the_command_that_ends_keys_names_the_step() -> None:
    said = (ROOT / "docs/operations.md").read_text()
    [step] = re.findall(r'\\"Step\\": \\"(\w+)\\"', said)
    assert load_step("identity", "rotate_token_key").STEPS[step] is Rotation.end_keys


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
    # Given a version without a value; or, if only the configuration is tested, with a copy of the current one
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
