// What is made of a file is made of the text whose digest decides whether it has changed.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readDocument } from "../../../src/contract/document/read-document.ts";
import { hashOf, readOnce } from "../../../src/contract/load/read-once.ts";
import { readLock } from "../../../src/contract/lock/read-lock.ts";
import { orders, writeContracts } from "../../support/contracts-folder.ts";

it("takes document and lock as they were read, whoever writes them meanwhile", () => {
  const [document, lock] = [JSON.stringify(orders), "version: 1\nbackends: {}\n"];
  const folder = writeContracts({ "orders.json": document, "checkrein.lock": lock });
  const files = ["orders.json", "checkrein.lock"].map((name) => join(folder, name));
  const [first, second] = files.map(readOnce);
  for (const file of files) writeFileSync(file, "half wri");
  expect([first?.digest, second?.digest]).toEqual([hashOf(document), hashOf(lock)]);
  expect(readDocument(join(folder, "orders.json"), first?.read)).toMatchObject({ ok: true });
  expect(readLock(folder, second?.read)).toMatchObject({ problems: [], isReadable: true });
});

it("takes a lock that was missing as an empty one, and a document that was as missing", () => {
  const folder = writeContracts({ "checkrein.lock": "half wri" });
  const lock = join(folder, "checkrein.lock");
  rmSync(lock);
  const missing = readOnce(lock);
  writeFileSync(lock, "half wri");
  expect(missing.digest).toBeUndefined();
  expect(readLock(folder, missing.read)).toMatchObject({ problems: [], isReadable: true });
  expect(readDocument(lock, missing.read).ok).toBe(false);
});
