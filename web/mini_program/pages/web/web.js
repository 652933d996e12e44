// Shows the pages. When they ask for a login it gets the codes first, which only WeChat can give, and opens the pages with them.
const { site } = getApp().globalData;

Page({
  data: { src: "", busy: false, failed: "" },
  to: "/",

  // `login=1&to=/orders` comes from the pages (guest/wechat.js); without it the guest just looks around.
  onLoad({ login, to }) {
    this.to = to ? decodeURIComponent(to) : "/";
    if (login !== "1") this.browse();
  },

  browse() {
    this.setData({ src: `${site}/#${this.to}` });
  },

  // A guest may refuse their number: they are logged in all the same, and type it where it is needed.
  async withPhone({ detail }) {
    this.setData({ busy: true, failed: "" });
    try {
      const { code } = await wx.login();
      const given = [`login_code=${encodeURIComponent(code)}`, `to=${encodeURIComponent(this.to)}`];
      if (detail.code) given.push(`phone_code=${encodeURIComponent(detail.code)}`);
      // The fragment never reaches a server's log.
      this.setData({ src: `${site}/#/login?${given.join("&")}` });
    } catch {
      this.setData({ busy: false, failed: "微信没有响应，请重试" });
    }
  },

  onShareAppMessage() {
    return { title: "驿站", path: "/pages/web/web" };
  },
});
