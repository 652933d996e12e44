// The two languages of the pages. A text is a string with {names} for its parameters.
import { useEffect, useState } from "../vendor/preact.js";
import { device } from "./storage.js";

const KEY = "posthouse.language";
const LANGUAGES = ["zh", "en"];
const listeners = new Set();
const dictionaries = { zh: {}, en: {} };
let current = begin();

function begin() {
  const kept = device.get(KEY);
  if (LANGUAGES.includes(kept)) return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Adds texts: `{key: [zh, en]}`. */
export function addTexts(texts) {
  for (const [key, [zh, en]] of Object.entries(texts)) {
    dictionaries.zh[key] = zh;
    dictionaries.en[key] = en;
  }
}

/** Returns the text of a key in the current language. A missing key shows itself; a test looks for that. */
export function t(key, parameters = {}) {
  const text = dictionaries[current][key];
  if (text === undefined) return `⟦${key}⟧`;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(parameters[name] ?? ""));
}

/** Returns the text of a key, or `otherwise` if there is none: for codes of the API. */
export function textOr(key, otherwise) {
  return dictionaries[current][key] === undefined ? otherwise : t(key);
}

/** Returns "zh" or "en". */
export function language() {
  return current;
}

/** Returns the BCP 47 tag of the language, for Intl and for `lang`. */
export function locale() {
  return current === "zh" ? "zh-CN" : "en-GB";
}

/**
 * Returns what `write` returns while texts, dates and amounts are in another language, as for a print. `write` must not
 * leave that to components, which run later.
 */
export function speaking(tongue, write) {
  const before = current;
  current = tongue;
  try {
    return write();
  } finally {
    current = before;
  }
}

export function setLanguage(next) {
  current = next;
  device.set(KEY, next);
  document.documentElement.lang = locale();
  for (const listener of listeners) listener(next);
}

/** Renders the caller again when the language changes. */
export function useLanguage() {
  const [value, setValue] = useState(current);
  useEffect(() => {
    listeners.add(setValue);
    return () => listeners.delete(setValue);
  }, []);
  return value;
}

const CJK = /[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]/;

/**
 * Returns the part of a bilingual text in the current language: a room may be called "海景大床房 Bay King", and a description may be
 * "Over the bay. 俯瞰海湾。". A text in one language is returned whole.
 */
export function inLanguage(text) {
  const characters = [...(text || "")];
  const first = characters.findIndex((it) => CJK.test(it));
  if (first < 0) return text || "";
  const last = characters.findLastIndex((it) => CJK.test(it));
  const before = characters.slice(0, first).join("").trim();
  const after = characters
    .slice(last + 1)
    .join("")
    .trim();
  if (/[A-Za-z]{2}/.test(after)) {
    return current === "en"
      ? after
      : characters
          .slice(0, last + 1)
          .join("")
          .trim();
  }
  if (/[A-Za-z]{2}/.test(before)) return current === "en" ? before : characters.slice(first).join("").trim();
  return text;
}

/** Returns the name of a city in the current language. Large cities have a text; others may be named in both languages. */
export function cityName(city) {
  return textOr(`city.${city}`, inLanguage(city));
}

document.documentElement.lang = locale();
