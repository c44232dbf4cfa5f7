// The thread that looks into a journal in SQLite while the sidecar writes it: a connection of its own, which only reads.
import { openTables } from "../read.ts";
import { serveThread } from "../thread.ts";
import { findCall } from "./find.ts";
import { listCalls } from "./list.ts";
import type { Question } from "./reader.ts";
import { readStats } from "./stats.ts";

serveThread<Question>((path) => {
  const database = openTables({ kind: "sqlite", path });
  return {
    opened: undefined,
    obey: (question) => {
      if (question.kind === "list") return listCalls(database, question.filter, question.page);
      if (question.kind === "find") return findCall(database, question.id);
      return readStats(database, question.filter);
    },
  };
});
