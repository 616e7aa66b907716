"""Compares what clients get from the stand-in provider directly and through refrain: a miss, a hit, a streamed hit.

    python check.py FOLDER

FOLDER holds the binaries refrain and refrain-standin. Results must be equal but for what a cache has to change: `id`,
`created`, `created_at`, `completed_at`, `item_id`, `system_fingerprint`, `service_tier`, `annotations`, and the headers. Everything it starts it stops, and
everything it writes is in a temporary folder. Exit 1 when a check failed.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

for name in list(os.environ):
    if name.startswith(("OPENAI_", "REFRAIN_", "LITELLM_", "LANGCHAIN_", "LANGSMITH_")) or name.lower().endswith("_proxy"):
        del os.environ[name]
os.environ.update(
    OPENAI_API_KEY="sk-of-a-check", LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_TELEMETRY="False",
    LANGSMITH_TRACING="false", ANONYMIZED_TELEMETRY="False")


def refuse_other_networks(event, arguments):
    """No client talks to anybody but this machine."""
    if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][0] not in ("127.0.0.1", "::1"):
        raise OSError(f"a client connects to {arguments[1]}")


sys.addaudithook(refuse_other_networks)

import httpx
import litellm
import openai
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

litellm.telemetry = False
litellm.suppress_debug_info = True

MODEL = "gpt-4.1"
CHANGED = {"id", "created", "created_at", "completed_at", "item_id", "system_fingerprint", "service_tier", "annotations"}
TOOL = {"type": "function", "function": {"name": "stand_in", "parameters": {"type": "object", "properties": {}}}}


class Place(BaseModel):
    city: str
    people: int


PLACE = "Which city is the largest of Iceland, and how many live there?"
ANSWERS = [{"question": PLACE, "answer": '{"city": "Reykjavík", "people": 140000}'}]
# By a part of the question; each befalls every request that has it.
FAULTS = [
    ("tool", {"tool_calls": True}),
    ("cut", {"cut_after_bytes": 700}),
    ("refusal", {"refusal": True}),
    ("status 401", {"status": 401}),
    ("status 403", {"status": 403}),
    ("status 429", {"status": 429, "retry_after": "60"}),
    ("status 500", {"status": 500, "should_retry": False}),
    ("status 503", {"status": 503, "should_retry": False}),
]


class Places:
    """Where a client may be pointed: at the stand-in, and at refrain in front of it."""

    def __init__(self, direct, refrain):
        self.direct, self.refrain = direct, refrain


def plain(value):
    """A client's object as JSON without what a cache has to change; null members count as absent."""
    if hasattr(value, "model_dump"):
        value = value.model_dump(mode="json", warnings=False)
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()
                if name not in CHANGED and member is not None and member != []}
    return [plain(element) for element in value] if isinstance(value, list) else value


def joined(chunks):
    """A stream as the message that it is the pieces of; each chunk must be of one and the same completion."""
    chunks = [chunk if isinstance(chunk, dict) else chunk.model_dump(mode="json") for chunk in chunks]
    assert len({(chunk["id"], chunk["created"]) for chunk in chunks}) == 1, "id or created changes within a stream"
    assert all(chunk["object"] == "chat.completion.chunk" for chunk in chunks)
    result = {"model": chunks[0]["model"], "content": "", "refusal": "", "calls": "", "finish": None, "usage": None}
    deltas = [choice for chunk in chunks for choice in chunk["choices"]]
    assert deltas[0]["delta"]["role"] == "assistant", "the role does not come first"
    for choice in deltas:
        assert result["finish"] is None, "a chunk behind the finish reason"
        delta = choice["delta"]
        result["content"] += delta.get("content") or ""
        result["refusal"] += delta.get("refusal") or ""
        for call in delta.get("tool_calls") or []:
            result["calls"] += f"{call['function'].get('name') or ''}({call['function'].get('arguments') or ''})"
        result["finish"] = choice["finish_reason"]
    assert result["finish"], "no finish reason"
    for chunk in chunks:
        result["usage"] = chunk.get("usage") or result["usage"]
    return plain(result)


def ask(text, **more):
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], **more}


def client(base, **more):
    return openai.OpenAI(base_url=base, **{"max_retries": 0, **more})


def same(expected, **found):
    for name, value in found.items():
        assert value == expected, f"{name} differs:\n      direct  {expected}\n      {name}  {value}"


def three_times(places, call, stored=True):
    """The same call directly, as a miss and as a hit, which asks no model unless the answer must not be stored."""
    direct, miss, before = call(places.direct), call(places.refrain), upstream_calls(places)
    hit, calls = call(places.refrain), upstream_calls(places) - before
    same(direct, miss=miss, hit=hit)
    assert (calls == 0) == stored, f"{calls} upstream calls for what was asked before"


