"""GET /api/notification-templates: the template ids that the client asks the guest's permission for."""

from typing import Any

from posthouse.entry import wechat
from posthouse.entry.http import OPEN, Answer, Request, endpoint


@endpoint(OPEN)
def handler(_request: Request[Any, Any]) -> Answer:
    return Answer(200, dict(wechat.credentials().notification_templates))
