"""The front door of the local cloud: pages, `/api` and the WeChat simulator on one port, as a CDN does in production."""