# Each check takes the places; its name and docstring say what it is about.


def openai_sync(places):
    three_times(places, lambda base: plain(client(base).chat.completions.create(**ask("Who wrote the Edda?"))))


def openai_async(places):
    async def call(base):
        async with openai.AsyncOpenAI(base_url=base, max_retries=0) as asynchronous:
            return plain(await asynchronous.chat.completions.create(**ask("Where do puffins breed?"))), joined(
                [chunk async for chunk in await asynchronous.chat.completions.create(
                    **ask("Where do puffins winter?"), stream=True)])

    three_times(places, lambda base: asyncio.run(call(base)))


def openai_streamed(places):
    def call(base, text="When did Hekla last erupt?", **more):
        with client(base).chat.completions.create(**ask(text), stream=True, **more) as stream:
            return joined(list(stream))

    three_times(places, call)
    usage = {"stream_options": {"include_usage": True}}
    three_times(places, lambda base: call(base, **usage))
    three_times(places, lambda base: call(base, "How deep is Silfra?", **usage))


def openai_stream_serves_whole_and_back(places):
    def call(base, text, stream):
        answer = client(base).chat.completions.create(**ask(text), stream=stream)
        return joined(list(answer))["content"] if stream else answer.choices[0].message.content

    for text, first in [("What is skyr made of?", True), ("What is hákarl made of?", False)]:
        same(call(places.direct, text, first), miss=call(places.refrain, text, first),
             other=call(places.refrain, text, not first), again=call(places.refrain, text, first))


def openai_raw_response(places):
    def call(stream):
        raw = client(places.refrain).chat.completions.with_raw_response.create(
            **ask(f"How long is the Thjorsa? {stream}"), stream=stream)
        content = joined(list(raw.parse()))["content"] if stream else raw.parse().choices[0].message.content
        return raw, content

    for stream in (False, True):
        (miss, first), (hit, second) = call(stream), call(stream)
        same(first, hit=second)
        assert miss.headers["cache-status"].startswith("refrain; fwd=miss"), miss.headers["cache-status"]
        assert hit.headers["cache-status"].startswith("refrain; hit"), hit.headers["cache-status"]
        assert miss.headers["x-ratelimit-limit-requests"] and "x-ratelimit-limit-requests" not in hit.headers
        assert miss.request_id.startswith("req_standin") and not hit.request_id.startswith("req_standin")
        assert hit.headers["age"] and hit.headers["refrain-entry"]


def openai_structured_outputs(places):
    def call(base):
        parsed = client(base).chat.completions.parse(**ask(PLACE), response_format=Place)
        return plain(parsed), parsed.choices[0].message.parsed

    three_times(places, call)


def openai_structured_outputs_streamed(places):
    def call(base):
        with client(base).chat.completions.stream(**ask(PLACE, temperature=0.5), response_format=Place) as stream:
            kinds = [event.type for event in stream]
            assert kinds[0] == "chunk" and "content.done" in kinds
            return stream.get_final_completion().choices[0].message.parsed

    three_times(places, call)


def openai_tools(places):
    """A tool call is passed on, whole and streamed, and never stored."""
    def call(base):
        answer = client(base).chat.completions.create(**ask("Use the tool, please.", tools=[TOOL]))
        return plain(answer)

    def streamed(base):
        with client(base).chat.completions.create(
                **ask("Use the tool at once.", tools=[TOOL]), stream=True) as stream:
            return joined(list(stream))

    three_times(places, call, stored=False)
    three_times(places, streamed, stored=False)
    assert not entries(places, "Use the tool"), "a tool call was stored"


def openai_refusal(places):
    three_times(places, lambda base: joined(list(
        client(base).chat.completions.create(**ask("Is this a refusal?"), stream=True))), stored=False)
    assert not entries(places, "refusal"), "a refusal was stored"


def openai_past_the_cache(places):
    """Several choices: streamed and whole, nothing stored."""
    def call(base):
        whole = client(base).chat.completions.create(**ask("Name a glacier.", n=2))
        streamed = client(base).chat.completions.create(**ask("Name a glacier.", n=2), stream=True)
        return plain(whole), sorted((choice.index, choice.delta.content or "")
                                    for chunk in streamed for choice in chunk.choices)

    three_times(places, call, stored=False)
    assert not entries(places, "glacier"), "a bypassed answer was stored"


