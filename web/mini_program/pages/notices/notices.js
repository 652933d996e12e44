// The page that asks for notices: WeChat shows its question only after a tap.
const { askNotices } = require("./ask.js");

Page({
  data: { busy: false, failed: "" },

  async ask() {
    this.setData({ busy: true, failed: "" });
    try {
      await askNotices();
      this.back();
    } catch {
      this.setData({ busy: false, failed: "设置失败，请稍后再试" });
    }
  },

  back() {
    wx.navigateBack();
  },
});
