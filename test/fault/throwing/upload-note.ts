export { default } from "../../case/contracts/upload-note.ts";
