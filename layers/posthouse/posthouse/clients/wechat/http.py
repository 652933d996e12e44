"""One pooled HTTP client per execution environment, with explicit timeouts and no retries."""

import logging
import time
from collections.abc import Mapping
from functools import cache

import urllib3

from posthouse.clients.wechat.errors import WechatTimeout, WechatUnavailable
from posthouse.domain.value import Value

CONNECT_TIMEOUT_SECONDS = 2.0
READ_TIMEOUT_SECONDS = 4.0
# Connections may die while Lambda keeps an environment frozen. A write to a dead one has an unknown outcome.
IDLE_CONNECTION_SECONDS = 30.0

# At DEBUG urllib3 logs the query, which contains the app secret and the access token.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


class Answer(Value):
    """The HTTP response: status, headers with lower-case names, exact bytes of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class WechatHttp:
    """A connection pool with timeouts in seconds.

    Exceptions never contain the URL, because it contains the app secret and tokens.
    """

    def __init__(
        self, connect_timeout: float = CONNECT_TIMEOUT_SECONDS, read_timeout: float = READ_TIMEOUT_SECONDS
    ) -> None:
        self._pool = urllib3.PoolManager(
            num_pools=2,
            timeout=urllib3.Timeout(connect=connect_timeout, read=read_timeout),
            retries=False,
        )
        self._used_at = 0.0

    def send(
        self, api: str, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """Send once and return the response of any status.

        Raises
        ------
        WechatUnavailable
            There was no connection, so WeChat has not seen the request.
        WechatTimeout
            There was a connection, but no complete response.
        """
        self._drop_idle_connections()
        try:
            response = self._pool.request(method, url, headers=headers, body=body, redirect=False)
        except urllib3.exceptions.NewConnectionError:
            raise WechatUnavailable(api, "cannot connect") from None
        except urllib3.exceptions.ConnectTimeoutError:
            raise WechatUnavailable(api, "connection timed out") from None
        except urllib3.exceptions.SSLError:
            raise WechatUnavailable(api, "TLS failed") from None
        except urllib3.exceptions.ReadTimeoutError:
            raise WechatTimeout(api, "no answer in time") from None
        except urllib3.exceptions.HTTPError as error:
            raise WechatTimeout(api, f"the connection broke ({type(error).__name__})") from None
        names = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, names, response.data)

    def _drop_idle_connections(self) -> None:
        now = time.time()
        if now - self._used_at > IDLE_CONNECTION_SECONDS:
            self._pool.clear()
        self._used_at = now


@cache
def default_http() -> WechatHttp:
    """Returns the only client of this environment, created at the first call."""
    return WechatHttp()
