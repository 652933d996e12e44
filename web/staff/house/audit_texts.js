// Texts of the night audit: [Chinese, English].
import { addTexts } from "../../shared/language.js";

addTexts({
  "night.pending": ["当天未结束", "The day is not over"],
  "night.pending_hint": [
    "换日后几分钟内列出当天未了的事项",
    "Within minutes after the day has turned, what it left open is listed here.",
  ],
  "night.to_last": ["回到昨天", "Yesterday"],
  "night.late": ["尚未夜审", "Not audited"],
  "night.late_hint": [
    "换日后几分钟内列出；酒店首次夜审之前的日子没有夜审",
    "It is listed within minutes after the day has turned. Days before the hotel's first audit have none.",
  ],
  "night.running": ["正在夜审", "Under way"],
  "night.running_hint": ["列表还会变长，几分钟后刷新", "The list is still growing; look again in a few minutes."],
  "night.done": ["夜审完成", "Audited"],
  "night.made_at": ["完成于 {at}", "Done at {at}"],
  "night.none": ["{day}没有未了的事项", "{day} left nothing open"],
  "night.all_done": ["都处理好了", "All dealt with"],
  "night.arrival": ["应到未到", "Did not arrive"],
  "night.departure": ["应离未离", "Still in the house"],
  "night.folio": ["离店时账未结清", "Left with an uneven folio"],
  "night.number": ["待清洁的房间", "Numbers to clean"],
  "night.dealt_with": ["已处理", "Dealt with"],
  "night.owes": ["欠 {amount}", "Owes {amount}"],
  "night.has_credit": ["应退 {amount}", "Has a credit of {amount}"],
  "night.settle": ["去结清", "Settle"],
  "night.settle_whom": ["结清{name}的账", "Settle the folio of {name}"],
  "night.clean": ["已清洁", "Clean"],
  "night.clean_which": ["{number} 已清洁", "{number} is clean"],
  "night.said_clean": ["{number} 已记为清洁", "{number} is noted as clean"],
});
