export { default } from "../contracts/get-health.ts";
