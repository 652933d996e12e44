// Asks for the permission to send notices. Each consent allows one message of that template. WeChat takes three templates at a time,
// and shows its question only within a tap or right after a payment: so the ids are read before that, and nothing is awaited in it.
const { site } = getApp().globalData;

const MOST = 3;
const WORDS = {
  wait_for_payment: "待支付提醒",
  cancelled: "订单取消通知",
  paid: "支付成功通知",
  reserved: "预留成功通知",
  changed: "订单变更通知",
  checked_in: "入住通知",
  finished: "退房通知",
  shipped: "发货通知",
  refunded: "退款到账通知",
};

/** Returns the kinds in the query of a page, `kinds=paid,shipped`: those that are known, three at most. */
function kindsIn(text) {
  return decodeURIComponent(text || "")
    .split(",")
    .filter((kind) => WORDS[kind])
    .slice(0, MOST);
}

/** Returns these kinds with the ids of their templates; those that the merchant has not registered are left out. */
function registered(kinds) {
  return new Promise((done, failed) => {
    const chosen = ({ data }) => done(kinds.filter((kind) => data[kind]).map((kind) => ({ kind, id: data[kind] })));
    wx.request({ url: `${site}/api/notification-templates`, success: chosen, fail: failed });
  });
}

/** Returns the ids of their templates alone. */
async function templatesOf(kinds) {
  return (await registered(kinds)).map(({ id }) => id);
}

/** Shows WeChat's question. Call it within a tap or a payment, without awaiting anything before. */
function askFor(tmplIds) {
  return tmplIds.length === 0 ? Promise.resolve(null) : wx.requestSubscribeMessage({ tmplIds });
}

module.exports = { WORDS, askFor, kindsIn, registered, templatesOf };
