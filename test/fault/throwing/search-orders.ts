export { default } from "../../case/contracts/search-orders.ts";
