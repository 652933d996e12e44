// A guest's submission in a flash sale: the request, the ticket, and the verdict.
import { Problem, Unreachable } from "../../shared/api.js";
import { pause } from "../../shared/clock.js";
import { tab } from "../../shared/storage.js";
import { useEffect, useRef, useState } from "../../vendor/preact.js";
import { api, session } from "../session.js";
import { solve } from "./puzzle.js";

const FIRST_POLL_MS = 300;
const SLOWEST_POLL_MS = 4000;
const PATIENCE_MS = 180_000;
/** The server's clock may be a little behind this page's estimate: try again so often. */
const EARLY_TRIES = 8;
const EARLY_PAUSE_MS = 250;
const PREFIX = "posthouse.ticket.";

function keptTicket(saleId) {
  const kept = tab.read(PREFIX + saleId);
  return kept?.ticket && kept.of === session.person()?.user_id ? kept : null;
}

function keepTicket(saleId, ticket) {
  const kept = { ticket, at: Date.now(), of: session.person()?.user_id };
  tab.write(PREFIX + saleId, kept);
  return kept;
}

/**
 * Returns `{phase, verdict, error, press, again, resume, forget}`. `phase` is "idle", "solving", "sending", "queued", "slow" (still
 * queued after minutes), "decided" or "failed". `verdict` is `{status, order_no}`. A ticket survives a reload of the page.
 */
export function useSubmission(sale) {
  const [state, setState] = useState({ phase: "idle" });
  const alive = useRef(true);
  const busy = useRef(false);
  const show = (next) => alive.current && setState(next);
  const alone = async (act) => {
    if (busy.current) return;
    busy.current = true;
    try {
      await act();
    } catch (error) {
      show({ phase: "failed", error });
    } finally {
      busy.current = false;
    }
  };
  const wait = (kept) => alone(() => follow(sale.sale_id, kept, show, () => alive.current));
  const press = () =>
    alone(async () => {
      const { ticket } = await submit(sale, (phase) => show({ phase }));
      await follow(sale.sale_id, keepTicket(sale.sale_id, ticket), show, () => alive.current);
    });
  const forget = () => {
    tab.remove(PREFIX + sale.sale_id);
    setState({ phase: "idle" });
  };
  const resume = () => {
    const kept = session.token() && keptTicket(sale.sale_id);
    if (kept) wait(kept);
    else setState({ phase: "idle" });
  };
  useEffect(() => {
    alive.current = true;
    resume();
    return () => {
      alive.current = false;
    };
  }, []);
  const again = () => {
    const kept = keptTicket(sale.sale_id);
    return kept ? wait({ ...kept, at: Date.now() }) : press();
  };
  return { ...state, press, again, resume, forget };
}

/** Sends the submission. Solves the puzzle first if the sale has one. Tries again for a moment if it is slightly too early. */
async function submit(sale, tell) {
  let challenge = sale.challenge ? await solved(sale, tell) : null;
  for (let early = 0, puzzles = 0; ; ) {
    tell("sending");
    try {
      return await api.post(`/api/flash-sales/${sale.sale_id}/orders`, challenge ? { challenge } : {});
    } catch (error) {
      if (error.code === "challenge_required" && puzzles < 1) {
        // Staff have just switched the puzzle on, or the puzzle has expired.
        puzzles += 1;
        challenge = await solved(sale, tell);
      } else if (error.code === "sale_not_open" && error.body.status === "scheduled" && early < EARLY_TRIES) {
        early += 1;
        await pause(EARLY_PAUSE_MS);
      } else throw error;
    }
  }
}

async function solved(sale, tell) {
  tell("solving");
  const { puzzle, bits } = await api.get(`/api/flash-sales/${sale.sale_id}/challenge`);
  return { puzzle, answer: await solve(puzzle, bits) };
}

/** Polls for the verdict, less and less often. It goes on after network errors. */
async function follow(saleId, kept, show, isAlive) {
  show({ phase: "queued", since: kept.at });
  for (let wait = FIRST_POLL_MS; isAlive(); wait = Math.min(wait * 1.5, SLOWEST_POLL_MS)) {
    try {
      const verdict = await api.get(`/api/flash-sales/${saleId}/orders/mine`, { ticket: kept.ticket });
      if (verdict.status !== "queued") {
        show({ phase: "decided", verdict });
        return;
      }
    } catch (error) {
      if (error instanceof Problem && error.code === "invalid_ticket") {
        tab.remove(PREFIX + saleId);
        show({ phase: "idle" });
        return;
      }
      if (!(error instanceof Unreachable) && error.status < 500) throw error;
    }
    if (Date.now() - kept.at > PATIENCE_MS) {
      show({ phase: "slow", since: kept.at });
      return;
    }
    await pause(wait);
  }
}
