export { default } from "../../case/contracts/create-refund.ts";
