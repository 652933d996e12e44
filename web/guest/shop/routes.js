// The routes of this area. A page is fetched when somebody goes there.
import { lazy } from "../../shared/lazy.js";

const Cart = lazy(() => import("./cart.js"), "Cart");
const Checkout = lazy(() => import("./checkout.js"), "Checkout");
const Goods = lazy(() => import("./goods.js"), "Goods");
const Order = lazy(() => import("./order.js"), "Order");
const Shop = lazy(() => import("./shop.js"), "Shop");

export const ROUTES = [
  ["/shop", Shop],
  ["/shop/:goods_id", Goods],
  ["/cart", Cart],
  ["/checkout", Checkout],
  ["/shop-orders/:order_no", Order],
];
