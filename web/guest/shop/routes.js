// The routes of this area.
import { Cart } from "./cart.js";
import { Checkout } from "./checkout.js";
import { Goods } from "./goods.js";
import { Order } from "./order.js";
import { Shop } from "./shop.js";

export const ROUTES = [
  ["/shop", Shop],
  ["/shop/:goods_id", Goods],
  ["/cart", Cart],
  ["/checkout", Checkout],
  ["/shop-orders/:order_no", Order],
];
