// What pages share of behaviour: loading, paging, pressing once, clocks.
import { useCallback, useEffect, useRef, useState } from "../vendor/preact.js";
import { serverNow } from "./clock.js";
import { LOGGED_IN } from "./session.js";

/**
 * Load something when the page shows and whenever `inputs` change.
 * `{data, error, loading, reload, setData, drop}`: data of before stays while it is loaded anew; an answer that comes late is dropped,
 * and with `drop` one that is on its way.
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
  const setData = (data) => setState({ data, error: null, loading: false });
  const drop = () => {
    run.current += 1;
    setState((before) => ({ ...before, loading: false }));
  };
  return { ...state, reload, setData, drop };
}

/** Do it once somebody has logged in again, if what went wrong is that the session had ended. */
function useAfterLogin(error, act) {
  const ended = error?.status === 401;
  useEffect(() => {
    if (!ended) return undefined;
    addEventListener(LOGGED_IN, act);
    return () => removeEventListener(LOGGED_IN, act);
  }, [ended, act]);
}

/** A list with a cursor: `{items, error, loading, more, hasMore, reload}`; `fetchPage(cursor)` answers `{items, next_cursor}`. */
export function useList(fetchPage, inputs = []) {
  const first = useLoad(() => fetchPage(undefined), inputs);
  const [tail, setTail] = useState({ items: [], cursor: undefined, loading: false, error: null, of: undefined });
  const mine =
    tail.of === first.data ? tail : { items: [], cursor: first.data?.next_cursor, loading: false, error: null };
  const more = async () => {
    if (!mine.cursor || mine.loading) return;
    // A beginning that is being read anew would take away what is asked for now.
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

/** Something that is pressed: `{run, busy, error}`; a press while the first one is still under way does nothing. */
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

/** The server's time now (ms), told anew each `every` ms. */
export function useNow(every = 1000) {
  const [now, setNow] = useState(serverNow());
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

/** Call `look` each `every` ms while `active` and the page is seen; the next look begins after the last one's answer. */
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

/** Whether the device has a network at all. */
export function useOnline() {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return online;
}

/** Name the page for the browser's title. */
export function useTitle(title) {
  useEffect(() => {
    const before = document.title;
    document.title = title;
    return () => {
      document.title = before;
    };
  }, [title]);
}
