"""GET /api/notification-templates: the ids of the message templates, for which the client asks permission."""

from typing import Any

from posthouse.domain.notice_kind import NoticeKind
from posthouse.entry import wechat
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.settings import Settings, read_settings


class TemplateSettings(Settings):
    login_notices: str


@endpoint(OPEN)
def handler(_request: Request[Any, Any]) -> Answer:
    templates = dict(wechat.credentials().notification_templates)
    if read_settings(TemplateSettings).login_notices == "off":
        templates.pop(NoticeKind.LOGIN, None)
    return Answer(200, templates)
