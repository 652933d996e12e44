// The bridge to the WeChat mini program (mini_program/), which shows these pages in its web-view. The mini program logs the guest in
// and pays. It passes values to the pages in the fragment of the address: `#/login?login_code=…&state=…&phone_code=…&to=/orders`.
import { device } from "../shared/storage.js";

/** What this device asked the last login with. Codes without it are somebody else's: they would log the guest in to another account. */
const ASKED = "posthouse.login_asked";
const ASKED_MS = 10 * 60_000;

/** Whether the pages run in the mini program's web-view. */
export function inMiniProgram() {
  // The user agent says it since WeChat 7.0.0: https://developers.weixin.qq.com/miniprogram/dev/component/web-view.html
  return /miniProgram/i.test(navigator.userAgent) || window.__wxjs_environment === "miniprogram";
}

let codes = null;
let landing = "/me";
take();

/** Whether this device asked for a login with this state, within the last minutes. It is asked once. */
function wasAsked(state) {
  const asked = device.read(ASKED);
  if (!asked || !state || state !== asked.state) return false;
  device.remove(ASKED);
  return Date.now() - asked.at < ASKED_MS;
}

// A code works once. It is removed from the address, so that a reload does not send it again.
function take() {
  const [path, query] = location.hash.slice(1).split("?");
  if (path !== "/login" || !query) return;
  const given = new URLSearchParams(query);
  const to = given.get("to") || "/";
  landing = to.startsWith("/") ? to : "/";
  const login_code = given.get("login_code");
  const mine = login_code && wasAsked(given.get("state"));
  if (mine) codes = { login_code, phone_code: given.get("phone_code") || undefined };
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
  const state = Array.from(crypto.getRandomValues(new Uint8Array(16)), (it) => it.toString(16).padStart(2, "0")).join(
    "",
  );
  device.write(ASKED, { state, at: Date.now() });
  shell.reLaunch({ url: `/pages/web/web?login=1&state=${state}&to=${encodeURIComponent(to)}` });
}

/**
 * Opens the mini program's payment, which returns to this page. `wechat` has the five fields of wx.requestPayment; `kinds` are the
 * notices that it asks for when it is paid.
 */
export async function askPayment(wechat, kinds = []) {
  const shell = await miniProgram();
  shell.navigateTo({ url: `/pages/pay/pay?${new URLSearchParams({ ...wechat, kinds: kinds.join(",") })}` });
}

/** Opens the mini program's question for the permission to send these kinds of notices. It ends when the guest is back on this page. */
export async function askNotices(kinds) {
  const shell = await miniProgram();
  const back = backAgain();
  shell.navigateTo({ url: `/pages/notices/notices?kinds=${kinds.join(",")}` });
  await back;
}

// Not every version of WeChat tells a page that it is shown again. Then the guest's next touch shows it.
function backAgain() {
  return new Promise((done) => {
    const signs = [
      [document, "visibilitychange", () => document.visibilityState === "visible"],
      [window, "pageshow", () => true],
      [window, "pointerdown", () => true],
      [window, "keydown", () => true],
    ];
    const stop = [];
    for (const [target, name, holds] of signs) {
      const heard = () => {
        if (!holds()) return;
        for (const each of stop) each();
        done();
      };
      target.addEventListener(name, heard);
      stop.push(() => target.removeEventListener(name, heard));
    }
  });
}
