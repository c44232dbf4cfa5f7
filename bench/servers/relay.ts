// The bare relay: node:http in, undici out, nothing checked. The measure that checkrein's cost is held against.
import { createServer } from "node:http";
import { Pool } from "undici";

const pool = new Pool(process.env["BENCH_URL"] ?? "", { connections: 64, allowH2: false });

const server = createServer(async (request, response) => {
  const { host: _host, connection: _connection, "transfer-encoding": _coding, ...headers } = request.headers;
  try {
    const answer = await pool.request({
      method: request.method ?? "GET",
      path: request.url ?? "/",
      headers,
      body: request,
    });
    const { connection: _c, "keep-alive": _k, ...rest } = answer.headers;
    response.writeHead(answer.statusCode, rest);
    answer.body.pipe(response);
  } catch {
    response.writeHead(502).end();
  }
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.stdout.write(`${JSON.stringify(server.address())}\n`));
