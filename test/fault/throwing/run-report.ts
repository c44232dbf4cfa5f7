export { default } from "../../case/contracts/run-report.ts";