def responses_create(places):
    three_times(places, lambda base: plain(client(base).responses.create(model=MODEL, input="Who found Iceland?")))
    items = [{"role": "user", "content": [{"type": "input_text", "text": "Who found Greenland?"}]}]
    three_times(places, lambda base: plain(client(base).responses.create(
        model=MODEL, instructions="Be brief.", input=items, temperature=0.5, max_output_tokens=500)))


def responses_async(places):
    async def call(base):
        async with openai.AsyncOpenAI(base_url=base, max_retries=0) as asynchronous:
            events = [event async for event in await asynchronous.responses.create(
                model=MODEL, input="Where does the Gulf Stream end?", stream=True)]
            return joined_response(events)

    three_times(places, lambda base: asyncio.run(call(base)))


def joined_response(events):
    """A stream of events as the response that it brings; its events must come in the API's order."""
    assert [event.sequence_number for event in events] == list(range(len(events))), "the numbers are no sequence"
    kinds = [event.type for event in events]
    assert kinds[:2] == ["response.created", "response.in_progress"], kinds[:2]
    assert kinds[-1] in ("response.completed", "response.incomplete"), kinds[-1]
    last = events[-1].response
    assert events[0].response.id == last.id and events[0].response.created_at == last.created_at
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == last.output_text
    once = [kind for place, kind in enumerate(kinds) if kind != (kinds[place - 1] if place else None)]
    return once, plain(last)


def responses_streamed(places):
    def call(base):
        with client(base).responses.stream(model=MODEL, input="When is the midnight sun?") as stream:
            events = list(stream)
            final = stream.get_final_response()
        # The helper's own events have no place in the wire's order.
        assert events[0].type == "response.created" and events[-1].type == "response.completed"
        return plain(final), "".join(event.delta for event in events if event.type == "response.output_text.delta")

    def raw(base):
        return joined_response(list(client(base).responses.create(
            model=MODEL, input="When is the polar night?", stream=True)))

    three_times(places, call)
    three_times(places, raw)


def responses_and_chat_are_one_entry(places):
    """Asked as a chat and as a response, in either order, the question is answered once."""
    def chat(base, text):
        messages = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": text}]
        return client(base).chat.completions.create(model=MODEL, messages=messages).choices[0].message.content

    def response(base, text):
        return client(base).responses.create(model=MODEL, instructions="Be kind.", input=text).output_text

    for text, first, second in [("What is a troll?", chat, response), ("What is an elf?", response, chat)]:
        expected, before = first(places.direct, text), upstream_calls(places)
        same(expected, miss=first(places.refrain, text), hit=second(places.refrain, text))
        assert upstream_calls(places) == before + 1, "the other form was asked for again"


def responses_past_the_cache(places):
    """A tool, a former response, a refusal and an answer cut short are passed on and not stored."""
    tool = {"type": "function", "name": "stand_in", "parameters": {"type": "object", "properties": {}}}

    def call(base, text, **more):
        return plain(client(base).responses.create(model=MODEL, input=text, **more))

    def streamed(base, text, **more):
        return joined_response(list(client(base).responses.create(model=MODEL, input=text, stream=True, **more)))

    for ask_for in (call, streamed):
        three_times(places, lambda base: ask_for(base, "Respond with the tool", tools=[tool]), stored=False)
        three_times(places, lambda base: ask_for(base, "And a former one?", previous_response_id="resp_1"), stored=False)
        three_times(places, lambda base: ask_for(base, "Respond with a refusal"), stored=False)
        three_times(places, lambda base: ask_for(base, "Respond in short", max_output_tokens=5), stored=False)
    for text in ("Respond", "a former one"):
        assert not entries(places, text), f"an answer to \"{text}\" was stored"


def responses_errors(places):
    def error(base, **more):
        try:
            return "no error", list(client(base).responses.create(**more))
        except openai.APIStatusError as error:
            return type(error).__name__, error.status_code, error.body

    for case in [{"input": "Respond with status 429"}, {"input": "Hello", "model": "no-such-model"}]:
        for stream in (False, True):
            case = {"model": MODEL, **case, "stream": stream}
            expected = error(places.direct, **case)
            assert expected[0] != "no error"
            same(expected, refrain=error(places.refrain, **case))
    try:
        list(client(places.refrain).responses.create(model=MODEL, input="Please cut this one", stream=True))
        raise AssertionError("no error")
    except openai.APIError as error:
        assert error.code == "upstream_unreachable", error.code
    assert not entries(places, "cut this"), "a cut answer was stored"


def langchain_responses(places):
    def call(base):
        model = ChatOpenAI(model=MODEL, base_url=base, max_retries=0, use_responses_api=True)
        message = model.invoke("What is a fumarole?")
        return message.text, message.usage_metadata

    def streamed(base):
        model = ChatOpenAI(model=MODEL, base_url=base, max_retries=0, use_responses_api=True)
        return "".join(chunk.text for chunk in model.stream("What is a solfatara?"))

    three_times(places, call)
    three_times(places, streamed)


