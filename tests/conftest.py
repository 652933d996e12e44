"""Sets the environment that Lambda gives to every function, before our modules are imported, and groups the tests."""

import os
from typing import Any

import pytest

os.environ.update(
    {
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        "AWS_LAMBDA_FUNCTION_NAME": "under-test",
        "TABLE_PREFIX": "posthouse",
        "STAGE": "local",
        "POWERTOOLS_SERVICE_NAME": "posthouse",
        "POWERTOOLS_LOG_DEDUPLICATION_DISABLED": "true",
    }
)
for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_CA_BUNDLE"):
    os.environ.pop(name, None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """In the daily run, give all end-to-end files to one process, so that only one local cloud starts."""
    if (config.option.dist, config.option.markexpr) != ("loadfile", "not long"):
        return None
    from xdist.scheduler import LoadFileScheduling

    class OneCloud(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "e2e" if "/e2e/" in nodeid else nodeid.partition("::")[0]

    return OneCloud(config, log)
