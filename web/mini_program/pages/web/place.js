// Which places in the pages a link may open. A notice, a shared card or a page of our own names one in `to`. Anybody can make such a
// link, so it opens a page and nothing else: never the login, which would take the codes that the link brings.
const PLACE = /^\/(?!login(?:[/?]|$))[a-z-]*(?:\/[\w-]+){0,4}(?:\?[\w=&%.,:+-]*)?$/;

/** Returns the path in `to` as WeChat gives it to `onLoad` (encoded once), or "/" if no page of ours has this form. */
function placeOf(to) {
  try {
    const path = decodeURIComponent(to || "/");
    return PLACE.test(path) ? path : "/";
  } catch {
    return "/";
  }
}

module.exports = { placeOf };
