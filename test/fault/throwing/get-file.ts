export { default } from "../../case/contracts/get-file.ts";
