// Texts of the keys: [Chinese, English].
import { addTexts } from "../shared/language.js";

addTexts({
  "keys.on": ["使用单键快捷键", "Use single keys"],
  "keys.hint": [
    "不在输入框中时有效。Tab 键移动，回车键确认，Esc 键关闭。",
    "They work where nothing is typed. Tab moves on, Enter confirms, Escape closes.",
  ],
  "keys.find": ["查找客人或订单", "Find a guest or a booking"],
  "keys.help": ["显示快捷键", "Show the keys"],
});
