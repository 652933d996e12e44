// Texts of the guests' pages: [Chinese, English].
import "../desk/notes_texts.js";
import "../desk/texts.js";
import "../operations/texts.js";
import { addTexts } from "../../shared/language.js";

addTexts({
  "guests.about": [
    "按姓名、手机号或订单号查找在本酒店有预订的客人。前台代订、尚未有客人认领的订单，请在订单页查找。",
    "Find guests who have booked at your hotels by name, phone or order number. Stays that staff booked and no guest has claimed are under Bookings.",
  ],
  "guests.query": ["姓名、手机号或订单号", "Name, phone or order number"],
  "guests.query_hint": [
    "手机号后四位或完整号码，订单号后六位，也可输入用户编号",
    "The last four digits or all of the phone number, the last six characters of the order number, or a guest ID",
  ],
  "guests.query_short": ["请至少输入两个字", "Type at least two characters"],
  "guests.nobody": ["没有找到客人", "No guest found"],
  "guests.nobody_hint": ["请核对姓名或号码，或多输入几个字", "Check the name or number, or type more of it."],
  "guests.unknown_hint": [
    "没有这位客人，或客人没有在本酒店预订过",
    "There is no such guest, or none who has booked at your hotels.",
  ],
  "guests.of": ["客人 {name}", "Guest {name}"],
  "guests.nameless": ["未留姓名", "no name"],
  "guests.who": ["客人资料", "Guest"],
  "guests.nickname": ["微信昵称", "Nickname"],
  "guests.phone": ["手机号", "Phone"],
  "guests.user_id": ["用户编号", "Guest ID"],
  "guests.stays": ["预订记录", "Stays"],
  "guests.no_stays": ["没有预订记录", "No stays"],
  "guests.orders": ["商城订单（最近十笔）", "Orders of goods (the latest ten)"],
  "guests.no_orders": ["没有商城订单", "No orders of goods"],
  "guests.coupons": ["优惠券", "Coupons"],
  "guests.no_coupons": ["没有优惠券", "No coupons"],
  "guests.until": ["有效期至 {day}", "Valid until {day}"],
});
