#!/bin/sh
# The MCP Inspector's command line: `npx sh inspector.sh --method tools/list`. It ends with 5 when a call is refused.
exec mcp-inspector --cli "${CHECKREIN_URL:-http://127.0.0.1:8080/mcp}" --transport http "$@"
