// Texts of the frame and of the login: [Chinese, English]. Each area of pages has its own file beside its pages.
import { addTexts } from "../shared/language.js";

addTexts({
  missing: ["没有这个页面", "There is no such page"],
  to_start: ["回到首页", "To the start"],
  posthouse: ["驿站", "Posthouse"],
  tabs: ["主导航", "Main"],
  "tab.stay": ["订房", "Stay"],
  "tab.shop": ["商城", "Shop"],
  "tab.flash": ["抢购", "Flash"],
  "tab.orders": ["订单", "Orders"],
  "tab.me": ["我的", "Me"],
});
