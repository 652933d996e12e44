// One flash sale: a chart with a new point each second, its buttons, its orders and its verdicts.
import "./texts.js";
import { orNull } from "../../../shared/api.js";
import {
  Banner,
  Button,
  Confirm,
  Empty,
  FaultLine,
  Field,
  Listed,
  Loaded,
  Status,
  toast,
} from "../../../shared/components.js";
import { money } from "../../../shared/format.js";
import { useAction, useList, useLoad, usePoll } from "../../../shared/hooks.js";
import { inLanguage, t } from "../../../shared/language.js";
import { html, Link, useRef, useState } from "../../../vendor/preact.js";
import { Badge, Code, Facts, RefreshButton, When } from "../../parts.js";
import { api } from "../../session.js";
import { Page } from "../../shell.js";
import { Table } from "../../table.js";
import { OrderTable } from "../shop_orders.js";
import { Chart, Readings } from "./chart.js";

const POLL_EVERY = 1000;
const POLL_SELDOM = 10_000;
const KEPT = 900;
const FIRST_PAGE = 20;

async function find(saleId) {
  const found = await orNull(api.get("/api/staff/flash-sales", { sale_id: saleId }));
  return found && { ...found.items[0], waiting: found.waiting };
}

/** Polls the sale each second while the page is visible. Returns it with all readings so far. */
function useSale(saleId) {
  const readings = useRef([]);
  const look = async () => {
    const sale = await find(saleId);
    if (sale) {
      const { decided, waiting, sold, left } = sale;
      readings.current = [...readings.current.slice(1 - KEPT), { at: Date.now(), decided, waiting, sold, left }];
    }
    return sale;
  };
  const sale = useLoad(look, [saleId]);
  const [stale, setStale] = useState(false);
  const again = async () => {
    try {
      sale.setData(await look());
      setStale(false);
    } catch {
      setStale(true);
    }
  };
  usePoll(again, sale.data?.status === "ended" ? POLL_SELDOM : POLL_EVERY, Boolean(sale.data));
  return { ...sale, stale, readings: readings.current };
}

export function FlashSale({ params }) {
  return html`<${Watched} key=${params.sale_id} saleId=${params.sale_id} />`;
}

function Watched({ saleId }) {
  const sale = useSale(saleId);
  const title = sale.data ? inLanguage(sale.data.goods_name) : t("page.flash_sales");
  return html`<${Page} title=${title} back="/flash-sales" actions=${sale.data && html`<${Presses} sale=${sale} />`}>
    ${sale.stale && html`<${Banner} tone="warn">${t("flash.stale")}<//>`}
    <${Loaded} from=${sale} tall>${(it) =>
      it
        ? html`<${Live} sale=${it} readings=${sale.readings} />`
        : html`<${Empty} title=${t("flash.no_such_sale")} picture="search" />`}<//>
    ${sale.data && html`<${Orders} saleId=${saleId} sold=${sale.data.sold} /><${Verdicts} saleId=${saleId} />`}
  <//>`;
}

