// says: Type 'string' is not assignable to type 'Reference'
import { defineCaller } from "checkrein";

export const bot = defineCaller({ name: "bot", key: "s3cr3t-0123456789" });
