// Shows the pages. For a login it gets the codes from WeChat first and opens the pages with them.
const { placeOf } = require("./place.js");

const { site } = getApp().globalData;
/** What a page of ours makes when it asks for a login (guest/wechat.js). */
const STATE = /^[0-9a-f]{32}$/;

Page({
  data: { src: "", busy: false, failed: "" },
  to: "/",
  state: "",

  // `login=1&state=…&to=/orders` comes from the pages (guest/wechat.js). Without it there is no login.
  onLoad({ login, state, to }) {
    this.to = placeOf(to);
    this.state = STATE.test(state) ? state : "";
    if (login !== "1" || !this.state) this.browse();
  },

  browse() {
    this.setData({ src: `${site}/#${this.to}` });
  },

  // A guest may refuse to give the phone number. The login works without it, and the guest types it where it is needed.
  async withPhone({ detail }) {
    this.setData({ busy: true, failed: "" });
    try {
      const { code } = await wx.login();
      const given = { login_code: code, state: this.state, to: this.to, phone_code: detail.code };
      const query = Object.entries(given).filter(([, value]) => value);
      // The fragment is never in a server's log.
      this.setData({ src: `${site}/#/login?${query.map((pair) => pair.map(encodeURIComponent).join("=")).join("&")}` });
    } catch {
      this.setData({ busy: false, failed: "登录失败，请重试" });
    }
  },

  onShareAppMessage() {
    return { title: "驿站", path: "/pages/web/web" };
  },
});
