// What stands in a night of the calendar beside its price: restrictions and rooms that are out of order, as short marks and in words.
import "./nights_texts.js";
import { t } from "../../shared/language.js";

/** Returns `[{mark, told}]`; each has the name of its restriction as `kind`. */
export function marksOf(night) {
  if (!night) return [];
  const count = { count: night.min_stay };
  return [
    night.min_stay && { kind: "min_stay", mark: `≥${night.min_stay}`, told: t("nights.min_stay_is", count) },
    night.max_stay && {
      kind: "max_stay",
      mark: `≤${night.max_stay}`,
      told: t("nights.max_stay_is", { count: night.max_stay }),
    },
    night.closed_to_arrival && { kind: "cta", mark: t("nights.cta_mark"), told: t("nights.cta") },
    night.closed_to_departure && { kind: "ctd", mark: t("nights.ctd_mark"), told: t("nights.ctd") },
    night.out_of_order > 0 && {
      kind: "out",
      mark: t("nights.out_mark", { count: night.out_of_order }),
      told: t("nights.out", { count: night.out_of_order }),
    },
  ].filter(Boolean);
}
