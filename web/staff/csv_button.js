// The button that downloads a whole list as a CSV file. While the file is made, the page shows that it is under way.
import { Button, FaultLine } from "../shared/components.js";
import { useAction, useNow } from "../shared/hooks.js";
import { Icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { html, useState } from "../vendor/preact.js";
import { api } from "./session.js";

/** `path` and `query` are those of the list; its page and its length do not matter. */
export function CsvButton({ path, query }) {
  const [begun, setBegun] = useState(0);
  const [saved, setSaved] = useState(null);
  const download = useAction(async () => {
    setBegun(Date.now());
    setSaved(null);
    const { blob, name } = await api.file(path, query);
    save(blob, name);
    setSaved({ name, size: blob.size });
  });
  return html`<div class="csv">
    <${Button} kind="plain" small busy=${download.busy} onClick=${download.run}><${Icon} name="download" size="18" />${t("csv")}<//>
    <span role="status" class="muted small">${download.busy ? html`<${Under} begun=${begun} />` : saved && t("csv.saved", { name: saved.name, size: Math.ceil(saved.size / 1024) })}</span>
    ${download.error && html`<${FaultLine} error=${download.error} />`}
  </div>`;
}

function Under({ begun }) {
  useNow();
  return html`<progress class="bar" aria-label=${t("csv.under_way")}></progress>
    ${t("csv.seconds", { count: Math.max(0, Math.round((Date.now() - begun) / 1000)) })}`;
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  // The browser has begun by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
