// Reads the goods on sale: their pictures, prices and stock by their id, and the rule for the shipping fee.
import { orNull } from "../../shared/api.js";
import { api } from "../session.js";

const MOST_PAGES = 10;

/**
 * Returns `{goods, shipping}`. `goods` is a Map of the articles on sale by id. An id of `wanted` that is not in it is no longer on
 * sale. `shipping` is `{fee, free_from}` in fen, or null where the API does not say.
 */
export async function readGoodsOnSale(wanted = []) {
  const goods = new Map();
  let page = { next_cursor: undefined };
  for (let count = 0; count < MOST_PAGES && page.next_cursor !== null; count += 1) {
    page = await api.get("/api/goods", { limit: 100, cursor: page.next_cursor });
    for (const item of page.items) goods.set(item.goods_id, item);
  }
  // The list may be some seconds old, or have more pages than were read.
  const missing = await Promise.all(
    wanted.filter((id) => !goods.has(id)).map((id) => orNull(api.get(`/api/goods/${id}`))),
  );
  for (const item of missing) if (item) goods.set(item.goods_id, item);
  return { goods, shipping: page.shipping ?? null };
}
