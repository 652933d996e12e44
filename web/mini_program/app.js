// The mini program: it does what only WeChat can do (login, phone number, payment, notices). All pages come from the web.
const { site } = require("./site.js");

App({
  globalData: { site },
});
