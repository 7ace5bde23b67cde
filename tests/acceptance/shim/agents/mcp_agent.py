"""MCP's SDK: a client and a server in one process; a tool that fails and one that does not exist."""

import asyncio
import sys

from mcp import Client
from mcp.server.mcpserver import MCPServer

import failcat

run_id = sys.argv[1]
server = MCPServer("warehouse")


@server.tool()
def find_order(order: str) -> str:
    """Finds an order."""
    raise LookupError(f"order {order} is not in the warehouse")


async def main() -> None:
    async with Client(server) as client:
        for index, name in enumerate(("find_order", "serch_orders")):
            try:
                with failcat.step(name, index=index):
                    print(await client.call_tool(name, {"order": "4031"}))
            except Exception as error:
                print(name, type(error).__name__)


with failcat.run(run_id, tenant_id="acme"):
    asyncio.run(main())
