// Whether somebody is filling in a form: nothing should then come between.

let field = null;

addEventListener("input", (event) => {
  field = event.target;
});

/** Whether the field that was typed in last is still on the page, or has the focus. */
export function isFilling() {
  const typed = field?.isConnected && field.value !== "";
  return Boolean(typed || document.activeElement?.matches("input, textarea, select"));
}
