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
  "restricted.min_stay": ["{date} 入住需住满 {nights} 晚", "From {nights} nights for an arrival on {date}"],
  "restricted.max_stay": ["{date} 入住最多住 {nights} 晚", "At most {nights} nights for an arrival on {date}"],
  "restricted.closed_to_arrival": [
    "{date} 只接待续住客人，不能在这天入住",
    "On {date} no stay begins, though stays may go on over it",
  ],
  "restricted.closed_to_departure": ["不能在 {date} 离店", "No stay ends on {date}"],
  "restricted.days_ahead_first": ["须提前预订，最早 {first} 入住", "Book ahead: arrivals from {first} on"],
  "restricted.days_ahead_last": ["临近入住特价，最晚 {last} 入住", "Last minute: arrivals until {last}"],
  "restricted.weekdays": ["仅限{weekdays}的晚上", "Only for nights of {weekdays}"],
  "restricted.validity_first": ["仅限 {first} 起的晚上", "Only for nights from {first} on"],
  "restricted.validity_last": ["仅限 {last} 及之前的晚上", "Only for nights until {last}"],
  "restricted.validity_both": ["仅限 {first} 至 {last} 的晚上", "Only for nights from {first} to {last}"],
  "restricted.and": ["、", ", "],
  "restricted.arrive": ["改为 {check_in} 入住，住 {nights}", "Arrive on {check_in} for {nights}"],
  "restricted.stay": ["改为 {check_in} 至 {check_out}，住 {nights}", "Stay {check_in} – {check_out}, {nights}"],
});
