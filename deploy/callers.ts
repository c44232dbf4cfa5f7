// Who may call in the deployment of compose.yaml, which mounts this file beside the shop's contracts. An agent more is an
// export more, with a key of its own.
import { defineCaller, secret } from "checkrein";

export const agent = defineCaller({ name: "agent", key: secret("AGENT_KEY") });
