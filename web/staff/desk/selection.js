// The selection in the calendar: a rectangle of nights and rooms, from the first cell to the last.
/** A selection of one cell; `row` counts rooms, `column` days. */
export function begin(row, column) {
  return { from: { row, column }, to: { row, column } };
}

/** Returns the selection with another end. */
export function extend(selection, row, column) {
  return { from: selection.from, to: { row, column } };
}

/** Returns `{top, bottom, left, right}`, all inclusive. */
export function edges({ from, to }) {
  return {
    top: Math.min(from.row, to.row),
    bottom: Math.max(from.row, to.row),
    left: Math.min(from.column, to.column),
    right: Math.max(from.column, to.column),
  };
}

export function includes(selection, row, column) {
  if (!selection) return false;
  const { top, bottom, left, right } = edges(selection);
  return top <= row && row <= bottom && left <= column && column <= right;
}

/** Returns 0 for Sunday to 6 for Saturday. */
export function weekdayOf(date) {
  return new Date(`${date}T00:00:00Z`).getUTCDay();
}

/** Returns the cell to which an arrow key moves; null for another key. */
export function stepped({ row, column }, key, rows, columns) {
  const places = {
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    Home: [row, 0],
    End: [row, columns - 1],
  };
  if (!(key in places)) return null;
  const [nextRow, nextColumn] = places[key];
  return { row: clamp(nextRow, rows), column: clamp(nextColumn, columns) };
}

function clamp(value, count) {
  return Math.min(Math.max(value, 0), count - 1);
}
