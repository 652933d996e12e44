// Asks for the permission to send notices. Each consent allows one message of that template. WeChat takes three templates at a time.
const { site } = getApp().globalData;

const WANTED = ["paid", "checked_in", "finished"];

function templates() {
  return new Promise((done, failed) => {
    wx.request({ url: `${site}/api/notification-templates`, success: ({ data }) => done(data), fail: failed });
  });
}

async function askNotices() {
  const byKind = await templates();
  const tmplIds = WANTED.map((kind) => byKind[kind]).filter(Boolean);
  if (tmplIds.length === 0) return null;
  return wx.requestSubscribeMessage({ tmplIds });
}

module.exports = { askNotices };
