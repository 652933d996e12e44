// The icons: 24 x 24, line drawings in the colour of the text.
import { html } from "../vendor/preact.js";

const PATHS = {
  back: "M15 5l-7 7 7 7",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  go: "M9 5l7 7-7 7",
  down: "M5 9l7 7 7-7",
  close: "M6 6l12 12M18 6L6 18",
  home: "M3 11l9-7 9 7M6 9.5V20h12V9.5",
  bed: "M3 18V6M3 14h18v4M21 14v-2a3 3 0 0 0-3-3h-7v5M6 11.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3",
  bag: "M6 8h12l1 12H5zM9 8V7a3 3 0 0 1 6 0v1",
  cart: "M3 4h2.5l2.4 11h9.6l2-8H6.5M9.5 20a1 1 0 1 0 0-2 1 1 0 0 0 0 2M16.5 20a1 1 0 1 0 0-2 1 1 0 0 0 0 2",
  flash: "M13 3L5 14h6l-1 7 8-11h-6z",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20a7.5 7.5 0 0 1 15 0",
  people:
    "M9 12a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20a6.5 6.5 0 0 1 13 0M16 5.3a3.5 3.5 0 0 1 0 6.4M18 14.5a6.5 6.5 0 0 1 3.5 5.5",
  place: "M12 21s-7-6.2-7-11.2A7 7 0 0 1 19 9.8C19 14.8 12 21 12 21zM12 12.2a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8",
  phone: "M6 3h3l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v3a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14M16.2 16.2L21 21",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
  coupon: "M4 6h16v4a2 2 0 0 0 0 4v4H4v-4a2 2 0 0 0 0-4zM14 6v12",
  message: "M4 5h16v11H9l-5 4z",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5l3.5 2",
  check: "M5 12.5l4.5 4.5L19 7.5",
  cup: "M5 8h11v6a5 5 0 0 1-5 5h-1a5 5 0 0 1-5-5zM16 9h2a2.5 2.5 0 0 1 0 5h-2M8 5V3M12 5V3",
  area: "M4 9V4h5M20 15v5h-5M4 4l16 16",
  wallet: "M4 7h14v12H4zM4 7l11-3v3M15 13h3",
  chart: "M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6",
  house: "M4 21V8l8-4 8 4v13M9 21v-6h6v6M9 11h.01M15 11h.01",
  inbox: "M4 13l3-8h10l3 8v6H4zM4 13h5a3 3 0 0 0 6 0h5",
  shield: "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6z",
  truck: "M3 6h11v10H3zM14 10h4l3 3v3h-7M7 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4M17 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
  refresh: "M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  edit: "M4 20h4L19 9l-4-4L4 16z",
  key: "M8 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 12h9v4M17 12v3",
  till: "M4 20h16v-5H4zM6 15V9h9v6M9 9V4h8v5h1v6M8.5 12h4",
  printer: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  leave: "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
};

/** One icon. It is hidden from screen readers: its button has the label. */
export function Icon({ name, size = 22 }) {
  return html`<svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" fill="none" stroke="currentColor"
    stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
    <path d=${PATHS[name]} />
  </svg>`;
}
