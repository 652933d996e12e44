// Lints openapi.yaml with Redocly's rules. It needs no network; run it by `make lint-web`.
import { fileURLToPath } from "node:url";
import { createConfig, formatProblems, lint } from "@redocly/openapi-core";

const RULES = {
  // The contract names the local cloud: everybody deploys under an address of their own.
  "no-server-example.com": "off",
};

const ref = fileURLToPath(new URL("../openapi.yaml", import.meta.url));
const config = await createConfig({ extends: ["recommended-strict"], rules: RULES });
const problems = await lint({ ref, config });
if (problems.length > 0) {
  const totals = { errors: problems.length, warnings: 0, ignored: 0 };
  formatProblems(problems, { format: "codeframe", totals, version: "" });
  process.exit(1);
}
