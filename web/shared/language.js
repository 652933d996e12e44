// The two languages of the pages. Texts are functions of their parameters or strings with {names} in them.
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

/** Add an app's texts: `{key: [zh, en]}`. */
export function addTexts(texts) {
  for (const [key, [zh, en]] of Object.entries(texts)) {
    dictionaries.zh[key] = zh;
    dictionaries.en[key] = en;
  }
}

/** The text of that key in the guest's language. A key that is missing shows itself, which a test looks for. */
export function t(key, parameters = {}) {
  const text = dictionaries[current][key];
  if (text === undefined) return `⟦${key}⟧`;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(parameters[name] ?? ""));
}

/** The text of that key, or `otherwise` where there is none: for codes of the API. */
export function textOr(key, otherwise) {
  return dictionaries[current][key] === undefined ? otherwise : t(key);
}

/** "zh" or "en". */
export function language() {
  return current;
}

/** The language's BCP 47 tag, for Intl and for `lang`. */
export function locale() {
  return current === "zh" ? "zh-CN" : "en-GB";
}

export function setLanguage(next) {
  current = next;
  device.set(KEY, next);
  document.documentElement.lang = locale();
  for (const listener of listeners) listener(next);
}

/** Renders the caller anew when the language changes. */
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
 * The half of a bilingual name that the guest reads: hotels may call a room "海景大床房 Bay King", and write its description as
 * "Over the bay. 俯瞰海湾。". A text in one language stays whole.
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

/** A city in the reader's language: the large ones have a text, others may be named in both languages. */
export function cityName(city) {
  return textOr(`city.${city}`, inLanguage(city));
}

document.documentElement.lang = locale();
