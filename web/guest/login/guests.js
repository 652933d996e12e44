// The guests whom the picker offers.
export const GUESTS = [
  { nickname: "韩梅梅", phone_number: "13800138000" },
  { nickname: "李雷", phone_number: "13900139000" },
  { nickname: "Anna Bell", phone_number: "13700137000" },
];
