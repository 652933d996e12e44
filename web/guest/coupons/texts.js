// Texts of coupons: [Chinese, English].
import { addTexts } from "../../shared/language.js";

addTexts({
  "coupons.title": ["优惠券", "Coupon"],
  "coupons.choose": ["选择优惠券", "Choose a coupon"],
  "coupons.without": ["不使用优惠券", "Use no coupon"],
  "coupons.usable": ["{count} 张可用", "{count} available"],
  "coupons.none_usable": ["暂无可用", "None available"],
  "coupons.minimum": ["满 {amount} 可用", "orders from {amount}"],
  "coupons.no_minimum": ["无门槛", "any order"],
  "coupons.days": ["领取后 {count} 天内有效", "Valid for {count} days once claimed"],
  "coupons.until": ["有效期至 {date}", "Valid until {date}"],
  "coupons.from_until": ["{from} 起，{until} 到期", "From {from}, expires {until}"],
  "coupons.for_any": ["订房、商城通用", "For stays and the shop"],
  "coupons.for_booking": ["订房专用", "For stays"],
  "coupons.for_shop": ["商城专用", "For the shop"],
  "coupons.only_booking": ["仅限订房使用", "For stays only"],
  "coupons.only_shop": ["仅限商城使用", "For the shop only"],
  "coupons.too_little": ["还差 {missing} 可用", "Add {missing} to use it"],
});
