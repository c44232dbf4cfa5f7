// Where the examples find what they need. A user has one line of this: the URL of checkrein.
export const checkreinUrl = process.env["CHECKREIN_URL"] ?? "http://127.0.0.1:8080/mcp";

/** Base URL of a model provider. Here it is always a fake one. */
export const modelUrl = process.env["MODEL_URL"] ?? "http://127.0.0.1:9/v1";

/** The fake model does not read it. */
export const prompt = "Add two numbers, and look up an order.";
