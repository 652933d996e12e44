"""Uploads the pages to a deployed stack: `python -m local.deploy_web STACK`.

The files that pages need are uploaded first, the pages last, and only then are old files removed: so a visitor finds
every file that a page asks for at any moment. At the end CloudFront is told to renew its copies.
"""

import argparse
import sys
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from local.faults import LocalFault
from local.folders import WEB
from local.web_files import WebFiles, content_type

AT_ONCE = 8
"""Uploads at the same time; boto3 keeps ten connections."""
REMOVED_AT_ONCE = 1000
"""S3's limit of a request."""
CODE = "public, max-age=0, must-revalidate, s-maxage=86400"
"""A browser asks each time, mostly for a 304 (not changed); CloudFront keeps the file until the next upload."""
IMAGES = "public, max-age=604800, s-maxage=604800"
PICTURES = ("images/",)

ClientMaker = Callable[[str], Any]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Place:
    """The URL, the bucket and the CloudFront distribution of a stack's pages."""

    url: str
    bucket: str
    distribution: str


def find_place(stack_name: str, client: ClientMaker) -> Place:
    """Read a stack's outputs.

    Raises
    ------
    LocalFault
        When there is no such stack, or it has no pages.
    """
    try:
        [stack] = client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        raise LocalFault(f"There is no stack {stack_name} in this account and region.") from error
    outputs = {it["OutputKey"]: it["OutputValue"] for it in stack.get("Outputs", [])}
    try:
        return Place(outputs["PagesUrl"], outputs["PagesBucketName"], outputs["PagesDistributionId"])
    except KeyError:
        raise LocalFault(f"The stack {stack_name} has no pages: deploy it with Pages=on.") from None


def deploy_web(place: Place, files: WebFiles, client: ClientMaker, progress: Progress) -> None:
    """Make the bucket hold the pages and nothing else, and make CloudFront serve them."""
    pages = dict(files.all())
    s3 = client("s3")
    stale = _names(s3, place.bucket) - pages.keys()
    html = [name for name in pages if name.endswith(".html")]
    for names in ([name for name in pages if name not in html], html):
        _upload(s3, place.bucket, {name: pages[name] for name in names})
    progress(
        f"{len(pages)} files, {sum(file.stat().st_size for file in pages.values()):,} bytes, are in {place.bucket}"
    )
    _remove(s3, place.bucket, sorted(stale))
    if stale:
        progress(f"removed, as no more among the pages: {len(stale)}")
    wish = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(uuid.uuid4())}
    made = client("cloudfront").create_invalidation(DistributionId=place.distribution, InvalidationBatch=wish)
    progress(f"CloudFront renews its copies (invalidation {made['Invalidation']['Id']}); that takes a minute or two")


def cache_control(name: str) -> str:
    """The Cache-Control header for a path. File names have no version, so only images are cached without asking."""
    return IMAGES if name.startswith(PICTURES) else CODE


def _names(s3: Any, bucket: str) -> set[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {it["Key"] for page in pages for it in page.get("Contents", [])}


def _upload(s3: Any, bucket: str, files: dict[str, Path]) -> None:
    def put(name: str) -> None:
        kinds = {"ContentType": content_type(name), "CacheControl": cache_control(name)}
        s3.put_object(Bucket=bucket, Key=name, Body=files[name].read_bytes(), **kinds)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(put, files):
            pass


def _remove(s3: Any, bucket: str, names: list[str]) -> None:
    for start in range(0, len(names), REMOVED_AT_ONCE):
        objects = [{"Key": name} for name in names[start : start + REMOVED_AT_ONCE]]
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        for error in answer.get("Errors", []):
            raise LocalFault(f"{error['Key']} could not be removed: {error['Message']}")


def main(arguments: Iterable[str] | None = None) -> int:
    """Run the command; exit status 0 when the pages are there, 1 after one line that says what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m local.deploy_web", description="Upload the pages to a stack.")
    parser.add_argument("stack", help="the stack's name, such as posthouse-dev")
    stack = parser.parse_args(None if arguments is None else list(arguments)).stack
    try:
        place = find_place(stack, boto3.client)
        deploy_web(place, WebFiles(WEB), boto3.client, lambda line: print(f"  {line}", flush=True))
    except LocalFault as fault:
        print(fault, file=sys.stderr)
    except (NoCredentialsError, NoRegionError) as error:
        print(f"AWS is not set up in this shell: {error}", file=sys.stderr)
    except (BotoCoreError, ClientError) as error:
        print(f"AWS refused: {' '.join(str(error).split())}", file=sys.stderr)
    else:
        print(f"The pages are at {place.url}")
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
