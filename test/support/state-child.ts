// A process that claims as fast as it can and says on stdout what the store has answered, until it is killed.
// node test/support/state-child.ts <file of the store>
import { createSqliteStore } from "../../src/state/sqlite.ts";
import { claimOf, count, once, settlementOf } from "./claims.ts";

const [file = ""] = process.argv.slice(2);
const store = createSqliteStore({ file, now: Date.now });
process.stderr.write('{"msg":"ready"}\n');

const work = async (worker: number): Promise<void> => {
  for (let index = 0; ; index += 1) {
    const id = `${worker}-${index}`;
    const claim = claimOf(id, count("k", 1_000_000), once(id));
    const { ok } = await store.claim(claim);
    if (!ok) throw new Error(`the claim ${id} does not hold`);
    process.stdout.write(`claimed ${id}\n`);
    const evidence = { records: [], members: [{ key: "k", values: [id], expiresInMs: 3_600_000 }] };
    await store.settle(settlementOf(claim, "done", { result: id, evidence }));
    process.stdout.write(`settled ${id}\n`);
  }
};

await Promise.all(Array.from({ length: 20 }, (_, worker) => work(worker)));
