// Texts of notes: [Chinese, English].
import { addTexts } from "../../shared/language.js";

addTexts({
  "notes.title": ["备注", "Notes"],
  "notes.none": ["暂无备注", "No notes yet"],
  "notes.by_guest": ["客人要求", "Asked by the guest"],
  "notes.of_stay": ["本次入住", "About this stay"],
  "notes.of_guest": ["关于客人", "About the guest"],
  "notes.about": ["备注对象", "What the note is about"],
  "notes.about_stay": ["本次入住", "This stay"],
  "notes.about_guest": ["客人", "The guest"],
  "notes.write_stay": ["添加备注", "New note"],
  "notes.write_guest": ["添加备注", "New note"],
  "notes.write_order": ["添加备注", "New note"],
  "notes.hint_stay": [
    "同事会在到店列表和办理入住时看到。客人只能在导出的个人数据中看到",
    "Colleagues see it among the arrivals and at check-in. The guest reads it only in an export of personal data.",
  ],
  "notes.hint_guest": [
    "以后每次入住都会显示给本酒店的同事。客人只能在导出的个人数据中看到",
    "Colleagues of this hotel see it with each stay. The guest reads it only in an export of personal data.",
  ],
  "notes.hint_order": [
    "打包发货的同事会看到。客人只能在导出的个人数据中看到",
    "Whoever packs the order sees it. The guest reads it only in an export of personal data.",
  ],
  "notes.save": ["保存备注", "Save note"],
});
