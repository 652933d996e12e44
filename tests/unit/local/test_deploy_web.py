"""`make deploy-web`: which files are uploaded and removed, in which order, and each failure in one line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from local.deploy_web import Place, deploy_web, find_place, main
from local.faults import LocalFault
from local.folders import ROOT
from local.web_files import WebFiles
from tests.support.template import template

OF_PAGES = {
    "index.html": "text/html; charset=utf-8",
    "guest/app.js": "text/javascript; charset=utf-8",
    "staff/index.html": "text/html; charset=utf-8",
    "shared/base.css": "text/css; charset=utf-8",
    "images/room.svg": "image/svg+xml",
    "config.json": "application/json",
    "docs/openapi.yaml": "application/yaml",
}
OF_DEVELOPERS = ("package.json", "package-lock.json", "node_modules/a/index.js", "mini_program/app.js", "notes.md")
PARTS = ("PagesUrl", "PagesBucketName", "PagesDistributionId")


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (*OF_PAGES, *OF_DEVELOPERS):
        if name != "docs/openapi.yaml":
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(name, encoding="utf-8")
    monkeypatch.setattr("local.deploy_web.WEB", tmp_path)
    return tmp_path


@pytest.fixture
def place() -> Place:
    """A bucket and a distribution, as the outputs of a stack name them."""
    boto3.client("s3").create_bucket(Bucket="pages")
    origin = {"Id": "pages", "DomainName": "pages.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    behaviour = {"TargetOriginId": "pages", "ViewerProtocolPolicy": "https-only", "MinTTL": 0}
    behaviour["ForwardedValues"] = {"QueryString": False, "Cookies": {"Forward": "none"}}
    wish = {
        "CallerReference": "x",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": behaviour,
    }
    made = boto3.client("cloudfront").create_distribution(DistributionConfig=wish)["Distribution"]
    place = Place(f"https://{made['DomainName']}", "pages", made["Id"])
    make_stack("posthouse-dev", dict(zip(PARTS, (place.url, place.bucket, place.distribution), strict=True)))
    return place


def make_stack(name: str, outputs: dict[str, str]) -> None:
    body = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
    if outputs:
        body["Outputs"] = {key: {"Value": value} for key, value in outputs.items()}
    boto3.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(body))


def stored() -> set[str]:
    return {it["Key"] for it in boto3.client("s3").list_objects_v2(Bucket="pages").get("Contents", [])}


@pytest.mark.usefixtures("web", "place")
def test_the_pages_and_nothing_else_are_there_afterwards(capsys: pytest.CaptureFixture[str]) -> None:
    boto3.client("s3").put_object(Bucket="pages", Key="guest/old.js", Body=b"x")

    assert main(["posthouse-dev"]) == 0

    assert stored() == set(OF_PAGES)
    assert "removed, as no more among the pages: 1\n" in capsys.readouterr().out


@pytest.mark.usefixtures("web")
def test_each_file_has_its_type_and_how_long_it_is_kept(place: Place) -> None:
    main(["posthouse-dev"])

    heads = {name: boto3.client("s3").head_object(Bucket="pages", Key=name) for name in OF_PAGES}
    assert {name: it["ContentType"] for name, it in heads.items()} == OF_PAGES
    unasked = {name for name, it in heads.items() if "max-age=0" not in it["CacheControl"].split(", ")}
    assert unasked == {"images/room.svg"}
    contract = boto3.client("s3").get_object(Bucket=place.bucket, Key="docs/openapi.yaml")["Body"].read()
    assert contract == (ROOT / "openapi.yaml").read_bytes()


@pytest.mark.usefixtures("web")
def test_the_copies_are_renewed_and_the_address_is_said(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    main(["posthouse-dev"])

    [listed] = boto3.client("cloudfront").list_invalidations(DistributionId=place.distribution)["InvalidationList"][
        "Items"
    ]
    asked = {"DistributionId": place.distribution, "Id": listed["Id"]}
    batch = boto3.client("cloudfront").get_invalidation(**asked)["Invalidation"]["InvalidationBatch"]
    assert batch["Paths"]["Items"] == ["/*"]
    assert capsys.readouterr().out.endswith(f"The pages are at {place.url}\n")


class Recorded:
    """A client that records its calls which change something, each as its name and the key or keys."""

    def __init__(self, client: Any, calls: list[tuple[str, str]], failing: str = "") -> None:
        self._client = client
        self._calls = calls
        self._failing = failing

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if not name.startswith(("put", "delete", "create")):
            return method

        def call(**given: Any) -> Any:
            keys = given.get("Key") or ",".join(it["Key"] for it in given.get("Delete", {}).get("Objects", []))
            if keys and keys == self._failing:
                raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, name)
            self._calls.append((name, keys))
            return method(**given)

        return call


def recording(calls: list[tuple[str, str]], failing: str = "") -> Callable[[str], Recorded]:
    return lambda service: Recorded(boto3.client(service), calls, failing)


def test_pages_come_after_what_they_need_and_what_is_gone_goes_last(web: Path, place: Place) -> None:
    boto3.client("s3").put_object(Bucket="pages", Key="guest/old.js", Body=b"x")
    calls: list[tuple[str, str]] = []

    deploy_web(place, WebFiles(web), recording(calls), lambda _: None)

    kinds = [("html" if key.endswith(".html") else "rest") if name == "put_object" else name for name, key in calls]
    expected = ["rest"] * 5 + ["html"] * 2 + ["delete_objects", "create_invalidation"]
    assert kinds == expected


def test_a_file_that_cannot_be_put_stops_it_before_anything_is_taken_off(web: Path, place: Place) -> None:
    boto3.client("s3").put_object(Bucket="pages", Key="guest/old.js", Body=b"x")

    with pytest.raises(ClientError):
        deploy_web(place, WebFiles(web), recording([], "guest/app.js"), lambda _: None)

    assert "guest/old.js" in stored()
    assert not {"index.html", "staff/index.html"} & stored()


def test_without_pages_nothing_is_touched(tmp_path: Path, place: Place) -> None:
    boto3.client("s3").put_object(Bucket="pages", Key="index.html", Body=b"x")

    with pytest.raises(LocalFault, match=r"There is no index\.html"):
        deploy_web(place, WebFiles(tmp_path), boto3.client, lambda _: None)

    assert stored() == {"index.html"}


def test_what_it_reads_is_what_the_template_says() -> None:
    assert set(PARTS) <= set(template()["Outputs"])


@pytest.mark.usefixtures("web")
def test_each_failure_is_one_clear_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    make_stack("no-pages", {})
    make_stack("no-bucket", dict.fromkeys(PARTS, "nothing-there"))

    def said(stack: str) -> str:
        assert main([stack]) == 1
        [line] = capsys.readouterr().err.splitlines()
        return line

    assert said("elsewhere") == "There is no stack elsewhere in this account and region."
    assert said("no-pages") == "The stack no-pages has no pages: deploy it with Pages=on."
    assert said("no-bucket").startswith("AWS refused: An error occurred (NoSuchBucket)")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    assert said("posthouse-dev") == "AWS is not set up in this shell: You must specify a region."


def test_no_credentials_is_one_clear_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)

    assert main(["posthouse-dev"]) == 1

    assert capsys.readouterr().err == "AWS is not set up in this shell: Unable to locate credentials\n"


def test_the_place_is_that_of_the_outputs(place: Place) -> None:
    assert find_place("posthouse-dev", boto3.client) == place
