"""The local cloud's front door: pages, `/api` and the WeChat simulator on one port, as a CDN does in production."""
