// The guests in the picker: first the demo guests, then others that the simulator knows by name.
import { reach } from "../../shared/api.js";

const MOST = 6;
const DEMO = [
  { nickname: "韩梅梅", phone_number: "13800138000" },
  { nickname: "李雷", phone_number: "13900139000" },
  { nickname: "Anna Bell", phone_number: "13700137000" },
];

/** Returns `[{nickname, phone_number}]`. */
export async function demoGuests() {
  try {
    const answer = await reach("/simulator/guests");
    if (!answer.ok) return DEMO;
    const { items } = await answer.json();
    const others = items.filter((it) => it.nickname && !DEMO.some((one) => one.phone_number === it.phone_number));
    return [...DEMO, ...others.map(({ nickname, phone_number }) => ({ nickname, phone_number }))].slice(0, MOST);
  } catch {
    return DEMO;
  }
}
