// Texts of the house at a glance: [Chinese, English].
import { addTexts } from "../../shared/language.js";

addTexts({
  "glance.waits": ["待处理", "What waits"],
  "glance.audit": ["夜审未了事项", "Open after the night audit"],
  "glance.dirty": ["待清洁房间", "Rooms to clean"],
});
