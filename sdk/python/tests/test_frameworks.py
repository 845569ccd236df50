"""Tools of frameworks, against the frameworks themselves with a scripted model; CrewAI by the shape of its tools."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from agents import Agent, Model, ModelResponse, RunConfig, Runner, Usage, WebSearchTool, function_tool
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool, InjectedToolArg, StructuredTool, ToolException, tool
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText
from pydantic import BaseModel
from typing_extensions import Annotated

from conftest import REPOSITORY, Scene
from countersign import ApprovalPending, Client, crewai, langchain, openai_agents

sys.path.append(str(REPOSITORY / "sdk/python/examples"))

_DENIED = "next:"


class _ScriptedChat(GenericFakeChatModel):
    def bind_tools(self, tools: Any, **_: Any) -> Any:
        return self


def _chat(*calls: tuple[str, dict[str, Any]]) -> _ScriptedChat:
    wanted = [
        AIMessage("", tool_calls=[{"name": name, "args": args, "id": f"c{number}", "type": "tool_call"}])
        for number, (name, args) in enumerate(calls)
    ]
    return _ScriptedChat(messages=iter([*wanted, AIMessage("that is all")]))


class _ScriptedModel(Model):
    def __init__(self, *calls: tuple[str, dict[str, Any]]) -> None:
        self._calls = list(calls)
        self.seen: list[str] = []

    async def get_response(self, system_instructions: Any, input: Any, *args: Any, **kwargs: Any) -> ModelResponse:
        self.seen = [item["output"] for item in input if isinstance(item, dict) and "output" in item]
        number = len(self.seen)
        output: Any
        if number < len(self._calls):
            name, arguments = self._calls[number]
            text = json.dumps(arguments)
            output = ResponseFunctionToolCall(name=name, arguments=text, call_id=f"c{number}", type="function_call")
        else:
            said = ResponseOutputText(text="that is all", type="output_text", annotations=[])
            output = ResponseOutputMessage(id="m", content=[said], role="assistant", status="completed", type="message")
        return ModelResponse(output=[output], usage=Usage(), response_id=None)

    def stream_response(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError


async def _answered(running: asyncio.Task[Any], scene: Scene, *decisions: str) -> Any:
    for decision in decisions:
        answering = asyncio.ensure_future(asyncio.to_thread(scene.answer, decision))
        await asyncio.wait([running, answering], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            break
    return await running


_QUIET = RunConfig(tracing_disabled=True)


@pytest.mark.verifies("sdk:python-frameworks")
async def test_the_langgraph_example(own_scene: Callable[..., Scene]) -> None:
    import langgraph_agent

    scene = own_scene()
    calls = [("get_customer", {"id": 7}), ("delete_customer", {"id": 7}), ("delete_customer", {"id": 8})]
    agent = langgraph_agent.agent(_chat(*calls), client=scene.client)
    running = asyncio.create_task(agent.ainvoke({"messages": [("user", "clean up")]}))
    messages = (await _answered(running, scene, "approve", "deny"))["messages"]
    looked, deleted, denied = [message for message in messages if isinstance(message, ToolMessage)]
    assert (looked.content, deleted.content) == ("Ada", "deleted Ada")
    assert denied.status == "error" and _DENIED in str(denied.content)
    assert langgraph_agent.CUSTOMERS == {8: "Grace"}
    assert messages[-1].content == "that is all"


@pytest.mark.verifies("sdk:python-frameworks")
async def test_the_openai_example(own_scene: Callable[..., Scene]) -> None:
    import openai_agent

    scene = own_scene("version: 1\nrules:\n  - { id: mine.mail, on: message.send, points: 50, reason: sends mail }\n")
    mail = {"to": "bob@example.org", "body": "hello"}
    model = _ScriptedModel(
        ("get_report", {"year": 2025}), ("send_email", mail), ("send_email", {**mail, "to": "eve@x.org"})
    )
    running = asyncio.create_task(Runner.run(openai_agent.agent(model, client=scene.client), "go", run_config=_QUIET))
    result = await _answered(running, scene, "approve", "deny")
    assert result.final_output == "that is all"
    assert model.seen[:2] == ["the report of 2025", "sent"] and _DENIED in model.seen[2]
    assert openai_agent.SENT == ["bob@example.org"]


class _City(BaseModel):
    city: str
    unit: str = "C"


class _Weather(BaseTool):
    name: str = "get_weather"
    description: str = "What the sky does."
    args_schema: type[BaseModel] = _City
    seen: list[str] = []

    def _run(self, city: str, unit: str = "C") -> str:
        self.seen.append(city)
        return f"{city} in {unit}"


@tool(response_format="content_and_artifact")
def delete_customer(id: int, config: RunnableConfig, key: Annotated[str, InjectedToolArg] = "k") -> tuple[str, str]:
    """Delete a customer."""
    if id == 0:
        raise ToolException("there is no such customer")
    return f"deleted {id}", key


@pytest.mark.verifies("sdk:python-wrappers")
async def test_langchain_tools_stay_what_they_are(scene: Scene) -> None:
    weather = _Weather()
    client = Client(scene.url)
    guarded = langchain.wrap_tool(weather, client=client)
    assert isinstance(guarded, _Weather) and guarded is not weather
    assert (guarded.name, guarded.description, guarded.args) == (weather.name, weather.description, weather.args)
    assert guarded.invoke({"city": "Bern"}) == "Bern in C"
    assert await guarded.ainvoke({"city": "Rome", "unit": "F"}) == "Rome in F"
    assert guarded.args_schema is weather.args_schema
    assert guarded.tool_call_schema == weather.tool_call_schema
    # One question each, not one for the task and another for its thread.
    assert len(client.breaker._lines[""].calls) == 2
    with pytest.raises(TypeError, match="no option"):
        langchain.wrap_tools([weather], polcy="x")  # type: ignore[call-arg]


@pytest.mark.verifies("sdk:python-wrappers")
async def test_a_langchain_tool_that_is_held(scene: Scene, customer: int) -> None:
    guarded = langchain.wrap_tool(delete_customer, client=scene.client, approval="raise")
    call = {"name": "delete_customer", "args": {"id": customer}, "id": "c1", "type": "tool_call"}
    held = guarded.invoke(call)
    assert held.status == "error" and "call this again with the same arguments" in held.content
    with pytest.raises(langchain.ToolRefused) as refused:
        guarded._run(id=customer, config={}, key="k")
    pending = refused.value.__cause__
    assert isinstance(pending, ApprovalPending)
    scene.answer("approve", pending.approval)
    answered = await _until_run(guarded, call)
    assert (answered.content, answered.artifact) == (f"deleted {customer}", "k")
    # What is injected is nothing that the model did.
    assert scene.frames(pending.trace_id)[0]["payload"]["action"]["args"] == {"id": customer}


async def _until_run(guarded: BaseTool, call: Any) -> Any:
    while (answer := guarded.invoke(call)).status == "error":
        await asyncio.sleep(0.02)
    return answer


@pytest.mark.verifies("sdk:python-wrappers")
def test_errors_of_a_langchain_tool_stay_its_own(scene: Scene) -> None:
    def fail(city: str) -> str:
        raise ToolException(f"no {city}")

    plain = StructuredTool.from_function(fail, name="get_weather", description="x")
    with pytest.raises(ToolException, match="no Bern"):
        langchain.wrap_tool(plain, client=scene.client).invoke({"city": "Bern"})
    for handler, said in ((True, "no Rome"), ("sorry", "sorry"), (lambda error: f"<{error}>", "<no Rome>")):
        handled = plain.model_copy(update={"handle_tool_error": handler})
        assert langchain.wrap_tool(handled, client=scene.client, loops=None).invoke({"city": "Rome"}) == said


@pytest.mark.verifies("sdk:python-wrappers")
async def test_openai_tools_stay_what_they_are(scene: Scene) -> None:
    @function_tool
    def get_weather(city: str, days: int = 1) -> str:
        """What the sky does."""
        return f"{city} {days}"

    guarded = openai_agents.wrap_tool(get_weather, client=scene.client)
    for name in ("name", "description", "params_json_schema", "strict_json_schema"):
        assert getattr(guarded, name) == getattr(get_weather, name)
    assert guarded.on_invoke_tool is not get_weather.on_invoke_tool
    model = _ScriptedModel(("get_weather", {"city": "Bern", "days": 2}), ("get_weather", {"city": 1, "days": "x"}))
    agent: Agent[None] = Agent(name="a", tools=[guarded], model=model)
    await Runner.run(agent, "go", run_config=_QUIET)
    assert model.seen[0] == "Bern 2" and "error" in model.seen[1].lower()
    with pytest.raises(TypeError, match="no function tool"):
        openai_agents.wrap_tools([WebSearchTool()])


class _CrewTool(BaseModel):
    """Shaped as the tools of CrewAI: a model of pydantic whose `run` calls `_run`."""

    name: str
    description: str = "a tool"
    args_schema: type[BaseModel] = _City

    def run(self, *args: Any, **kwargs: Any) -> Any:
        result = self._run(*args, **kwargs)
        return asyncio.run(result) if asyncio.iscoroutine(result) else result

    def _run(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError


class _CrewWeather(_CrewTool):
    def _run(self, city: str, unit: str = "C") -> str:
        return f"{city} in {unit}"


class _CrewRemoval(_CrewTool):
    async def _run(self, city: str) -> str:
        return f"removed {city}"


class _CrewFunction(_CrewTool):
    """Shaped as what its decorator makes: `run` calls the function past `_run`."""

    func: Callable[..., Any]

    def run(self, *args: Any, **kwargs: Any) -> Any:
        return self.func(*args, **kwargs)

    def _run(self, *args: Any, **kwargs: Any) -> Any:
        return self.func(*args, **kwargs)


@pytest.mark.verifies("sdk:python-wrappers")
def test_a_decorated_function_of_crewai_is_asked_about_however_it_is_called(scene: Scene) -> None:
    ran: list[str] = []
    plain = _CrewFunction(name="delete_account", func=lambda city: ran.append(city))
    guarded = crewai.wrap_tool(plain, client=scene.client, approval="raise")
    assert "a person is asked" in guarded.run(city="Rome")
    assert "a person is asked" in guarded._run(city="Rome")
    assert ran == [] and plain.func is not guarded.func
    scene.answer("approve")


@pytest.mark.verifies("sdk:python-wrappers")
def test_crewai_tools_stay_what_they_are(scene: Scene) -> None:
    weather = _CrewWeather(name="get_weather")
    (guarded,) = crewai.wrap_tools([weather], client=scene.client)
    assert isinstance(guarded, _CrewWeather)
    assert guarded.model_dump(exclude={"args_schema"}) == weather.model_dump(exclude={"args_schema"})
    assert guarded.args_schema is weather.args_schema
    assert guarded.run(city="Bern") == guarded.run("Bern") == "Bern in C"
    removal = crewai.wrap_tool(_CrewRemoval(name="delete_account"), client=scene.client, approval="raise")
    said = removal.run(city="Bern")
    assert "a person is asked" in said and _DENIED in said
    (question,) = scene.pending()
    scene.answer("approve", question["id"])
    while (now := removal.run(city="Bern")) != "removed Bern":
        assert "a person is asked" in now


@pytest.fixture(autouse=True)
def _no_questions_left(scene: Scene) -> Iterator[None]:
    yield
    assert scene.pending() == []
