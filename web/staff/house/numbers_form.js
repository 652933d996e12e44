// The form of a room type's numbers.
import "./board_texts.js";
import { Banner, toast } from "../../shared/components.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { api } from "../session.js";

export function NumbersForm({ room, onClose, onSaved }) {
  const [used, setUsed] = useState(null);
  const save = async (body) => {
    setUsed(null);
    try {
      await api.put(`/api/staff/rooms/${room.room_id}/numbers`, body);
    } catch (error) {
      if (error.code === "number_in_use") setUsed(error.body.numbers);
      throw error;
    }
    toast(t("house.saved", { name: inLanguage(room.name) }));
    await onSaved();
  };
  const fields = [
    {
      name: "numbers",
      label: t("board.numbers"),
      kind: "tags",
      multiline: true,
      hint: t("board.numbers_hint"),
      focus: true,
    },
  ];
  return html`<${FormSheet} title=${`${t("board.numbers")} · ${inLanguage(room.name)}`} fields=${fields} values=${room} onSave=${save} onClose=${onClose}>
    ${used && html`<${Banner} tone="warn">${t("board.in_use", { numbers: used.join("、") })}<//>`}
  <//>`;
}
