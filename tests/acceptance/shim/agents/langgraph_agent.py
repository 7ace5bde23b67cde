"""LangGraph: what a graph raises by itself, what its nodes raise, a failing model in a node, and an interrupt."""

import asyncio
import sys
from collections.abc import Callable
from typing import Any, TypedDict

from langchain_openai import ChatOpenAI
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import GraphRecursionError
from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

import failcat

url, run_id = sys.argv[1:]


class State(TypedDict):
    rounds: int


def loop(state: State) -> State:
    return {"rounds": state["rounds"] + 1}


def charge(state: State) -> State:
    cards: dict[str, int] = {}
    return {"rounds": cards["card"]}


async def ship(state: State) -> State:
    raise ConnectionRefusedError(111, "Connection refused")


def ask(state: State) -> State:
    ChatOpenAI(model="rate-limit", base_url=f"{url}/v1", api_key="sk-not-real", max_retries=0).invoke("Hello")
    return state


def wait_for_a_person(state: State) -> State:
    return {"rounds": interrupt("may I?")}


def graph(name: str, node: Callable[[State], Any], **options: Any) -> Any:
    builder = StateGraph(State)
    builder.add_node(name, node)
    builder.add_edge(START, name)
    builder.add_conditional_edges(name, lambda state: name if name == "loop" else END)
    return builder.compile(name=f"{name}-graph", **options)


with failcat.run(run_id, tenant_id="acme"):
    try:
        graph("loop", loop).invoke({"rounds": 0}, {"recursion_limit": 5})
    except GraphRecursionError as error:
        print(type(error).__name__)
    for name, node in (("charge", charge), ("ask", ask)):
        try:
            graph(name, node).invoke({"rounds": 0})
        except Exception as error:
            print(type(error).__name__)
    try:
        asyncio.run(graph("ship", ship).ainvoke({"rounds": 0}))
    except OSError as error:
        print(type(error).__name__)
    waiting = graph("wait_for_a_person", wait_for_a_person, checkpointer=InMemorySaver())
    print(waiting.invoke({"rounds": 0}, {"configurable": {"thread_id": "1"}}).keys())
