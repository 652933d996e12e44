"""pages.yaml serves the pages as the local edge does: same headers, same folders; only CloudFront reads the bucket."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from typing import Any

import pytest
import yaml

from local.cloud import LocalCloud
from local.edge.headers import CONTENT_SECURITY_POLICY, SECURITY_HEADERS
from local.folders import WEB
from local.web_files import WebFiles
from tests.support.template import ROOT, TemplateLoader, template

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"


@cache
def pages() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((ROOT / "pages.yaml").read_text(), TemplateLoader)  # noqa: S506 - a SafeLoader
    return loaded


def of(name: str) -> dict[str, Any]:
    properties: dict[str, Any] = pages()["Resources"][name]["Properties"]
    return properties


def distribution() -> dict[str, Any]:
    config: dict[str, Any] = of("Distribution")["DistributionConfig"]
    return config


# ---------------------------------------------------------------- headers


def test_cloudfront_sends_what_the_edge_sends_and_https_for_good() -> None:
    config = of("Headers")["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    assert security.keys() == {
        "ContentSecurityPolicy",
        "ContentTypeOptions",
        "FrameOptions",
        "ReferrerPolicy",
        "StrictTransportSecurity",
    }
    sent = {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        **{it["Header"]: it["Value"] for it in config["CustomHeadersConfig"]["Items"]},
    }
    assert sent == SECURITY_HEADERS
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31536000
    assert all(it["Override"] for it in [*security.values(), *config["CustomHeadersConfig"]["Items"]])
    assert distribution()["DefaultCacheBehavior"]["ResponseHeadersPolicyId"] == {"Ref": "Headers"}


def test_the_policy_allows_nothing_inline_and_no_other_host_but_for_images() -> None:
    rules = dict(rule.split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split("; "))
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert rules["default-src"] == "'none'"
    assert {name for name, sources in rules.items() if sources not in {"'none'", "'self'"}} == {"img-src"}


# ---------------------------------------------------------------- bucket


def test_only_our_distribution_reads_the_bucket() -> None:
    bucket = of("Bucket")
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    allowed, denied = of("BucketPolicy")["PolicyDocument"]["Statement"]
    assert (allowed["Effect"], allowed["Principal"]) == ("Allow", {"Service": "cloudfront.amazonaws.com"})
    assert "${Distribution}" in json.dumps(allowed["Condition"]["StringEquals"]["AWS:SourceArn"])
    assert not [action for action in allowed["Action"] if not action.startswith(("s3:Get", "s3:List"))]
    assert (denied["Effect"], denied["Action"]) == ("Deny", "s3:*")
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    [origin] = [it for it in distribution()["Origins"] if "S3OriginConfig" in it]
    assert origin["OriginAccessControlId"] == {"Fn::GetAtt": ["BucketAccess", "Id"]}


# ---------------------------------------------------------------- the API beside the pages


def test_the_api_gets_everything_and_nothing_of_it_is_kept() -> None:
    [api] = distribution()["CacheBehaviors"]
    assert (api["PathPattern"], api["CachePolicyId"]) == ("/api/*", CACHING_DISABLED)
    assert api["OriginRequestPolicyId"] == ALL_BUT_HOST  # API Gateway accepts only its own host name
    assert {"DELETE", "GET", "PATCH", "POST", "PUT"} <= set(api["AllowedMethods"])
    assert api["ViewerProtocolPolicy"] == "https-only"
    assert "FunctionAssociations" not in api
    [origin] = [it for it in distribution()["Origins"] if it["Id"] == api["TargetOriginId"]]
    assert origin["DomainName"] == {"Ref": "ApiHost"}
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"


def test_an_error_of_the_api_is_neither_replaced_by_a_page_nor_kept() -> None:
    """By default CloudFront caches errors for 10 s, only by their path; each status needs its own rule."""
    kept_unless_told = {400, 403, 404, 405, 414, 500, 501, 502, 503, 504}
    rules = distribution()["CustomErrorResponses"]
    assert {it["ErrorCode"] for it in rules} == kept_unless_told
    assert all(it.keys() == {"ErrorCode", "ErrorCachingMinTTL"} and it["ErrorCachingMinTTL"] == 0 for it in rules)


# ---------------------------------------------------------------- folders


def rewritten(uri: str) -> Any:
    """The result of CloudFront's function for a request of a path."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed, which runs CloudFront's function")
    code = of("Folders")["FunctionCode"]
    event = json.dumps({"request": {"uri": uri, "headers": {}}})
    ran = subprocess.run(
        [node, "-e", f"{code}\nconsole.log(JSON.stringify(handler({event})))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ran.stdout)


@pytest.mark.parametrize(
    ("uri", "asked"),
    [
        ("/", "/index.html"),
        ("/staff/", "/staff/index.html"),
        ("/docs/openapi.yaml", "/docs/openapi.yaml"),
        ("/staffing", "/staffing"),
    ],
)
def test_a_folder_is_its_index(uri: str, asked: str) -> None:
    assert rewritten(uri)["uri"] == asked


def test_a_folder_without_its_slash_is_sent_to_it_there_as_here() -> None:
    files = WebFiles(WEB)
    folders = [f"/{file.parent.name}" for file in WEB.glob("*/index.html") if files.has_folder(file.parent.name)]
    assert folders
    for folder in folders:
        answer = rewritten(folder)
        assert (answer["statusCode"], answer["headers"]["location"]["value"]) == (301, f"{folder}/")


# ---------------------------------------------------------------- a part of template.yaml


def test_the_pages_get_what_they_ask_for_and_can_be_left_out() -> None:
    stack = template()["Resources"]["PagesStack"]
    given = stack["Properties"]
    assert given["TemplateURL"] == "pages.yaml"
    assert set(given["Parameters"]) == set(pages()["Parameters"])
    assert stack["Condition"] == "HasPages"
    told = {name: it for name, it in template()["Outputs"].items() if "PagesStack" in json.dumps(it)}
    assert {it["Condition"] for it in told.values()} == {"HasPages"}
    assert {it["Value"]["Fn::GetAtt"][1] for it in told.values()} == {f"Outputs.{name}" for name in pages()["Outputs"]}


def test_the_local_cloud_leaves_them_to_its_edge() -> None:
    assert LocalCloud(0)._parameters()["Pages"] == "off"
