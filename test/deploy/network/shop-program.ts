// The demo shop as a pod of its own, on every address, which says on stdout how many requests have come whenever it is sent
// a SIGUSR2.
import { startShop } from "../../../examples/shop/service.ts";

const shop = await startShop({ host: "::", port: 3000, token: process.env["SHOP_TOKEN"] ?? "" });
process.on("SIGUSR2", () => process.stdout.write(`${JSON.stringify({ requests: shop.requests() })}\n`));
process.stdout.write("listening\n");