function Presses({ sale }) {
  const [ending, setEnding] = useState(false);
  const { sale_id, state } = sale.data;
  const change = useAction(async (body) => {
    const changed = await api.put(`/api/staff/flash-sales/${sale_id}`, body);
    sale.setData({ ...sale.data, ...changed });
    toast(t(`flash.is.${changed.state}`));
    setEnding(false);
  });
  if (state === "ended") return null;
  const pauses = state === "active";
  return html`
    ${!ending && html`<${FaultLine} error=${change.error} />`}
    <${Button} kind="plain" busy=${change.busy} onClick=${() => change.run({ state: pauses ? "paused" : "active" })}>
      ${t(pauses ? "flash.pause" : "flash.go_on")}<//>
    <${Button} kind="danger" onClick=${() => setEnding(true)}>${t("flash.end")}<//>
    ${
      ending &&
      html`<${Confirm} title=${t("flash.end_it")} action=${t("flash.end")} busy=${change.busy} error=${change.error}
      onConfirm=${() => change.run({ state: "ended" })} onClose=${() => setEnding(false)}><p>${t("flash.end_about")}</p><//>`
    }`;
}

function Live({ sale, readings }) {
  const figures = [
    ["decided", sale.decided],
    ["waiting", sale.waiting],
    ["sold", sale.sold],
    ["left", sale.left],
    ["returned", sale.returned],
    ["moved_back", sale.moved_back],
  ];
  return html`<div class="columns">
    <section class="card stack">
      <div class="figures">${figures.map(([name, value]) => html`<p class=${`of-${name}`}><span>${t(`flash.${name}`)}</span><strong>${value}</strong></p>`)}</div>
      <${Chart} readings=${readings} />
      <p class="small muted">${t("flash.waiting_about")}</p>
      <${Readings} readings=${readings} />
    </section>
    <section class="card stack">
      <div class="row between"><h2>${t("flash.about")}</h2><span><${Status} of=${sale.status} />
        ${sale.sold_out && sale.status === "open" && html` <${Badge} tone="bad">${t("status.sold_out")}<//>`}</span></div>
      <${Facts} facts=${[
        [t("flash.goods"), html`<${Link} href=${`/goods/${sale.goods_id}`}>${inLanguage(sale.goods_name)}<//>`],
        [t("flash.price"), money(sale.price), "total"],
        [t("flash.stock"), sale.stock],
        [t("flash.per_user_limit"), sale.per_user_limit],
        [t("flash.starts_at"), html`<${When} at=${sale.starts_at} />`],
        [t("flash.ends_at"), html`<${When} at=${sale.ends_at} />`],
        [t("flash.shards"), sale.shards],
        [t("flash.sale_id"), html`<${Code}>${sale.sale_id}<//>`],
      ]} />
      <${Challenge} sale=${sale} />
    </section></div>`;
}

function Challenge({ sale }) {
  const [on, setOn] = useState(sale.challenge);
  const turn = useAction(async (wanted) => {
    const changed = await api.put(`/api/staff/flash-sales/${sale.sale_id}`, { challenge: wanted });
    setOn(changed.challenge);
    toast(t(wanted ? "flash.challenge_on" : "flash.challenge_off"));
  });
  return html`<div class="field"><label class="check"><input type="checkbox" checked=${on} disabled=${turn.busy || sale.state === "ended"}
      onChange=${(event) => turn.run(event.currentTarget.checked)} /><span>${t("flash.challenge")}</span></label>
    <span class="hint">${t("flash.challenge_hint")}</span><${FaultLine} error=${turn.error} /></div>`;
}

// The first page reloads while it fills. Later pages load only on request, as each request reads all shards.
function Orders({ saleId, sold }) {
  const orders = useList(
    (cursor) => api.get("/api/staff/flash-orders", { sale_id: saleId, cursor }),
    [saleId, Math.min(sold, FIRST_PAGE)],
  );
  return html`<section class="stack"><div class="row between"><h2>${t("flash.orders")}</h2><${RefreshButton} from=${orders} /></div>
    <${Listed} from=${orders} rows=${1} empty=${html`<p class="card muted">${t("flash.no_orders")}</p>`}>${(items) => html`<${OrderTable} items=${items} file=${{ path: "/api/staff/flash-orders", query: { sale_id: saleId } }} />`}<//></section>`;
}

function Verdicts({ saleId }) {
  const [phone, setPhone] = useState("");
  const [found, setFound] = useState(null);
  const look = useAction(async () => {
    const { items } = await api.get(`/api/staff/flash-sales/${saleId}/verdicts`, { phone_number: phone.trim() });
    setFound(items);
  });
  const submit = (event) => {
    event.preventDefault();
    if (phone.trim()) look.run();
  };
  const columns = [
    { header: t("flash.ticket"), cell: (it) => html`<${Code}>${it.ticket_id}<//>` },
    { header: t("flash.verdict"), cell: (it) => html`<${Status} of=${it.status} />` },
    { header: t("flash.submitted_at"), cell: (it) => html`<${When} at=${it.submitted_at} seconds />` },
    { header: t("flash.decided_at"), cell: (it) => html`<${When} at=${it.decided_at} seconds />` },
    {
      header: t("flash.order"),
      cell: (it) =>
        it.order_no ? html`<${Link} href=${`/shop-orders/${it.order_no}`}><${Code}>${it.order_no}<//><//>` : "—",
    },
  ];
  return html`<section class="stack"><h2>${t("flash.verdicts")}</h2>
    <form class="row find" onSubmit=${submit}><${Field} label=${t("flash.phone")} inputmode="tel" autocomplete="off" value=${phone} onInput=${setPhone} />
      <${Button} kind="plain" type="submit" busy=${look.busy}>${t("flash.look_up")}<//></form>
    <${FaultLine} error=${look.error} />
    ${found && (found.length ? html`<${Table} caption=${t("flash.verdicts")} rows=${found} rowKey=${(it) => it.ticket_id} columns=${columns} />` : html`<p class="card muted">${t("flash.no_verdicts")}</p>`)}
  </section>`;
}
