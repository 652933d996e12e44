"""The environment that Lambda gives to every function, set before any of our modules is imported."""

import os

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
