// Texts of the offers of a room, and of what stands against a stay: [Chinese, English].
import { addTexts } from "../../shared/language.js";

addTexts({
  "offers.title": ["可选价格", "Rates"],
  "offers.of": ["{room}的价格", "Rates of {room}"],
  "offers.standard": ["标准价", "Standard"],
  "offers.more": ["更多价格（{count}）", "More rates ({count})"],
  "offers.a_night": ["每晚 {price}", "{price} a night"],
  "offers.night_range": ["每晚 {from} 至 {to}", "{from} to {to} a night"],
  "offers.least": ["{price}起", "from {price}"],
  "offers.book": ["预订 {name}", "Book {name}"],
  "offers.pay.full": ["在线支付全款", "Pay online in full"],
  "offers.pay.deposit": ["现付订金 {now}，到店付 {later}", "Pay {now} now, {later} at the hotel"],
  "offers.pay.at_hotel": ["到店支付", "Pay at the hotel"],
  "offers.level.member": ["会员价", "Members' rate"],
  "offers.level.silver": ["银卡及以上", "Silver members and up"],
  "offers.level.gold": ["金卡及以上", "Gold members and up"],
  "offers.level.diamond": ["钻石卡专享", "Diamond members"],
  "offers.day_use": ["{from}–{to} 之间任选 {hours} 小时", "{hours} hours between {from} and {to}"],

  "restricted.plan": ["{name}：{why}", "{name}: {why}"],
  "restricted.arrive": ["改为 {check_in} 入住，住 {nights}", "Arrive on {check_in} for {nights}"],
  "restricted.stay": ["改为 {check_in} 至 {check_out}，住 {nights}", "Stay {check_in} – {check_out}, {nights}"],
});
