// Pays with the five fields that the API signed, asks for the permission to send notices, and goes back. The pages then read the
// status of the payment from the API: the result of WeChat on the device proves nothing.
const { askFor, kindsIn, templatesOf } = require("../notices/ask.js");

const FIELDS = ["timeStamp", "nonceStr", "package", "signType", "paySign"];

Page({
  data: { title: "正在打开微信支付", hint: "", again: false, paid: false },
  fields: {},
  tmplIds: [],

  async onLoad(query) {
    this.fields = Object.fromEntries(FIELDS.map((name) => [name, decodeURIComponent(query[name] || "")]));
    // Read before the payment: right after it there is no time to wait for anything.
    this.tmplIds = await templatesOf(kindsIn(query.kinds)).catch(() => []);
    this.pay();
  },

  async pay() {
    this.setData({ title: "正在打开微信支付", hint: "", again: false });
    try {
      await wx.requestPayment(this.fields);
    } catch (error) {
      const cancelled = /cancel/.test(error.errMsg);
      this.setData({
        title: cancelled ? "支付已取消" : "支付未完成",
        hint: "请在支付时限内完成支付",
        again: true,
      });
      return;
    }
    // WeChat allows the question right after a payment.
    const answer = askFor(this.tmplIds);
    this.setData({ title: "支付成功", hint: "正在返回订单", paid: true });
    await answer.catch(() => {});
    this.back();
  },

  back() {
    wx.navigateBack();
  },
});
