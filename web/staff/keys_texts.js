// Texts of the keys: [Chinese, English].
import { addTexts } from "../shared/language.js";

addTexts({
  "keys.on": ["使用单键快捷键", "Use single keys"],
  "keys.hint": [
    "不在输入框中时有效。Tab 键移动，回车键确认，Esc 键关闭。",
    "They work where nothing is typed. Tab moves on, Enter confirms, Escape closes.",
  ],
  "keys.here.i": ["在订单页办理入住", "Check in, on a booking's page"],
  "keys.here.o": ["在订单页办理退房", "Check out, on a booking's page"],
  "keys.here.m": ["在订单页收款", "Take a payment, on a booking's page"],
  "keys.here.r": ["在订单页打开登记单", "Registration card, on a booking's page"],
  "keys.here.f": ["在订单页打开账单", "Folio to print, on a booking's page"],
  "keys.here.p": ["打印本页", "Print the page, where it has a button for that"],
  "keys.find": ["查找客人或订单", "Find a guest or a booking"],
  "keys.help": ["显示快捷键", "Show the keys"],
});
