// Texts of WeChat's QR code at the desk: [Chinese, English].
import { addTexts } from "../../shared/language.js";

addTexts({
  "qr.show": ["微信收款码", "WeChat QR code"],
  "qr.of": ["向{name}收款的微信码", "WeChat QR code for {name}"],
  "qr.amount_hint": ["可以只收一部分", "It may be a part of what is due."],
  "qr.too_much": ["最多 {most}", "At most {most}"],
  "qr.replaces": [
    "客人自己打开的付款，或之前的收款码，会随之失效。",
    "A payment that the guest has opened, or an earlier code, becomes void.",
  ],
  "qr.show_it": ["显示收款码", "Show the code"],
  "qr.show_for": ["显示 {amount} 的收款码", "Show the code for {amount}"],
  "qr.picture": ["{amount} 的微信收款码", "QR code for {amount}"],
  "qr.scan": ["请客人用微信扫一扫。到账后这里会显示。", "The guest scans it in WeChat. The payment shows here."],
  "qr.until": ["{at} 前有效，还剩", "Valid until {at}, time left"],
  "qr.simulated": ["本机没有微信，由模拟器付款。", "There is no WeChat on this machine: the simulator pays."],
  "qr.play": ["模拟客人付款", "Pay as the guest"],
  "qr.paid": ["已收到微信付款 {amount}", "Paid by WeChat: {amount}"],
  "qr.came": ["微信付款已到账", "The payment has come in"],
  "qr.done": ["完成", "Done"],
  "qr.void": [
    "这个收款码已失效：超过了有效时间，或待付金额变少了，或另有付款。",
    "This code is void: its time is over, less is due, or another payment was opened.",
  ],
  "qr.again": ["重新生成", "Make a new one"],
});
