export { default } from "../../case/contracts/get-order.ts";
