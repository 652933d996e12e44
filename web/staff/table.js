// A table, declared by its columns, its rows and the links of the rows. Its styles are in staff.css and in parts.css.
import { html, Link } from "../vendor/preact.js";
import { CsvButton } from "./csv_button.js";

/**
 * @param {string} caption what the table holds, for screen readers
 * @param {{header: any, cell: (row: any) => any, right?: boolean, wrap?: boolean, quiet?: boolean}[]} columns `right` for
 *   numbers, `wrap` for long texts, `quiet` if the header is only for screen readers (buttons)
 * @param {any[]} rows
 * @param {(row: any) => string} rowKey
 * @param {(row: any) => string} [link] the path of a row. The first column is the link; the whole row can be pressed
 * @param {{path: string, query?: object}} [file] where the API has the whole list, which a button downloads as CSV
 */
export function Table({ file, ...table }) {
  return html`<${Rows} ...${table} />${file && html`<${CsvButton} ...${file} />`}`;
}

function Rows({ caption, columns, rows, rowKey, link }) {
  return html`<div class="table" role="region" aria-label=${caption} tabindex="0"><table>
    <caption class="unseen">${caption}</caption>
    <thead><tr>${columns.map((it) => html`<th scope="col" class=${look(it)}>${headerOf(it)}</th>`)}</tr></thead>
    <tbody>${rows.map(
      (row) => html`<tr key=${rowKey(row)} class=${link ? "leads" : undefined}>
        ${columns.map((it, at) => html`<td class=${look(it)}><div class="inside">${at === 0 && link ? linked(link(row), it.cell(row)) : it.cell(row)}</div></td>`)}
      </tr>`,
    )}</tbody>
  </table></div>`;
}

function headerOf({ header, quiet }) {
  return quiet ? html`<span class="unseen">${header}</span>` : header;
}

function linked(path, content) {
  return html`<${Link} href=${path}>${content}<//>`;
}

function look({ right, wrap }) {
  return [right && "right", wrap && "wrap"].filter(Boolean).join(" ") || undefined;
}
