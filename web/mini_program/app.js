// The mini program: what only WeChat can do (login, phone number, payment, notices). All pages are the web's own.
const { site } = require("./site.js");

App({
  globalData: { site },
});
