// The pick-up: what is sold of the next dates, and what of it was sold within a day and within a week.
import "./texts.js";
import { Loaded } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { useLoad } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { Day, RefreshButton } from "../parts.js";
import { api } from "../session.js";
import { Table } from "../table.js";
import { Report } from "./frame.js";
import { change } from "./sums.js";

const PATH = "/api/staff/reports/pick-up";

export function PickUp() {
  const [all, setAll] = useState(false);
  return html`<${Report} of="/reports/pick-up" all=${all} onAll=${setAll}>
    ${(hotel) => html`<${Dates} key=${hotel?.hotel_id ?? "all"} hotel=${hotel} />`}<//>`;
}

function Dates({ hotel }) {
  const query = { hotel_id: hotel?.hotel_id };
  const report = useLoad(() => api.get(PATH, query));
  return html`<div class="row between"><p class="muted small">${t("reports.pick_up_hint")}</p><${RefreshButton} from=${report} /></div>
    <${Loaded} from=${report} rows=${6}>${({ items }) => html`<${Table}
      caption=${t("reports.pick_up")} rows=${items} rowKey=${(it) => it.date} columns=${columns()} file=${{ path: PATH, query }} />`}<//>`;
}

function columns() {
  return [
    { header: t("reports.date"), cell: (it) => html`<${Day} date=${it.date} />` },
    { header: t("reports.sold"), right: true, cell: (it) => it.sold },
    { header: t("reports.left"), right: true, cell: (it) => it.left },
    { header: t("reports.room_revenue"), right: true, cell: (it) => money(it.revenue) },
    ...["since_day", "since_week"].flatMap((since) => [
      { header: t(`reports.${since}`), right: true, cell: (it) => changed(it[since].sold) },
      { header: t(`reports.${since}_revenue`), right: true, cell: (it) => changed(it[since].revenue, money) },
    ]),
  ];
}

function changed(number, show) {
  const look = number === 0 ? "muted" : number > 0 ? "rise" : "fall";
  return html`<span class=${look}>${change(number, show)}</span>`;
}
