"""The local cloud's edge: serves pages, `/api` and the WeChat simulator on one port, as a CDN does in production."""
