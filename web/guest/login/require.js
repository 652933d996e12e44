// Pages that need a guest: who has not logged in does so in the page's own place, and then is where they wanted to be.
import { Fragment, html } from "../../vendor/preact.js";
import { session } from "../session.js";
import { LoginPage } from "./login.js";

/**
 * Wraps a page which needs a guest: `children` (the page) are shown once somebody has logged in, the login until then.
 * `back` is the way back of the login's frame; a tab's own page gives none.
 */
export function RequireLogin({ back, children }) {
  const guest = session.use();
  // Another guest (who logged in in another window) sees nothing of the first one.
  return guest ? html`<${Fragment} key=${guest.person.user_id}>${children}<//>` : html`<${LoginPage} back=${back} />`;
}
