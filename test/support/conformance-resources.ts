// The fixture's resources and subscriptions. URIs and texts are the suite's.
import { type McpServer, ResourceTemplate } from "@modelcontextprotocol/server";
import { PIXEL_PNG } from "./conformance-samples.ts";

const TEXT = "text/plain";

const registerFixed = (server: McpServer): void => {
  server.registerResource(
    "static-text",
    "test://static-text",
    { description: "A text that never changes.", mimeType: TEXT },
    ({ href: uri }) => ({
      contents: [{ uri, mimeType: TEXT, text: "This is the content of the static text resource." }],
    }),
  );
  server.registerResource(
    "static-binary",
    "test://static-binary",
    { description: "A picture that never changes.", mimeType: "image/png" },
    ({ href: uri }) => ({ contents: [{ uri, mimeType: "image/png", blob: PIXEL_PNG }] }),
  );
  server.registerResource(
    "watched-resource",
    "test://watched-resource",
    { description: "A text to subscribe to.", mimeType: TEXT },
    ({ href: uri }) => ({ contents: [{ uri, mimeType: TEXT, text: "Watched resource content" }] }),
  );
};

const registerTemplate = (server: McpServer): void => {
  const mimeType = "application/json";
  server.registerResource(
    "template",
    new ResourceTemplate("test://template/{id}/data", { list: undefined }),
    { description: "A text for every id.", mimeType },
    ({ href: uri }, { id }) => {
      const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` });
      return { contents: [{ uri, mimeType, text }] };
    },
  );
};

export const registerResources = (server: McpServer): void => {
  registerFixed(server);
  registerTemplate(server);
  server.server.setRequestHandler("resources/subscribe", () => ({}));
  server.server.setRequestHandler("resources/unsubscribe", () => ({}));
};
