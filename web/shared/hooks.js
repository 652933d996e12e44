// The hooks of both apps: loading, paging, actions, polling, time.
import { useCallback, useEffect, useRef, useState } from "../vendor/preact.js";
import { REACHED, Unreachable } from "./api.js";
import { serverNow } from "./clock.js";
import { LOGGED_IN } from "./session.js";

/**
 * Loads something when the page shows and whenever `inputs` change.
 * Returns `{data, error, loading, reload, setData, drop}`. Old data stay during a reload. A late response of an earlier load is ignored;
 * `drop` ignores the one in progress too.
 */
export function useLoad(load, inputs = []) {
  const [state, setState] = useState({ data: undefined, error: null, loading: true });
  const run = useRef(0);
  const reload = useCallback(async () => {
    run.current += 1;
    const mine = run.current;
    setState((before) => ({ ...before, loading: true, error: null }));
    try {
      const data = await load();
      if (mine === run.current) setState({ data, error: null, loading: false });
      return data;
    } catch (error) {
      if (mine === run.current) setState((before) => ({ ...before, error, loading: false }));
      return undefined;
    }
  }, inputs);
  useEffect(() => {
    reload();
    return () => {
      run.current += 1;
    };
  }, [reload]);
  useAfterLogin(state.error, reload);
  useWithNetwork(state.error, reload);
  const setData = (data) => setState({ data, error: null, loading: false });
  const drop = () => {
    run.current += 1;
    setState((before) => ({ ...before, loading: false }));
  };
  return { ...state, reload, setData, drop };
}

/** Calls `act` after the next login if the error is an expired session. */
function useAfterLogin(error, act) {
  const ended = error?.status === 401;
  useEffect(() => {
    if (!ended) return undefined;
    addEventListener(LOGGED_IN, act);
    return () => removeEventListener(LOGGED_IN, act);
  }, [ended, act]);
}

/** Calls `act` when the network is back, if the error is that there was none. */
function useWithNetwork(error, act) {
  const away = error instanceof Unreachable;
  useEffect(() => {
    if (!away) return undefined;
    addEventListener("online", act);
    return () => removeEventListener("online", act);
  }, [away, act]);
}

/** Returns a list with a cursor: `{items, error, loading, more, hasMore, reload}`. `fetchPage(cursor)` returns `{items, next_cursor}`. */
export function useList(fetchPage, inputs = []) {
  const first = useLoad(() => fetchPage(undefined), inputs);
  const [tail, setTail] = useState({ items: [], cursor: undefined, loading: false, error: null, of: undefined });
  const mine =
    tail.of === first.data ? tail : { items: [], cursor: first.data?.next_cursor, loading: false, error: null };
  const more = async () => {
    if (!mine.cursor || mine.loading) return;
    // A reload of the first page that is in progress would discard this page.
    first.drop();
    setTail({ ...mine, loading: true, error: null, of: first.data });
    try {
      const page = await fetchPage(mine.cursor);
      setTail({
        items: [...mine.items, ...page.items],
        cursor: page.next_cursor,
        loading: false,
        error: null,
        of: first.data,
      });
    } catch (error) {
      setTail({ ...mine, loading: false, error, of: first.data });
    }
  };
  return {
    ...first,
    items: first.data && [...first.data.items, ...mine.items],
    error: first.error || mine.error,
    hasMore: Boolean(mine.cursor),
    loadingMore: mine.loading,
    more,
  };
}

/** Returns an action: `{run, clear, busy, error}`. `run` does nothing while an earlier run is in progress. */
export function useAction(act) {
  const [state, setState] = useState({ busy: false, error: null });
  const running = useRef(false);
  const run = async (...given) => {
    if (running.current) return undefined;
    running.current = true;
    setState({ busy: true, error: null });
    try {
      const answer = await act(...given);
      setState({ busy: false, error: null });
      return answer;
    } catch (error) {
      setState({ busy: false, error });
      return undefined;
    } finally {
      running.current = false;
    }
  };
  const clear = () => setState((before) => ({ ...before, error: null }));
  useAfterLogin(state.error, clear);
  return { run, clear, ...state };
}

/** Returns the server's time now (ms), and renders the caller again each `every` ms. */
export function useNow(every = 1000) {
  const [now, setNow] = useState(serverNow());
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

/** Calls `look` each `every` ms while `active` and while the page is visible. The next call waits for the end of the last one. */
export function usePoll(look, every, active = true) {
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    if (!active) return undefined;
    let timer;
    let ended = false;
    const next = () => {
      timer = setTimeout(async () => {
        if (document.visibilityState === "visible") await latest.current().catch(() => {});
        if (!ended) next();
      }, every);
    };
    next();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [every, active]);
}

/** Returns whether the device has a network. */
export function useOnline() {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    // A browser may tell too late, or never, that the network is back. A response tells it for certain.
    const reached = () => setOnline(true);
    const signs = [
      ["online", look],
      ["offline", look],
      ["pageshow", look],
      ["visibilitychange", look],
      [REACHED, reached],
    ];
    for (const [sign, act] of signs) addEventListener(sign, act);
    // It may have changed since the first look.
    look();
    return () => {
      for (const [sign, act] of signs) removeEventListener(sign, act);
    };
  }, []);
  return online;
}

/** Sets the title of the document. */
export function useTitle(title) {
  useEffect(() => {
    const before = document.title;
    document.title = title;
    return () => {
      document.title = before;
    };
  }, [title]);
}
