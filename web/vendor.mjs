// Writes the libraries of the pages into vendor/, as files that browsers can load, each with its licence.
// Run by `make vendor`, from the versions that package-lock.json pins; the result is committed.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const OUT = "vendor";

// One bundle for all that renders: it must share one preact.
const RENDERING = `
export { render, createContext, Fragment } from "preact";
export { useCallback, useContext, useEffect, useErrorBoundary, useId, useLayoutEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
export { html } from "htm/preact";
export { Link, Redirect, Route, Router, Switch, useLocation, useParams, useRoute } from "wouter-preact";
export { navigate, useHashLocation } from "wouter-preact/use-hash-location";
`;

function licences(names) {
  return names
    .map((name) => {
      const about = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
      let text = "";
      try {
        text = readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim();
      } catch {
        text = `Its package has no licence file; it states: ${about.license}.`;
      }
      return `${name} ${about.version} (${about.license})\n\n${text}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}

async function bundle(name, contents, packages) {
  await build({
    stdin: { contents, resolveDir: ".", loader: "js" },
    outfile: `${OUT}/${name}.js`,
    bundle: true,
    format: "esm",
    minify: true,
    target: "es2022",
    legalComments: "none",
    banner: { js: `/*! ${packages.join(", ")}: see ${name}.licences.txt */` },
  });
  writeFileSync(`${OUT}/${name}.licences.txt`, licences(packages));
}

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
await bundle("preact", RENDERING, ["preact", "htm", "wouter-preact", "regexparam"]);
await bundle("uplot", `export { default } from "uplot";`, ["uplot"]);
await bundle("uqr", `export { encode } from "uqr";`, ["uqr"]);
await bundle("wechat", `export { default } from "weixin-js-sdk";`, ["weixin-js-sdk"]);
copyFileSync("node_modules/uplot/dist/uPlot.min.css", `${OUT}/uplot.css`);

// The viewer of the API reference, as its makers bundle it, without the link to source maps that are not here.
const VIEWER = "node_modules/swagger-ui-dist";
mkdirSync(`${OUT}/swagger-ui`);
copyFileSync(`${VIEWER}/swagger-ui-bundle.js`, `${OUT}/swagger-ui/swagger-ui-bundle.js`);
const sheet = readFileSync(`${VIEWER}/swagger-ui.css`, "utf8");
writeFileSync(`${OUT}/swagger-ui/swagger-ui.css`, sheet.replace(/\/\*# sourceMappingURL=.*\*\/\s*$/, ""));
const notices = ["NOTICE", "swagger-ui-bundle.js.LICENSE.txt"].map((name) => readFileSync(`${VIEWER}/${name}`, "utf8"));
writeFileSync(`${OUT}/swagger-ui/swagger-ui.licences.txt`, [licences(["swagger-ui-dist"]), ...notices].join("\n"));
