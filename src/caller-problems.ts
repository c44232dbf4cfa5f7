// Who may call at all: agents have to be told apart, or the operator has to say that they need not be.
import { BlockList, isIP } from "node:net";
import type { Catalog, LoadProblem } from "./contract/contract.ts";
import type { Settings } from "./settings.ts";

export const callerProblems = (
  { callers }: Catalog,
  { anonymous, host }: Pick<Settings, "anonymous" | "host">,
): readonly LoadProblem[] => {
  const problem = (place: string, message: string, mend: string): readonly LoadProblem[] => [
    { file: "environment", place, message, mend },
  ];
  if (anonymous && !isLoopback(host)) {
    const mend = "declare callers (defineCaller), or listen on 127.0.0.1";
    return problem("CHECKREIN_ANONYMOUS", `anybody who reaches ${host} could call tools`, mend);
  }
  if (anonymous || callers.length > 0) return [];
  const mend =
    "declare callers (defineCaller), or let everybody on this machine call with CHECKREIN_ANONYMOUS=true (--anonymous true)";
  return problem("callers", "no caller is declared, so every call would be refused", mend);
};

const machine = new BlockList();
machine.addSubnet("127.0.0.0", 8);
machine.addAddress("::1", "ipv6");

const isLoopback = (host: string): boolean =>
  host === "localhost" || (isIP(host) > 0 && machine.check(host, isIP(host) === 6 ? "ipv6" : "ipv4"));
