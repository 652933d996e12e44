// Texts of the takings: [Chinese, English].
import { addTexts } from "../../shared/language.js";

addTexts({
  "takings.open": ["当天未结束", "Day in progress"],
  "takings.open_hint": ["前台的收款和退款会继续计入", "What the desk takes and gives back still counts here."],
  "takings.closed": ["已结束", "Closed"],
  "takings.closed_hint": [
    "不会再变。之后的冲回和退款计入办理的那一天",
    "It stays as it is. Later reversals and refunds count on the day they are made.",
  ],
  "takings.none": ["{day}前台没有收款", "The desk took nothing on {day}"],
  "takings.who": ["方式与收款人", "Method and person"],
  "takings.count": ["{count} 笔", "({count})"],
  "takings.taken": ["收款", "Taken"],
  "takings.given_back": ["退款", "Given back"],
  "takings.net": ["净额", "Net"],
  "takings.all": ["合计", "All"],
});
