// The bridge to the WeChat mini program that shows these pages in its web-view (mini_program/). It logs the guest in and pays;
// what it has to say to the pages comes in the fragment of their address: `#/login?login_code=…&phone_code=…&to=/orders`.

/** Whether the pages stand in the mini program's web-view. */
export function inMiniProgram() {
  // https://developers.weixin.qq.com/miniprogram/dev/component/web-view.html: the user agent says it since WeChat 7.0.0.
  return /miniProgram/i.test(navigator.userAgent) || window.__wxjs_environment === "miniprogram";
}

let codes = null;
let landing = "/me";
take();

// Codes work once: they leave the address at once, so that a reload does not send them again.
function take() {
  const [path, query] = location.hash.slice(1).split("?");
  if (path !== "/login" || !query) return;
  const given = new URLSearchParams(query);
  const to = given.get("to") || "/";
  landing = to.startsWith("/") ? to : "/";
  const login_code = given.get("login_code");
  if (login_code) codes = { login_code, phone_code: given.get("phone_code") || undefined };
  history.replaceState(null, "", `${location.pathname}#/login`);
}

/** `{login_code, phone_code?}` that the mini program brought, once; null afterwards. */
export function takeCodes() {
  const taken = codes;
  codes = null;
  return taken;
}

/** Whether codes have come that nobody has taken. */
export function haveCodes() {
  return codes !== null;
}

/** Where the guest goes from the login's own page. */
export function afterLogin() {
  return landing;
}

async function miniProgram() {
  const { default: wx } = await import("../vendor/wechat.js");
  return wx.miniProgram;
}

/** Leave for the mini program's login, which opens these pages anew at `to` with fresh codes. */
export async function askLogin(to) {
  const shell = await miniProgram();
  shell.reLaunch({ url: `/pages/web/web?login=1&to=${encodeURIComponent(to)}` });
}

/** Let the mini program pay; it comes back to this page. `wechat` has the five fields of wx.requestPayment. */
export async function askPayment(wechat) {
  const shell = await miniProgram();
  shell.navigateTo({ url: `/pages/pay/pay?${new URLSearchParams(wechat)}` });
}

/** Let the mini program ask for the permission to send notices; it comes back to this page. */
export async function askNotices() {
  const shell = await miniProgram();
  shell.navigateTo({ url: "/pages/notices/notices" });
}
