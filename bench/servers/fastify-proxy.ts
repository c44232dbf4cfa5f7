// @fastify/http-proxy as its README shows it: the usual proxy of this stack, nothing checked.
import proxy from "@fastify/http-proxy";
import fastify from "fastify";

const app = fastify();
await app.register(proxy, { upstream: process.env["BENCH_URL"] ?? "" });
await app.listen({ host: "127.0.0.1", port: 0 });
process.stdout.write(`${JSON.stringify(app.server.address())}\n`);
