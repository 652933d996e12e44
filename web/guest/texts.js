// Texts of the frame and of the pay sheet: [Chinese, English]. Each area of pages has its own file beside its pages.
import { addTexts } from "../shared/language.js";

addTexts({
  missing: ["页面不存在", "Page not found"],
  posthouse: ["驿站", "Posthouse"],
  tabs: ["主导航", "Main menu"],
  "tab.stay": ["订房", "Stay"],
  "tab.shop": ["商城", "Shop"],
  "tab.flash": ["抢购", "Flash"],
  "tab.orders": ["订单", "Orders"],
  "tab.me": ["我的", "Me"],

  "pay.title": ["确认支付", "Payment"],
  "pay.amount": ["应付金额", "Amount to pay"],
  "pay.time_left": ["剩余支付时间", "Time left"],
  "pay.wechat": ["微信支付", "WeChat Pay"],
  "pay.pay": ["支付 {amount}", "Pay {amount}"],
  "pay.refuse": ["取消支付", "Cancel payment"],
  "pay.later": ["稍后支付", "Pay later"],
  "pay.close": ["知道了", "Close"],
  "pay.done": ["完成", "Done"],
  "pay.paid": ["支付成功", "Paid"],
  "pay.over": ["支付已超时，该订单不能再支付", "The time to pay is over. You can no longer pay this order."],
  "pay.elsewhere": ["请在微信中打开此订单完成支付", "Open this order in WeChat to pay."],
  "pay.simulated": [
    "本机演示：由模拟器代替微信支付，不会真正扣款",
    "Demo on this machine: a simulator stands in for WeChat. No money is charged.",
  ],
  "pay.waiting": ["正在等待微信确认支付结果…", "Waiting for WeChat to confirm the payment…"],
  "pay.slow": ["还没有收到支付结果，请稍后在订单中查看", "There is no result yet. Check the order in a moment."],
});
