// Shows the pages. For a login it gets the codes from WeChat first and opens the pages with them.
const { site } = getApp().globalData;

Page({
  data: { src: "", busy: false, failed: "" },
  to: "/",

  // `login=1&to=/orders` comes from the pages (guest/wechat.js). Without it there is no login.
  onLoad({ login, to }) {
    this.to = to ? decodeURIComponent(to) : "/";
    if (login !== "1") this.browse();
  },

  browse() {
    this.setData({ src: `${site}/#${this.to}` });
  },

  // A guest may refuse to give the phone number. The login works without it, and the guest types it where it is needed.
  async withPhone({ detail }) {
    this.setData({ busy: true, failed: "" });
    try {
      const { code } = await wx.login();
      const given = [`login_code=${encodeURIComponent(code)}`, `to=${encodeURIComponent(this.to)}`];
      if (detail.code) given.push(`phone_code=${encodeURIComponent(detail.code)}`);
      // The fragment is never in a server's log.
      this.setData({ src: `${site}/#/login?${given.join("&")}` });
    } catch {
      this.setData({ busy: false, failed: "登录失败，请重试" });
    }
  },

  onShareAppMessage() {
    return { title: "驿站", path: "/pages/web/web" };
  },
});
