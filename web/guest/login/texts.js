// Texts of the login: [Chinese, English].
import { addTexts } from "../../shared/language.js";

addTexts({
  "login.title": ["登录", "Log in"],
  "login.welcome": ["欢迎来到驿站", "Welcome to Posthouse"],
  "login.why": ["登录后可预订、下单、领取优惠券", "Log in to book, to order and to get your coupons"],
  "login.expired": [
    "登录已过期，请重新登录，之后会回到刚才的页面",
    "Your login has expired: log in again to go on where you were",
  ],
  "login.by_wechat": ["微信一键登录", "Log in with WeChat"],
  "login.phone": [
    "将使用您微信绑定的手机号，用于订单联系",
    "We ask WeChat for your phone number, so that the hotel can reach you",
  ],
  "login.elsewhere": ["请在微信中打开", "Open it in WeChat"],
  "login.step_1": ["打开微信，点按右上角的搜索", "Open WeChat and tap the search"],
  "login.step_2": ["搜索小程序「驿站」", "Look for the mini program Posthouse"],
  "login.step_3": ["进入后会自动登录，您的订单都在那里", "It logs you in; all of your orders are there"],
  "login.pick": ["选择一位演示客人", "Choose a guest"],
  "login.other": ["使用其他手机号", "Another phone number"],
  "login.phone_number": ["手机号", "Phone number"],
  "login.phone_wrong": ["请输入 5 至 15 位数字", "5 to 15 digits, please"],
  "login.nickname": ["昵称（选填）", "Nickname (if you like)"],
  "login.submit": ["登录", "Log in"],
  "login.simulated": ["本机演示：由模拟器代替微信登录", "On this machine a simulator plays WeChat"],
  "login.no_simulator": [
    "微信模拟器没有响应，请稍后再试",
    "The WeChat simulator does not answer: try again in a moment",
  ],
  "login.gift": ["新人礼券", "A gift to welcome you"],
  "login.gift_use": ["收下，去看看", "Thank you"],
});