def openai_embeddings(places):
    texts = ["A lava field", "A field of lava"]
    api = client(places.refrain)
    decoded = api.embeddings.create(model="all-MiniLM-L6-v2", input=texts)
    floats = api.embeddings.create(model="all-MiniLM-L6-v2", input=texts, encoding_format="float")
    for one, other in zip(decoded.data, floats.data, strict=True):
        assert len(one.embedding) == 384 and abs(sum(x * x for x in one.embedding) - 1) < 1e-4
        assert max(abs(x - y) for x, y in zip(one.embedding, other.embedding, strict=True)) < 1e-6
    assert sum(x * y for x, y in zip(decoded.data[0].embedding, decoded.data[1].embedding)) > 0.8


def openai_embeddings_of_the_upstream(places):
    for more in ({}, {"encoding_format": "float", "dimensions": 8}):
        three_times(places, lambda base: plain(client(base).embeddings.create(
            model="text-embedding-3-small", input=["A geyser", "A glacier"], **more)), stored=False)


def openai_models(places):
    direct = [plain(model) | {"id": model.id} for model in client(places.direct).models.list()]
    found = [plain(model) | {"id": model.id} for model in client(places.refrain).models.list()]
    assert found[0]["id"] == "refrain"
    same(direct, refrain=found[1:])
    same(plain(client(places.direct).models.retrieve(MODEL)), refrain=plain(client(places.refrain).models.retrieve(MODEL)))


def error_of(base, body, stream=False):
    try:
        answer = client(base).chat.completions.create(**body, stream=stream)
        return "no error", plain(answer)
    except openai.APIStatusError as error:
        return type(error).__name__, error.status_code, error.body, error.response.headers.get("retry-after")


def openai_errors(places):
    cases = [ask(f"An answer with status {status}") for status in (401, 403, 429, 500, 503)]
    cases += [ask("Hello", model="no-such-model"), ask("Hello", model="gpt-5-mini", temperature=0.3)]
    cases = [{**case, "model": case.get("model", MODEL)} for case in cases]
    for case in cases:
        for stream in (False, True):
            expected = error_of(places.direct, case, stream)
            assert expected[0] != "no error"
            same(expected, refrain=error_of(places.refrain, case, stream))
    assert not entries(places, "status"), "an error was stored"


def openai_retries(places):
    """A fault that passes is not seen by a client, with its own retries or with refrain's alone."""
    for number, (base, retries) in enumerate([(places.direct, 2), (places.refrain, 2), (places.refrain, 0)]):
        for status in (429, 500):
            text = f"A passing fault {number} of {status}"
            add_fault(places, text, {"status": status, "retry_after": "0"}, times=1)
            answer = client(base, max_retries=retries).chat.completions.create(**ask(text), stream=True)
            assert joined(list(answer))["content"]


def openai_cut_stream(places):
    """A stream that breaks is an error of the client's, and is not stored."""
    try:
        list(client(places.refrain).chat.completions.create(**ask("Please cut this one"), stream=True))
        raise AssertionError("no error")
    except openai.APIError as error:
        assert error.code == "upstream_unreachable", error.code
    assert not entries(places, "cut this"), "a cut answer was stored"


def litellm_completion(places):
    def call(base):
        whole = litellm.completion(**litellm_ask("How tall is Skógafoss?"), api_base=base)
        return plain(whole)

    def streamed(base, text="How tall is Gullfoss?"):
        chunks = list(litellm.completion(**litellm_ask(text), api_base=base, stream=True))
        assert chunks[-1].choices[0].finish_reason == "stop"
        return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)

    def litellm_ask(text):
        return {**ask(text), "model": "openai/" + MODEL, "num_retries": 0}

    three_times(places, call)
    three_times(places, streamed)


def langchain_invoke(places):
    def call(base):
        model = ChatOpenAI(model=MODEL, base_url=base, max_retries=0)
        message = model.invoke("Why is the Blue Lagoon blue?")
        return message.content, message.usage_metadata, message.response_metadata["finish_reason"]

    three_times(places, call)


def langchain_stream(places):
    def call(base):
        whole = None
        for chunk in ChatOpenAI(model=MODEL, base_url=base, max_retries=0, stream_usage=True).stream("Is Geysir active?"):
            whole = chunk if whole is None else whole + chunk
        return whole.content, whole.usage_metadata, whole.response_metadata["finish_reason"]

    three_times(places, call)


