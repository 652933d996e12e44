// Texts of the house at a glance: [Chinese, English].
import { addTexts } from "../../shared/language.js";

addTexts({
  "glance.house": ["今日房态", "The house today"],
  "glance.occupancy": ["今日出租率", "Occupancy today"],
  "glance.of_units": ["{sold}/{units} 间", "{sold} of {units}"],
  "glance.audit": ["夜审待处理", "Night audit: open"],
  "glance.dirty": ["待清洁房间", "Rooms to clean"],
});
