// Texts of the login: [Chinese, English].
import { addTexts } from "../../shared/language.js";

addTexts({
  "login.title": ["登录", "Log in"],
  "login.welcome": ["欢迎来到驿站", "Welcome to Posthouse"],
  "login.why": ["登录后可预订酒店、购买商品、领取优惠券", "Log in to book, to shop and to get coupons."],
  "login.expired": [
    "登录已过期，重新登录后会回到刚才的页面",
    "Your session has expired. Log in again to return to your page.",
  ],
  "login.by_wechat": ["微信一键登录", "Log in with WeChat"],
  "login.phone": [
    "登录时会获取您微信绑定的手机号，用于订单联系",
    "We ask WeChat for your phone number so that the hotel can reach you.",
  ],
  "login.already": ["当前已登录：{name}", "You are logged in as {name}."],
  "login.you": ["驿站客人", "a guest"],
  "login.stay": ["继续使用当前账号", "Stay logged in"],
  "login.anew": ["重新登录", "Log in again"],
  "login.elsewhere": ["请在微信中打开", "Open it in WeChat"],
  "login.step_1": ["打开微信，点击右上角的搜索", "Open WeChat and tap Search."],
  "login.step_2": ["搜索小程序“驿站”", "Search for the mini program “Posthouse”."],
  "login.step_3": ["打开小程序即可登录，查看您的全部订单", "Open it. You are logged in and see all your orders."],
  "login.pick": ["选择演示客人", "Choose a demo guest"],
  "login.other": ["使用其他手机号", "Another phone number"],
  "login.phone_number": ["手机号", "Phone number"],
  "login.phone_wrong": [
    "请填写完整的手机号，如 138 0013 8000；境外号码以 + 和国家码开头",
    "Enter the whole number, like 138 0013 8000; start one of another country with + and its code",
  ],
  "login.nickname": ["昵称（选填）", "Nickname (optional)"],
  "login.submit": ["登录", "Log in"],
  "login.simulated": ["本机演示：由模拟器代替微信登录", "Demo on this machine: a simulator stands in for WeChat."],
  "login.no_simulator": [
    "微信模拟器没有响应，请稍后再试",
    "The WeChat simulator does not respond. Try again in a moment.",
  ],
  "login.gift_came": ["新人礼券 {amount} 已到账", "Your welcome coupon of {amount} has arrived."],
  "login.gift": ["新人礼券", "Welcome gift"],
  "login.gift_use": ["收下", "Got it"],
});
