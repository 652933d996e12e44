// The cancellation rule of a stay in words, for guests and staff: one rule is told in one way.
import { serverNow } from "./clock.js";
import { localTime } from "./format.js";
import { t } from "./language.js";

/** Returns the rule of a booking, or of a stay on offer. `timeZone` is the hotel's. */
export function ruleText({ cancel_fee_bp: fee, free_cancel_until: free, cancellable_until: end }, timeZone) {
  if (fee === 0) return t("rule.free", { until: localTime(end, timeZone) });
  if (Date.parse(free) < serverNow()) return t("rule.now", { kept: keptText(fee) });
  return t("rule.until", { until: localTime(free, timeZone), kept: keptText(fee) });
}

/** Returns in words what a late cancellation costs. */
export function keptText(fee) {
  return fee === 10_000 ? t("rule.all_kept") : t("rule.kept", { percent: fee / 100 });
}
