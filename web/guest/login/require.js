// Pages that need a login: the login takes the place of the page until the guest is logged in.
import { Fragment, html } from "../../vendor/preact.js";
import { session } from "../session.js";
import { LoginPage } from "./login.js";

/**
 * Shows `children` (the page) if a guest is logged in, else the login.
 * `back` is the back path of the login; the page of a tab has none.
 */
export function RequireLogin({ back, children }) {
  const guest = session.use();
  // The key clears the page when another guest logs in in another window.
  return guest ? html`<${Fragment} key=${guest.person.user_id}>${children}<//>` : html`<${LoginPage} back=${back} />`;
}