def llm_command(places):
    with tempfile.TemporaryDirectory() as folder:
        def call(base, text, *more):
            Path(folder, "extra-openai-models.yaml").write_text(
                f"- model_id: checked\n  model_name: {MODEL}\n  api_base: {base}\n")
            environment = {**os.environ, "LLM_USER_PATH": folder}
            command = [Path(sys.executable).parent / "llm", "-m", "checked", "--no-log", *more, text]
            return subprocess.run(
                command, env=environment, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout

        three_times(places, lambda base: call(base, "How many sheep are there?"))
        three_times(places, lambda base: call(base, "How many horses are there?", "--no-stream"))


def curl(places):
    def call(base, body, *more):
        command = ["curl", "--silent", "--show-error", "--fail", "--no-buffer", *more, base + "/chat/completions",
                   "-H", "Content-Type: application/json", "-d", json.dumps(body)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def streamed(base, *more):
        lines = call(base, ask("What is a jökulhlaup?", stream=True), *more).split("\n\n")
        assert lines[-2:] == ["data: [DONE]", ""], lines[-2:]
        assert all(line.startswith("data: ") for line in lines[:-1])
        chunks = [json.loads(line.removeprefix("data: ")) for line in lines[:-2]]
        assert not any("usage" in chunk for chunk in chunks), "usage that nobody asked for"
        return joined(chunks)

    three_times(places, lambda base: plain(json.loads(call(base, ask("What is a hot spring?")))))
    three_times(places, streamed)
    same(streamed(places.direct), socket=streamed("http://localhost/v1", "--unix-socket", str(places.socket)))


def httpx_over_the_socket(places):
    http = httpx.Client(transport=httpx.HTTPTransport(uds=str(places.socket)))
    api = openai.OpenAI(base_url="http://localhost/v1", http_client=http, max_retries=0)
    text = ask("Where is the oldest parliament?")
    same(plain(client(places.direct).chat.completions.create(**text)),
         miss=plain(api.chat.completions.create(**text)), hit=plain(api.chat.completions.create(**text)))


CHECKS = [
    openai_sync, openai_async, openai_streamed, openai_stream_serves_whole_and_back, openai_raw_response,
    openai_structured_outputs, openai_structured_outputs_streamed, openai_tools, openai_refusal, openai_past_the_cache,
    responses_create, responses_async, responses_streamed, responses_and_chat_are_one_entry, responses_past_the_cache,
    responses_errors, langchain_responses, openai_embeddings,
    openai_embeddings_of_the_upstream, openai_models, openai_errors, openai_retries, openai_cut_stream, litellm_completion,
    langchain_invoke, langchain_stream, llm_command, curl, httpx_over_the_socket,
]


def http(method, url, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def entries(places, text):
    root = places.refrain.removesuffix("/v1")
    return [entry for entry in http("GET", root + "/cache/entries?limit=1000")["entries"] if text in entry["question"]]


def upstream_calls(places):
    return http("GET", places.direct.removesuffix("/v1") + "/standin/requests")["total"]


def add_fault(places, text, fault, times=None):
    http("POST", places.direct.removesuffix("/v1") + "/standin/faults",
         {"match": {"text_contains": text, "purpose": "answer"}, "fault": fault, "times": times})


def start(command):
    """Starts a program and reads its ready line."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    line = process.stdout.readline()
    address = next((word.rstrip(";") for word in line.split() if word.startswith("http://")), None)
    if address is None:
        process.terminate()
        sys.exit(f"check: {Path(command[0]).name} did not start")
    return process, address


def run(places):
    failed = 0
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        try:
            check(places)
            print(f"ok    {name}", flush=True)
        except Exception as error:
            failed += 1
            print(f"FAIL  {name}: {type(error).__name__}: {error}", flush=True)
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: check.py FOLDER")
    binaries = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="refrain-clients-") as name:
        folder = Path(name)
        (folder / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ANSWERS))
        standin, direct = start([binaries / "refrain-standin", "--port", "0", "--answers", folder / "answers.jsonl"])
        try:
            daemon, address = start([binaries / "refrain", "serve", "--data", folder / "data", "--listen",
                                     "127.0.0.1:0", "--upstream", direct, "--log-level", "error"])
            try:
                places = Places(direct, address + "/v1")
                places.socket = folder / "data" / "refrain.sock"
                for text, fault in FAULTS:
                    add_fault(places, text, fault)
                return run(places)
            finally:
                daemon.terminate()
                daemon.wait(timeout=60)
        finally:
            standin.terminate()
            standin.wait(timeout=10)


if __name__ == "__main__":
    sys.exit(main())
