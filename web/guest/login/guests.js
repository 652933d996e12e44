// The guests whom the picker offers: those of the simulator who have a name; the demo's own where it does not tell.
const MOST = 6;
const DEMO = [
  { nickname: "韩梅梅", phone_number: "13800138000" },
  { nickname: "李雷", phone_number: "13900139000" },
  { nickname: "Anna Bell", phone_number: "13700137000" },
];

/** `[{nickname, phone_number}]`. */
export async function demoGuests() {
  try {
    const answer = await fetch("/simulator/guests");
    if (!answer.ok) return DEMO;
    const { items } = await answer.json();
    const named = items.filter((it) => it.nickname).map(({ nickname, phone_number }) => ({ nickname, phone_number }));
    return named.length ? named.slice(0, MOST) : DEMO;
  } catch {
    return DEMO;
  }
}
