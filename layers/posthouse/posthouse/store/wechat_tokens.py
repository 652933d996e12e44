"""WeChat's access token, shared by all environments until shortly before it expires."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.personal_data import NOTHING
from posthouse.domain.value import Value
from posthouse.store.conditional import holds
from posthouse.store.table import TableMeta, TableName, TimeAttribute


class WechatTokenRow(Model):
    """The token of one app."""

    class Meta(TableMeta):
        table_name = TableName("wechat-tokens")
        personal = NOTHING

    app_id = UnicodeAttribute(hash_key=True)
    value = UnicodeAttribute()
    expires_at = TimeAttribute()


class StoredToken(Value):
    """A token and its expiry."""

    value: str
    expires_at: datetime


def get(app_id: str) -> StoredToken | None:
    """Returns the stored token, which may have expired; None without one."""
    try:
        row = WechatTokenRow.get(app_id, consistent_read=True)
    except WechatTokenRow.DoesNotExist:
        return None
    return StoredToken(row.value, row.expires_at)


def keep(app_id: str, token: StoredToken) -> None:
    """Store a token, unless one with a later expiry is stored."""
    row = WechatTokenRow(app_id, value=token.value, expires_at=token.expires_at)
    fresher = WechatTokenRow.app_id.does_not_exist() | (WechatTokenRow.expires_at < token.expires_at)
    holds(lambda: row.save(condition=fresher))
