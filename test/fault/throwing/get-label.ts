export { default } from "../../case/contracts/get-label.ts";
