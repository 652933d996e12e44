"""Notices to guests through WeChat."""
