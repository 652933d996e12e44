// Texts of restrictions: [Chinese, English].
import { addTexts } from "./language.js";

addTexts({
  "restriction.min_stay": ["{date} 入住需住满 {nights} 晚", "From {nights} nights for an arrival on {date}"],
  "restriction.max_stay": ["{date} 入住最多住 {nights} 晚", "At most {nights} nights for an arrival on {date}"],
  "restriction.closed_to_arrival": [
    "{date} 只接待续住客人，不能在这天入住",
    "No arrivals on {date}; a stay may include it",
  ],
  "restriction.closed_to_departure": ["不能在 {date} 离店", "No stay ends on {date}"],
  "restriction.days_ahead_first": ["须提前预订，最早 {first} 入住", "Book ahead: arrivals from {first} on"],
  "restriction.days_ahead_last": ["临近入住特价，最晚 {last} 入住", "Last minute: arrivals until {last}"],
  "restriction.weekdays": ["仅限{weekdays}的晚上", "Only for nights of {weekdays}"],
  "restriction.validity_first": ["仅限 {first} 起的晚上", "Only for nights from {first} on"],
  "restriction.validity_last": ["仅限 {last} 及之前的晚上", "Only for nights until {last}"],
  "restriction.validity_both": ["仅限 {first} 至 {last} 的晚上", "Only for nights from {first} to {last}"],
  "restriction.and": ["、", ", "],
});
