// The page that asks for notices: WeChat shows its question only within a tap.
const { WORDS, askFor, kindsIn, registered } = require("./ask.js");

Page({
  data: { words: [], busy: true, failed: "" },
  tmplIds: [],

  // `kinds=wait_for_payment,cancelled,paid` comes from the pages (guest/wechat.js).
  async onLoad({ kinds }) {
    const wanted = kindsIn(kinds);
    this.setData({ words: wanted.map((kind) => WORDS[kind]) });
    try {
      const asked = await registered(wanted);
      this.tmplIds = asked.map(({ id }) => id);
      this.setData({ words: asked.map(({ kind }) => WORDS[kind]), busy: false });
    } catch {
      this.setData({ busy: false, failed: "读取失败，请返回后再试" });
    }
  },

  async ask() {
    const answer = askFor(this.tmplIds);
    this.setData({ busy: true, failed: "" });
    try {
      await answer;
      this.back();
    } catch {
      this.setData({ busy: false, failed: "设置失败，请稍后再试" });
    }
  },

  back() {
    wx.navigateBack();
  },
});
