// Texts of money at the desk: [Chinese, English].
import { addTexts } from "../../shared/language.js";

addTexts({
  "desk.money": ["前台收银", "Money at the desk"],
  "desk.money_has": ["前台已收、未退：{amount}", "Taken and not given back: {amount}"],
  "desk.money_method": ["方式", "Method"],

  "desk.take": ["收款", "Take payment"],
  "desk.take_of": ["向{name}收款", "Payment from {name}"],
  "desk.take_amount": ["收款 {amount}", "Take {amount}"],
  "desk.taken": ["已收款 {amount}（{way}）", "Taken: {amount} ({way})"],
  "desk.take_nothing": ["客人没有待付款项", "The guest owes nothing."],
  "desk.handed": ["客人交来的现金", "Cash handed over"],
  "desk.handed_hint": ["填写后会算出找零", "Enter it to see the change to give back."],
  "desk.handed_short": ["少于收款金额", "That is less than the amount."],
  "desk.give_change": ["找零 {amount}", "Change to give back: {amount}"],
  "desk.reference": ["凭证号", "Reference"],
  "desk.reference_hint": ["例如小票号或流水号", "Such as the number of the slip or of the transfer"],
  "desk.take_settles": ["收款后账单结清。", "Then the folio is settled."],
  "desk.take_leaves": ["收款后还有 {amount} 待付。", "Then {amount} is still due."],
  "desk.take_too_much": ["比待付金额多 {amount}，无法收取。", "That is {amount} more than is due. It cannot be taken."],
  "desk.take_pays": ["订单变为已支付。", "The booking is paid by it."],

  "desk.give_back": ["前台退款", "Desk refund"],
  "desk.give_back_to": ["为{name}办理前台退款", "Desk refund for {name}"],
  "desk.give_back_most": ["前台最多可退 {most}", "The desk can give back up to {most}."],
  "desk.give_back_amount": ["退款 {amount}", "Give back {amount}"],
  "desk.gave_back": ["已退款 {amount}（{way}）", "Given back: {amount} ({way})"],
  "desk.give_back_nothing": ["前台没有可退的款项", "The desk has nothing to give back."],
  "desk.give_back_why": ["客人会在账单中看到", "The guest sees it on the folio"],
  "desk.give_back_lowers": [
    "把 {amount} 交还客人，账单减少 {lowered}。",
    "The guest gets {amount}. The folio charges {lowered} less.",
  ],
  "desk.give_back_credit": [
    "把多付的 {amount} 交还客人，消费金额不变。",
    "The guest gets {amount} of the credit. What is charged stays.",
  ],
  "desk.give_back_ends": [
    "退完后没有任何已付款项，订单会取消：房间重新开放销售，优惠券退还客人。",
    "Nothing stays paid, so the booking is cancelled. The rooms go back on sale, and the guest gets the coupon back.",
  ],

  "desk.reverse": ["冲回", "Reverse"],
  "desk.reverse_of": ["冲回收款 {amount}（{way}）", "Reverse the payment of {amount} ({way})"],
  "desk.reverse_it": ["冲回 {amount}", "Reverse {amount}"],
  "desk.reversed": ["已冲回 {amount}", "Reversed: {amount}"],
  "desk.reverse_hint": [
    "用于记错的收款。账单的待付增加 {amount}，订单状态不变，计入今天的前台收款，原来那天的数字不变。",
    "For a payment that was entered by mistake. The guest owes {amount} more, and the booking keeps its status. It counts in today's takings; those of its own day stay.",
  ],
  "desk.reverse_why": ["冲回原因", "Reason"],
  "desk.reverse_gone": [
    "这笔收款已经冲回，或已退还客人",
    "This payment was reversed before, or its money was given back.",
  ],
});
