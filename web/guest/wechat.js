// The bridge to the WeChat mini program (mini_program/), which shows these pages in its web-view. The mini program logs the guest in
// and pays. It passes values to the pages in the fragment of the address: `#/login?login_code=…&phone_code=…&to=/orders`.

/** Whether the pages run in the mini program's web-view. */
export function inMiniProgram() {
  // The user agent says it since WeChat 7.0.0: https://developers.weixin.qq.com/miniprogram/dev/component/web-view.html
  return /miniProgram/i.test(navigator.userAgent) || window.__wxjs_environment === "miniprogram";
}

let codes = null;
let landing = "/me";
take();

// A code works once. It is removed from the address, so that a reload does not send it again.
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

/** Returns the codes from the mini program, `{login_code, phone_code?}`, at the first call; null afterwards. */
export function takeCodes() {
  const taken = codes;
  codes = null;
  return taken;
}

/** Whether there are codes that were not taken yet. */
export function haveCodes() {
  return codes !== null;
}

/** Returns the path to which the guest goes after the login page. */
export function afterLogin() {
  return landing;
}

async function miniProgram() {
  const { default: wx } = await import("../vendor/wechat.js");
  return wx.miniProgram;
}

/** Opens the mini program's login. It then opens these pages again at `to` with new codes. */
export async function askLogin(to) {
  const shell = await miniProgram();
  shell.reLaunch({ url: `/pages/web/web?login=1&to=${encodeURIComponent(to)}` });
}

/** Opens the mini program's payment, which returns to this page. `wechat` has the five fields of wx.requestPayment. */
export async function askPayment(wechat) {
  const shell = await miniProgram();
  shell.navigateTo({ url: `/pages/pay/pay?${new URLSearchParams(wechat)}` });
}

/** Opens the mini program's question for the permission to send notices, which returns to this page. */
export async function askNotices() {
  const shell = await miniProgram();
  shell.navigateTo({ url: "/pages/notices/notices" });
}
