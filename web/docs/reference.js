// The API reference: swagger-ui with the contract. Requests go to this host, not to the one that the contract names.
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function paint() {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

function askThisHost() {
  const here = [{ url: window.location.origin }];
  const updateJsonSpec = (update) => (contract) => update({ ...contract, servers: here });
  return { statePlugins: { spec: { wrapActions: { updateJsonSpec } } } };
}

dark.addEventListener("change", paint);
paint();

if (window.SwaggerUIBundle) {
  window.SwaggerUIBundle({
    url: "/docs/openapi.yaml",
    dom_id: "#reference",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    filter: true,
    validatorUrl: null, // it would ask a host of swagger.io
    plugins: [askThisHost],
  });
} else {
  document.querySelector("#reference").textContent = "The API reference could not be loaded. Reload the page.";
}
