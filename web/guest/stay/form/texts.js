// Texts of the booking form, of the lines of a price and of the cancellation rule: [Chinese, English]. The start page does without them.
import { addTexts } from "../../../shared/language.js";

addTexts({
  "rule.line": ["取消规则：{rule}", "Cancellation policy: {rule}"],
  "rule.title": ["取消规则", "Cancellation policy"],
  "rule.free_any": [
    "入住日次日 {at} 前可免费取消，全额退款",
    "Free cancellation until {at} on the day after check-in, with a full refund.",
  ],
  "rule.until_any": [
    "入住日 {at} 前 {hours} 小时以上可免费取消；之后取消或未到店{kept}",
    "Free cancellation until {hours} h before {at} on the check-in date. If you cancel later or do not come, {kept}.",
  ],
  "rule.costs": ["扣除 {fee}，退回 {back}", "Fee {fee}, refund {back}"],
  "rule.costs_nothing": ["全额退回 {back}", "Full refund of {back}"],

  "book.title": ["填写订单", "Your booking"],
  "book.units": ["房间数", "Rooms"],
  "book.name": ["入住人姓名", "Guest name"],
  "book.name_hint": ["请与入住证件上的姓名一致", "As in the passport or ID that you show at check-in"],
  "book.name_missing": ["请填写入住人姓名", "Enter the guest name"],
  "book.phone": ["手机号", "Phone"],
  "book.phone_wrong": [
    "请填写完整的电话号码，如 138 0013 8000；境外号码以 + 和国家码开头",
    "Enter the whole number, like 138 0013 8000; start one of another country with + and its code",
  ],
  "book.arrival": ["预计到店时间（选填）", "Expected arrival (optional)"],
  "book.arrival_unknown": ["暂不确定", "Not known yet"],
  "book.requests": ["给酒店的要求（选填）", "Requests to the hotel (optional)"],
  "book.requests_hint": ["例如高楼层、婴儿床。酒店会尽量安排", "Such as a high floor or a cot. The hotel will try."],
  "book.extras": ["添加服务", "Extras"],
  "book.per_stay": ["{price} 每份", "{price} each"],
  "book.per_night": ["{price} 每晚", "{price} per night"],
  "book.per_guest": ["{price} 每人", "{price} per guest"],
  "book.per_guest_night": ["{price} 每人每晚", "{price} per guest and night"],
  "book.more_guests": ["加人费", "Extra guests"],
  "book.total": ["小计", "Subtotal"],
  "book.sum": ["费用明细", "Price details"],
  "book.payable": ["应付", "To pay"],
  "book.saved": ["已优惠 {amount}", "{amount} off"],
  "book.submit": ["提交订单", "Book and pay"],
  "book.confirm_price": ["按新价格提交", "Book at the new price"],
  "book.price_changed": [
    "价格刚刚从 {before} 变为 {now}，请确认后再提交",
    "The price has just changed from {before} to {now}. Check it, then book again.",
  ],
  "book.too_many_guests": [
    "房间住不下这些客人，请增加房间或减少客人",
    "The rooms do not hold so many guests. Book more rooms or fewer guests.",
  ],
  "book.extras_changed": [
    "您选的服务刚有变动，应付金额已更新为 {now}，请确认后再提交",
    "An extra that you chose has just changed. The price is {now} now. Check it, then book again.",
  ],
  "book.coupon_unusable": [
    "该优惠券已不可用，应付金额已更新为 {now}",
    "This coupon can no longer be used. The price is {now} now.",
  ],
  "book.sold_out": [
    "房间刚被订走，房量已更新，请重新提交",
    "Another guest was faster. You see what is left. Book again.",
  ],
  "book.not_on_sale": ["该房型已下架，请选择其他房型", "This room is no longer on sale. Choose another one."],
  "book.nothing_left": ["所选日期已满房", "No rooms are left on these dates."],
  "book.fewer_left": ["只剩 {left} 间，不足您选择的 {units} 间", "Only {left} left. You chose {units}."],
  "book.take": ["改订 {left} 间", "Book {left}"],
});
