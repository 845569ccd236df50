"""An agent made with LangGraph whose tools ask Countersign first.

Run it with any chat model of LangChain:

    answer = agent(ChatAnthropic(model="…")).invoke({"messages": [("user", "Delete customer 7")]})
"""

from __future__ import annotations

from typing import Any

from countersign.langchain import wrap_tools
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition

CUSTOMERS = {7: "Ada", 8: "Grace"}


@tool
def get_customer(id: int) -> str:
    """Look a customer up."""
    return CUSTOMERS.get(id, "nobody")


@tool
async def delete_customer(id: int) -> str:
    """Delete a customer."""
    return f"deleted {CUSTOMERS.pop(id)}"


def agent(model: BaseChatModel, **options: Any) -> Any:
    """The graph: the model, its tools, and back."""
    tools = wrap_tools([get_customer, delete_customer], agent="crm-assistant", **options)
    bound = model.bind_tools(tools)

    def think(state: MessagesState) -> dict[str, Any]:
        return {"messages": [bound.invoke(state["messages"])]}

    graph = StateGraph(MessagesState)
    graph.add_node("think", think)
    graph.add_node("tools", ToolNode(tools))
    graph.add_edge(START, "think")
    graph.add_conditional_edges("think", tools_condition)
    graph.add_edge("tools", "think")
    return graph.compile()
