// Texts of the moves of a booking: [Chinese, English].
import { addTexts } from "../../shared/language.js";

addTexts({
  "moves.check_in_ask": [
    "客人将标记为在住。办错了，当天可以撤销。",
    "The guest is noted as in the house. A mistake can be taken back on the same day.",
  ],
  "moves.check_in_late": ["客人原定 {day}入住", "The guest was expected on {day}"],
  "moves.take_first": ["先收款", "Take the payment first"],
  "moves.has_credit": ["客人多付了 {amount}。", "The guest has paid {amount} too much."],
  "moves.settle_due": ["收款", "Take the payment"],
  "moves.settle_credit": ["退款", "Give it back"],
  "moves.or_leave": ["或写明原因，不结清就退房：", "Or say why it is left so:"],
  "moves.leave_why": ["不结清的原因", "Why it is left uneven"],
  "moves.leave_due": ["退房，{amount} 仍待付", "Check out, {amount} still owed"],
  "moves.leave_credit": ["退房，不退多付的 {amount}", "Check out, keep the credit of {amount}"],

  "moves.reverse": ["撤销入住", "Take check-in back"],
  "moves.reverse_whom": ["撤销{name}的入住", "Take the check-in of {name} back"],
  "moves.reverse_ask": [
    "订单回到“{status}”。入住后收的款和记的账都保留。",
    "The booking is “{status}” again. Money and charges since then stay.",
  ],
  "moves.reversed": ["已撤销 {name} 的入住", "The check-in of {name} is taken back"],
  "moves.reason": ["原因", "Reason"],

  "moves.cancel": ["取消订单", "Cancel booking"],
  "moves.cancel_whom": ["取消{name}的订单", "Cancel the booking of {name}"],
  "moves.cancel_ask": [
    "房间重新开放销售，客人会收到通知。取消后无法撤销。",
    "The rooms go back on sale and the guest gets a notice. This cannot be undone.",
  ],
  "moves.cancel_hint": ["有退款时，客人会在微信中看到", "The guest sees it in WeChat if money goes back"],
  "moves.cancelled": ["已取消 {name} 的订单", "The booking of {name} is cancelled"],
  "moves.fee": ["取消费", "Fee"],
  "moves.fee_hint": ["默认按取消规则收取，可以少收", "By the cancellation policy; you may keep less"],
  "moves.fee_most": ["按取消规则最多 {most}", "At most {most} by the cancellation policy"],
  "moves.keeps": ["保留 {kept}，退还 {back}。", "{kept} is kept, {back} goes back."],
  "moves.keeps_all": ["保留 {kept}，没有可退的款项。", "{kept} is kept. Nothing goes back."],
  "moves.keeps_nothing": ["全部退还：{back}。", "All of it goes back: {back}."],
  "moves.back_by_itself": ["款项自动原路退回。", "It goes back by itself, the way it came."],
  "moves.back_at_desk": ["请随后在前台退还。", "Give it back at the desk afterwards."],
  "moves.back_partly": [
    "其中 {amount} 请随后在前台退还，其余自动退回。",
    "Of that, give {amount} back at the desk; the rest goes by itself.",
  ],
});
